using System.Reactive.Concurrency;
using RxCan.Bus;

namespace RxCan.J1939;

/// <summary>The transport, on a bus and a clock.</summary>
internal sealed class PortableJ1939Engine : FramePump, IJ1939Engine
{
    private static readonly TimeSpan Room = TimeSpan.FromSeconds(1); // how long a frame waits for room in the transmit queue

    private readonly J1939Options _options;
    private readonly Transport _transport;
    private readonly NameTable _names = new();
    private readonly Queue<(CanFrame Frame, J1939Transfer Transfer)> _singles = new();
    private IReadOnlyList<J1939Filter.Term> _wanted = [];
    private IJ1939Sink? _sink;
    private J1939Transfer? _single; // what the taken frame is, or
    private TransportConnection? _from; // where it came from
    private int _connection;
    private CanFrame _last;
    private int _lastFrom;
    private int _deliveringThread;

    public PortableJ1939Engine(ICanBus bus, J1939Options options, IScheduler scheduler)
        : base(bus, scheduler)
    {
        _options = options;
        _transport = new(options, _names, IsWanted);
    }

    protected override TimeSpan Deadline => _singles.Count > 0 ? TimeSpan.Zero : _transport.Deadline;

    protected override bool IsActive => _transport.IsActive;

    public void Start(IJ1939Sink sink)
    {
        _sink = _transport.Sink = sink;
        Reconnect();
    }

    public void SetAddress(byte address)
    {
        lock (Gate)
        {
            if (_transport.Address == address)
                return;
            _transport.SetAddress(address);
            SetTimer(Now);
        }

        Reconnect();
        _sink?.Flush();
    }

    public void SetFilter(IReadOnlyList<J1939Filter.Term> wanted)
    {
        lock (Gate)
            _wanted = wanted;
        Reconnect();
    }

    public void Send(J1939Transfer transfer)
    {
        lock (Gate)
        {
            if (HasEnded)
                return;
            if (transfer.IsSingle)
                _singles.Enqueue((new(transfer.Id(_transport.Address).ToCanId(), transfer.Data), transfer));
            else
                _transport.Send(transfer);
        }

        Pump();
    }

    public void Forget(J1939Transfer transfer) => transfer.IsCancelled = true;

    /// <summary>Single frames do not wait for long messages to end.</summary>
    protected override int Take(Span<CanFrame> frames, TimeSpan now, out TimeSpan patience)
    {
        patience = Room;
        _single = null;
        if (_singles.TryDequeue(out var single))
            (frames[0], _single) = single;
        else if (!_transport.TryTake(now, out frames[0], out _from))
            return 0;
        return 1;
    }

    protected override void OnSent(Exception? error, TimeSpan now)
    {
        if (_single is not null)
            _sink!.Sent(_single, error);
        else
            _transport.Sent(_from, now, error);
    }

    protected override void OnTime(TimeSpan now) => _transport.OnTime(now);

    protected override void OnEnded(Exception? error) => _sink!.Ended(error);

    protected override void Flush() => _sink!.Flush();

    /// <summary>
    /// Subscribes to the frames wanted now. Until the old subscription ends, a frame may come through both, one right after the other. This does
    /// not happen while a frame is being delivered: the new subscription is too late for that frame. One call at a time.
    /// </summary>
    private void Reconnect()
    {
        int number;
        CanFilter filter;
        lock (Gate)
        {
            if (_sink is null || HasEnded)
                return;
            number = ++_connection;
            filter = Filter();
        }

        Listen(filter, new Connection(this, number));
        lock (Gate)
        {
            if (_deliveringThread == Environment.CurrentManagedThreadId)
                _last = default;
        }
    }

    private CanFilter Filter()
    {
        var filter = CanFilter.Pgn(J1939Pgn.AddressClaimed);
        if (_transport.Address <= J1939Address.Max) // for replies to what it sends
            filter |= CanFilter.PgnTo(J1939Pgn.TransportControl, _transport.Address) | CanFilter.PgnTo(J1939Pgn.ExtendedTransportControl, _transport.Address);
        foreach (var term in _wanted)
            filter |= term.ToCanFilter(_transport.Address, _options.Promiscuous);
        return filter;
    }

    private bool IsWanted(J1939Pgn pgn, byte source, byte destination) => J1939Filter.Matches(_wanted, pgn, source, destination);

    private void OnFrame(in CanFrame frame, int connection)
    {
        bool isDue;
        lock (Gate)
        {
            if (HasEnded || frame.IsOwn || !frame.Id.IsExtended || frame.IsFd)
                return;
            if (connection != _lastFrom && frame == _last && frame.Timestamp == _last.Timestamp)
            {
                _last = default;
                return;
            }

            (_last, _lastFrom) = (frame, connection);
            var id = J1939Id.FromValue(frame.Id.Value);
            if (id.Source == J1939Address.Global || (id.Pgn.IsTransport && id.Source == _transport.Address))
                return;
            var now = Now;
            var isOurs = id.Destination == J1939Address.Global || id.Destination == _transport.Address;
            if (id.Pgn.IsTransport && isOurs)
                _transport.OnFrame(id, frame.Data, now, frame.Timestamp);
            else
                OnSingle(id, frame, isOurs);
            isDue = IsDue(now);
            _deliveringThread = Environment.CurrentManagedThreadId;
        }

        GoOn(isDue);
        lock (Gate)
            _deliveringThread = 0;
    }

    private void OnSingle(in J1939Id id, in CanFrame frame, bool isOurs)
    {
        var isClaim = id.Pgn == J1939Pgn.AddressClaimed && frame.Length == sizeof(ulong);
        if (isClaim)
            _names.OnClaim(id.Source, J1939Name.Read(frame.Data));
        if ((isOurs || _options.Promiscuous) && IsWanted(id.Pgn, id.Source, id.Destination))
        {
            _sink!.Received(new()
            {
                Pgn = id.Pgn,
                Data = frame.Data.ToArray(),
                Source = id.Source,
                Destination = id.Destination,
                Priority = id.Priority,
                SourceName = isClaim ? J1939Name.Read(frame.Data) : _names[id.Source],
                Timestamp = frame.Timestamp,
            });
        }
    }

    private void End(Exception? error, int connection)
    {
        lock (Gate)
        {
            if (connection != _connection)
                return;
        }

        End(error);
    }

    /// <summary>One subscription to the bus, and its number.</summary>
    private sealed class Connection(PortableJ1939Engine engine, int number) : IObserver<CanFrame>
    {
        public void OnNext(CanFrame value) => engine.OnFrame(value, number);

        public void OnError(Exception error) => engine.End(error, number);

        public void OnCompleted() => engine.End(null, number);
    }
}
