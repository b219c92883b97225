using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace RxCan.J1939;

/// <summary>
/// Connects the transport to a bus and a clock. Frames go out one after another, each when the bus has taken the one before it, so that a
/// message longer than the transmit queue is never cut.
/// </summary>
internal sealed class PortableJ1939Engine : IJ1939Engine
{
    // After so many frames in a row the scheduler gets its turn: fewer than the kernel's default receive buffer holds, of which a receiver on
    // the same thread could empty nothing meanwhile.
    private const int Burst = 256;

    private static readonly TimeSpan Never = TransportFormat.Never;
    private static readonly TimeSpan Room = TimeSpan.FromSeconds(1); // how long a frame waits for room in the transmit queue

    private readonly ICanBus _bus;
    private readonly J1939Options _options;
    private readonly IScheduler _scheduler;
    private readonly IStopwatch _clock;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Transport _transport;
    private readonly NameTable _names = new();
    private readonly Queue<(CanFrame Frame, J1939Transfer Transfer)> _singles = new();
    private IReadOnlyList<J1939Filter.Term> _wanted = [];
    private IJ1939Sink? _sink;
    private IDisposable _subscription = Disposable.Empty;
    private int _connection;
    private CanFrame _last;
    private int _lastFrom;
    private int _deliveringThread;
    private IDisposable? _timer;
    private TimeSpan _timerAt = Never;
    private int _timerNumber;
    private bool _pumping;
    private bool _ended;

    public PortableJ1939Engine(ICanBus bus, J1939Options options, IScheduler scheduler)
    {
        _bus = bus;
        _options = options;
        _scheduler = scheduler;
        _clock = scheduler.StartStopwatch();
        _transport = new(options, IsWanted);
    }

    public void Start(IJ1939Sink sink)
    {
        _sink = sink;
        Reconnect();
    }

    public void SetAddress(byte address)
    {
        lock (_gate)
        {
            if (_transport.Address == address)
                return;
            _transport.SetAddress(address);
            Tell(default);
            SetTimer(_clock.Elapsed);
        }

        Reconnect();
        _sink?.Flush();
    }

    public void SetFilter(IReadOnlyList<J1939Filter.Term> wanted)
    {
        lock (_gate)
            _wanted = wanted;
        Reconnect();
    }

    public void Send(J1939Transfer transfer)
    {
        lock (_gate)
        {
            if (_ended)
                return;
            if (transfer.IsSingle)
                _singles.Enqueue((new(transfer.Id(_transport.Address).ToCanId(), transfer.Data), transfer));
            else
                _transport.Send(transfer);
        }

        Pump();
    }

    public void Dispose() => Close();

    /// <summary>
    /// Subscribes to the frames that are asked for now. Between the new subscription and the end of the old one a frame may come by both, one
    /// right after the other; not so if it is done for a frame that is being delivered, which the new one is too late for.
    /// </summary>
    private void Reconnect()
    {
        IDisposable before;
        int number;
        CanFilter filter;
        lock (_gate)
        {
            if (_sink is null || _ended)
                return;
            number = ++_connection;
            filter = Filter();
        }

        var subscription = _bus.Where(filter).Subscribe(new Connection(this, number));
        lock (_gate)
        {
            (before, _subscription) = _ended || number != _connection ? (subscription, _subscription) : (_subscription, subscription);
            if (_deliveringThread == Environment.CurrentManagedThreadId)
                _last = default;
        }

        before.Dispose();
    }

    private CanFilter Filter()
    {
        var filter = CanFilter.Pgn(J1939Pgn.AddressClaimed);
        if (_transport.Address <= J1939Address.Max) // for what is sent
            filter |= CanFilter.PgnTo(J1939Pgn.TransportControl, _transport.Address) | CanFilter.PgnTo(J1939Pgn.ExtendedTransportControl, _transport.Address);
        foreach (var term in _wanted)
            filter |= term.ToCanFilter(_transport.Address, _options.Promiscuous);
        return filter;
    }

    private bool IsWanted(J1939Pgn pgn, byte source, byte destination)
    {
        foreach (var term in _wanted)
        {
            if (term.Matches(pgn, source, destination))
                return true;
        }

        return false;
    }

    private void OnFrame(in CanFrame frame, int connection)
    {
        var somethingToSend = false;
        lock (_gate)
        {
            if (_ended || frame.IsOwn || !frame.Id.IsExtended || frame.IsFd)
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
            var now = _clock.Elapsed;
            var isOurs = id.Destination == J1939Address.Global || id.Destination == _transport.Address;
            if (id.Pgn.IsTransport && isOurs)
                _transport.OnFrame(id, frame.Data, now);
            else
                OnSingle(id, frame, isOurs);
            Tell(frame.Timestamp);
            somethingToSend = !_pumping && NextDeadline() <= now;
            if (!somethingToSend)
                SetTimer(now); // otherwise the pump does, when it is through
            _deliveringThread = Environment.CurrentManagedThreadId;
        }

        if (somethingToSend)
            Pump();
        else
            _sink!.Flush();
        lock (_gate)
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

    /// <summary>Passes on what the transport has to tell.</summary>
    private void Tell(DateTimeOffset timestamp)
    {
        while (_transport.TryGetEvent(out var happened))
        {
            var receiving = happened.Receiving;
            switch (happened.Kind)
            {
                case TransportEventKind.Sent:
                    _sink!.Sent(happened.Sending!, null);
                    break;
                case TransportEventKind.SendFailed:
                    _sink!.Sent(
                        happened.Sending!,
                        happened.Error is not null and not TimeoutException
                            ? happened.Error
                            : J1939Failure.Sending(happened.Sending!, _transport.Address, happened.Error is null ? happened.Reason : J1939AbortReason.Timeout, happened.IsByPeer));
                    break;
                case TransportEventKind.Started:
                    _sink!.Started(receiving!.Pgn, receiving.Peer);
                    break;
                case TransportEventKind.Received:
                    _sink!.Received(new()
                    {
                        Pgn = receiving!.Pgn,
                        Data = receiving.Payload,
                        Source = receiving.Peer,
                        Destination = receiving.IsBroadcast ? J1939Address.Global : _transport.Address,
                        Priority = receiving.Priority,
                        SourceName = _names[receiving.Peer],
                        Timestamp = timestamp,
                    });
                    break;
                case TransportEventKind.ReceiveFailed:
                    _sink!.Failed(
                        receiving!.Pgn, receiving.Peer, J1939Failure.Receiving(receiving, _transport.Address, happened.Reason, happened.IsByPeer));
                    break;
            }
        }
    }

    private void End(Exception? error, int connection)
    {
        lock (_gate)
        {
            if (connection != _connection)
                return;
        }

        if (!Close())
            return;
        _sink!.Ended(error);
        _sink.Flush();
    }

    private bool Close()
    {
        IDisposable subscription;
        lock (_gate)
        {
            if (_ended)
                return false;
            _ended = true;
            subscription = _subscription;
            _timer?.Dispose();
            _timer = null;
        }

        subscription.Dispose();
        _ending.Cancel();
        return true;
    }

    private TimeSpan NextDeadline() => _singles.Count > 0 ? TimeSpan.Zero : _transport.Deadline;

    /// <summary>
    /// Sees to it that the clock calls in time. A call that comes too early costs less than to set the timer anew with every frame; one that
    /// nobody needs any more is called off, so that a virtual clock is not kept going.
    /// </summary>
    private void SetTimer(TimeSpan now)
    {
        if (_ended)
            return;
        var next = NextDeadline();
        if (next == Never && !_transport.IsActive)
        {
            _timer?.Dispose();
            _timer = null;
            _timerAt = Never;
            _timerNumber++;
        }
        else if (next < _timerAt && !(_pumping && next <= now)) // what is due goes out with the pump
        {
            _timer?.Dispose();
            _timerAt = next;
            _timer = _scheduler.Schedule((Engine: this, Number: ++_timerNumber), next > now ? next - now : TimeSpan.Zero, static (_, call) =>
            {
                call.Engine.OnTimer(call.Number);
                return Disposable.Empty;
            });
        }
    }

    private void OnTimer(int number)
    {
        lock (_gate)
        {
            if (_ended || number != _timerNumber)
                return;
            _timer = null;
            _timerAt = Never;
            var now = _clock.Elapsed;
            _transport.OnTime(now);
            Tell(default);
            SetTimer(now);
        }

        Pump();
    }

    /// <summary>Sends what is to be sent, unless that is under way.</summary>
    private void Pump()
    {
        lock (_gate)
        {
            if (_pumping || _ended)
                return;
            _pumping = true;
        }

        PumpOn();
    }

    private void PumpOn()
    {
        for (var sent = 0; sent < Burst; sent++)
        {
            CanFrame frame;
            object? from;
            lock (_gate)
            {
                var now = _clock.Elapsed;
                if (_ended || !TryTake(now, out frame, out from))
                {
                    _pumping = false;
                    SetTimer(now);
                    break;
                }
            }

            var sending = Hand(frame);
            if (!sending.IsCompleted)
            {
                _ = SentLater(sending.AsTask(), from);
                _sink!.Flush();
                return;
            }

            Exception? error = null;
            try
            {
                sending.GetAwaiter().GetResult();
            }
            catch (Exception e)
            {
                error = e;
            }

            Sent(from, error);
            if (sent == Burst - 1)
            {
                _scheduler.Schedule(this, static (_, engine) =>
                {
                    engine.PumpOn();
                    return Disposable.Empty;
                });
            }
        }

        _sink!.Flush();
    }

    private async Task SentLater(Task sending, object? from)
    {
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Sent(from, sending.IsCanceled ? new OperationCanceledException() : sending.Exception?.InnerException);
        PumpOn();
    }

    private ValueTask Hand(in CanFrame frame)
    {
        try
        {
            return _bus.SendAsync(frame, Room, _scheduler, _ending.Token);
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
    }

    /// <summary>The next frame to send. Single frames do not wait for the end of long messages.</summary>
    private bool TryTake(TimeSpan now, out CanFrame frame, out object? from)
    {
        if (_singles.TryDequeue(out var single))
        {
            (frame, from) = single;
            return true;
        }

        return _transport.TryTake(now, out frame, out from);
    }

    private void Sent(object? from, Exception? error)
    {
        lock (_gate)
        {
            if (_ended)
                return;
            if (from is J1939Transfer single)
                _sink!.Sent(single, error);
            else
                _transport.Sent(from, _clock.Elapsed, error);
            Tell(default);
        }
    }

    /// <summary>One subscription to the bus, and its number.</summary>
    private sealed class Connection(PortableJ1939Engine engine, int number) : IObserver<CanFrame>
    {
        public void OnNext(CanFrame value) => engine.OnFrame(value, number);

        public void OnError(Exception error) => engine.End(error, number);

        public void OnCompleted() => engine.End(null, number);
    }
}
