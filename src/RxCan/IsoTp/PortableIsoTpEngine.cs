using System.Reactive.Concurrency;
using RxCan.Bus;

namespace RxCan.IsoTp;

/// <summary>The state machines, on a bus and a clock: one sender, and a receiver for each responder heard so far.</summary>
internal sealed class PortableIsoTpEngine : FramePump, IIsoTpEngine, IObserver<CanFrame>
{
    private readonly IsoTpAddress _address;
    private readonly IsoTpOptions _options;
    private readonly IsoTpSender _sender;
    private readonly IsoTpFormat[] _formats;
    private readonly IsoTpReceiver?[] _receivers;
    private readonly List<int> _heard = [];
    private readonly Dictionary<(CanId Id, int Extension), int>? _responders;
    private readonly bool _extended;
    private int _source; // where the taken frames came from: a responder's index, or -1 for the sender
    private IIsoTpSink _sink = null!;

    public PortableIsoTpEngine(ICanBus bus, IsoTpAddress address, IsoTpOptions options, IScheduler scheduler)
        : base(bus, scheduler)
    {
        _address = address;
        _options = options;
        _sender = new(new(address, options), options);
        var responders = address.Responders;
        _formats = [.. responders.Select(r => new IsoTpFormat(r, options))];
        _receivers = new IsoTpReceiver[responders.Count];
        _extended = address.RxExtension is not null;
        if (responders.Count > 1)
            _responders = responders.Index().ToDictionary(r => (r.Item.RxId, r.Item.RxExtension ?? -1), r => r.Index);
    }

    protected override TimeSpan Deadline
    {
        get
        {
            var next = _sender.Deadline;
            foreach (var responder in _heard)
            {
                var deadline = _receivers[responder]!.Deadline;
                if (deadline < next)
                    next = deadline;
            }

            return next;
        }
    }

    protected override bool IsActive
    {
        get
        {
            foreach (var responder in _heard)
            {
                if (_receivers[responder]!.IsActive)
                    return true;
            }

            return _sender.IsActive;
        }
    }

    protected override int UntilEcho => _source >= 0 ? 0 : _sender.UntilTimed;

    public void Start(IIsoTpSink sink)
    {
        _sink = sink;
        Listen(CanFilter.Ids([.. _address.Responders.Select(r => r.RxId).Distinct()]), this);
    }

    public void Send(ReadOnlyMemory<byte> payload)
    {
        lock (Gate)
        {
            if (HasEnded)
                return;
            _sender.Start(payload);
        }

        Pump();
    }

    public bool Abort()
    {
        lock (Gate)
        {
            if (!_sender.IsActive || _sender.IsLastTaken)
                return false;
            _sender.Abort();
            Cut();
            return true;
        }
    }

    public void OnNext(CanFrame value)
    {
        bool isDue;
        lock (Gate)
        {
            if (HasEnded || value.IsOwn || Responder(value) is not (>= 0 and var responder))
                return;
            var content = _formats[responder].Open(value);
            if (content.IsEmpty)
                return;
            var now = Now;
            if ((content[0] & 0xF0) != IsoTpFormat.FlowControl)
                Receive(responder, content, now, value.Timestamp);
            else if (!_address.IsFunctional)
                End(_sender.OnFlowControl(content, now));
            isDue = IsDue(now);
        }

        GoOn(isDue);
    }

    public void OnError(Exception error) => End(error);

    public void OnCompleted() => End((Exception?)null);

    /// <summary>Flow control goes first, because the other end waits for it.</summary>
    protected override int Take(Span<CanFrame> frames, TimeSpan now, out TimeSpan patience)
    {
        patience = _options.NAr;
        foreach (var responder in _heard)
        {
            if (_receivers[responder]!.TryTake(now, out frames[0]))
            {
                _source = responder;
                return 1;
            }
        }

        if (!_sender.TryTake(now, out frames[0]))
            return 0;
        _source = -1;
        patience = _options.NAs;
        var count = 1;
        if (!_sink.WantsProgress)
        {
            while (count < frames.Length && _sender.TryTakeAlong(out frames[count]))
                count++;
        }

        if (_sender.IsLastTaken)
            _sink.Sending();
        return count;
    }

    protected override void OnSent(Exception? error, TimeSpan now)
    {
        if (_source >= 0)
        {
            var receiver = _receivers[_source]!;
            receiver.Sent(now);
            if (error is null || !receiver.IsActive)
                return;
            receiver.Abort();
            if (error is TimeoutException)
                Fail(_source, IsoTpResult.N_TIMEOUT_A, error);
            else
                _sink.Failed(_source, error);
            return;
        }

        var (done, total) = (_sender.Done, _sender.Total);
        var isComplete = _sender.Sent(now);
        if (error is null)
        {
            if (_sink.WantsProgress && total > 0)
                _sink.Progressed(new(true, done, total));
            if (isComplete)
                _sink.Sent(null);
        }
        else if (isComplete || _sender.IsActive)
        {
            _sender.Abort();
            _sink.Sent(error is TimeoutException ? IsoTpFailure.Of(IsoTpResult.N_TIMEOUT_A, _address, _options, error) : error);
        }
    }

    protected override void OnTime(TimeSpan now)
    {
        End(_sender.OnTime(now));
        foreach (var responder in _heard)
        {
            var result = _receivers[responder]!.OnTime(now);
            if (result != IsoTpResult.N_OK)
                Fail(responder, result);
        }
    }

    protected override void OnEnded(Exception? error) => _sink.Ended(error);

    protected override void Flush() => _sink.Flush();

    /// <summary>The index of the responder that sent a frame; -1 if it is not for this session.</summary>
    private int Responder(in CanFrame frame)
    {
        if (_responders is null)
            return 0;
        var extension = !_extended ? -1 : frame.Data.IsEmpty ? -2 : frame.Data[0];
        return _responders.TryGetValue((frame.Id, extension), out var responder) ? responder : -1;
    }

    private void Receive(int responder, ReadOnlySpan<byte> content, TimeSpan now, DateTimeOffset timestamp)
    {
        if (_receivers[responder] is not { } receiver)
        {
            receiver = _receivers[responder] = new(_formats[responder], _options);
            _heard.Add(responder);
        }

        var wasActive = receiver.IsActive;
        var total = receiver.Total;
        var reception = receiver.OnFrame(content, now);
        if (reception.Result != IsoTpResult.N_OK)
            Fail(responder, reception.Result);
        if (reception.IsRefused)
            Fail(responder, IsoTpResult.N_BUFFER_OVFLW);
        if (reception.Started)
            _sink.Started(responder, receiver.Total);
        if (_sink.WantsProgress && (wasActive || receiver.IsActive || reception.Message is not null))
        {
            if (reception.Message is { } message)
                _sink.Progressed(new(false, message.Length, message.Length));
            else if (receiver.Total > 0)
                _sink.Progressed(new(false, receiver.Done, receiver.Total));
        }

        if (reception.Message is { } payload)
            _sink.Received(responder, payload, timestamp);
    }

    private void Fail(int responder, IsoTpResult result, Exception? cause = null) =>
        _sink.Failed(responder, IsoTpFailure.Of(result, _formats[responder].Address, _options, cause));

    /// <summary>Reports a message that could not be sent.</summary>
    private void End(IsoTpResult result)
    {
        if (result != IsoTpResult.N_OK)
            _sink.Sent(IsoTpFailure.Of(result, _address, _options));
    }
}
