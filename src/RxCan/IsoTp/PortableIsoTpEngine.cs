using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace RxCan.IsoTp;

/// <summary>
/// Connects the state machines to a bus and a clock: one sender, and a receiver for each responder that was heard. Frames go out one after
/// another, each when the bus has taken the one before it, so that a message longer than the transmit queue is never cut.
/// </summary>
internal sealed class PortableIsoTpEngine : IIsoTpEngine, IObserver<CanFrame>
{
    // After so many frames in a row the scheduler gets its turn: fewer than the kernel's default receive buffer holds, of which a receiver on
    // the same thread could empty nothing meanwhile.
    private const int Burst = 224;
    private const int Batch = 32; // frames that the bus is handed together, if it takes that; as many may be in a burst beyond it

    private static readonly TimeSpan Never = IsoTpSender.Never;

    private readonly ICanBus _bus;
    private readonly IsoTpAddress _address;
    private readonly IsoTpOptions _options;
    private readonly IScheduler _scheduler;
    private readonly IStopwatch _clock;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly IsoTpSender _sender;
    private readonly IsoTpFormat[] _formats;
    private readonly IsoTpReceiver?[] _receivers;
    private readonly List<int> _heard = [];
    private readonly Dictionary<(CanId Id, int Extension), int>? _responders;
    private readonly bool _extended;
    private readonly IFrameBatchSender? _batches;
    private readonly CanFrame[] _frames; // taken, from the next to be handed to the bus on; the pump's own
    private int _next;
    private int _count;
    private int _source; // whose they are: a responder's index, or -1 for the sender
    private bool _isCut; // nothing more of them is wanted
    private IIsoTpSink _sink = null!;
    private IDisposable _subscription = Disposable.Empty;
    private IDisposable? _timer;
    private TimeSpan _timerAt = Never;
    private int _timerNumber;
    private bool _pumping;
    private bool _ended;

    public PortableIsoTpEngine(ICanBus bus, IsoTpAddress address, IsoTpOptions options, IScheduler scheduler)
    {
        _bus = bus;
        _address = address;
        _options = options;
        _scheduler = scheduler;
        _clock = scheduler.StartStopwatch();
        _sender = new(new(address, options), options);
        _batches = bus as IFrameBatchSender;
        _frames = new CanFrame[_batches is null ? 1 : Batch];
        var responders = address.Responders;
        _formats = [.. responders.Select(r => new IsoTpFormat(r, options))];
        _receivers = new IsoTpReceiver[responders.Count];
        _extended = address.RxExtension is not null;
        if (responders.Count > 1)
            _responders = responders.Index().ToDictionary(r => (r.Item.RxId, r.Item.RxExtension ?? -1), r => r.Index);
    }

    public void Start(IIsoTpSink sink)
    {
        _sink = sink;
        var subscription = _bus.Where(CanFilter.Ids([.. _address.Responders.Select(r => r.RxId).Distinct()])).Subscribe(this);
        lock (_gate)
        {
            if (!_ended)
            {
                _subscription = subscription;
                return;
            }
        }

        subscription.Dispose();
    }

    public void Send(ReadOnlyMemory<byte> payload)
    {
        lock (_gate)
        {
            if (_ended)
                return;
            _sender.Start(payload);
        }

        Pump();
    }

    public bool Abort()
    {
        lock (_gate)
        {
            if (!_sender.IsActive || _sender.IsLastTaken)
                return false;
            _sender.Abort();
            _isCut = true;
            SetTimer(_clock.Elapsed);
            return true;
        }
    }

    public void OnNext(CanFrame value)
    {
        var somethingToSend = false;
        lock (_gate)
        {
            if (_ended || value.IsOwn || Responder(value) is not (>= 0 and var responder))
                return;
            var content = _formats[responder].Open(value);
            if (content.IsEmpty)
                return;
            var now = _clock.Elapsed;
            if ((content[0] & 0xF0) != IsoTpFormat.FlowControl)
                Receive(responder, content, now, value.Timestamp);
            else if (!_address.IsFunctional)
                End(_sender.OnFlowControl(content, now));
            somethingToSend = !_pumping && NextDeadline() <= now;
            if (!somethingToSend)
                SetTimer(now); // otherwise the pump does, when it is through
        }

        if (somethingToSend)
            Pump();
        else
            _sink.Flush();
    }

    public void OnError(Exception error) => End(error);

    public void OnCompleted() => End((Exception?)null);

    public void Dispose() => Close();

    private void End(Exception? error)
    {
        if (!Close())
            return;
        _sink.Ended(error);
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

    /// <summary>Who sent a frame; -1 for nobody of this session.</summary>
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
        if (reception.Started)
            _sink.Started(responder);
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

    /// <summary>Reports a message that failed.</summary>
    private void End(IsoTpResult result)
    {
        if (result != IsoTpResult.N_OK)
            _sink.Sent(IsoTpFailure.Of(result, _address, _options));
    }

    private TimeSpan NextDeadline()
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

    private bool IsActive()
    {
        foreach (var responder in _heard)
        {
            if (_receivers[responder]!.IsActive)
                return true;
        }

        return _sender.IsActive;
    }

    /// <summary>
    /// Sees to it that the clock calls in time. A call that comes too early costs less than to set the timer anew with every frame; one that
    /// nobody needs any more is called off, so that a virtual clock is not kept going.
    /// </summary>
    private void SetTimer(TimeSpan now)
    {
        if (_ended)
            return;
        var next = NextDeadline();
        if (next == Never && !IsActive())
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
            End(_sender.OnTime(now));
            foreach (var responder in _heard)
            {
                var result = _receivers[responder]!.OnTime(now);
                if (result != IsoTpResult.N_OK)
                    Fail(responder, result);
            }

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
        for (var sent = 0; sent < Burst;)
        {
            lock (_gate)
            {
                var now = _clock.Elapsed;
                DropCut(now);
                if (_ended || (_next == _count && !TryTake(now)))
                {
                    _pumping = false;
                    SetTimer(now);
                    break;
                }
            }

            var first = _next;
            var sending = Hand();
            sent += _next - first;
            if (!sending.IsCompleted)
            {
                _ = SentLater(sending.AsTask());
                _sink.Flush();
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

            Sent(error);
            if (sent >= Burst)
            {
                _scheduler.Schedule(this, static (_, engine) =>
                {
                    engine.PumpOn();
                    return Disposable.Empty;
                });
            }
        }

        _sink.Flush();
    }

    private async Task SentLater(Task sending)
    {
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Sent(sending.IsCanceled ? new OperationCanceledException() : sending.Exception?.InnerException);
        PumpOn();
    }

    /// <summary>Hands the bus the next of the taken frames, or several.</summary>
    private ValueTask Hand()
    {
        try
        {
            if (_count - _next > 1 && _batches!.TrySend(_frames.AsSpan(_next, _count - _next)) is > 0 and var number)
            {
                _next += number;
                return ValueTask.CompletedTask;
            }

            return _bus.SendAsync(_frames[_next++], _source < 0 ? _options.NAs : _options.NAr, _scheduler, _ending.Token);
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
    }

    /// <summary>Takes the frames to send next: flow control first, as somebody waits for it.</summary>
    private bool TryTake(TimeSpan now)
    {
        (_next, _count) = (0, 0);
        foreach (var responder in _heard)
        {
            if (_receivers[responder]!.TryTake(now, out _frames[0]))
            {
                (_source, _count) = (responder, 1);
                return true;
            }
        }

        if (!_sender.TryTake(now, out _frames[0]))
            return false;
        (_source, _count) = (-1, 1);
        if (!_sink.WantsProgress)
        {
            while (_count < _frames.Length && _sender.TryTakeAlong(out _frames[_count]))
                _count++;
        }

        if (_sender.IsLastTaken)
            _sink.Sending();
        return true;
    }

    /// <summary>Forgets what is left of the frames of a message that was stopped.</summary>
    private void DropCut(TimeSpan now)
    {
        if (_isCut && _next < _count)
        {
            _next = _count;
            _sender.Sent(now);
        }

        _isCut = false;
    }

    private void Sent(Exception? error)
    {
        lock (_gate)
        {
            if (_ended || (error is null && _next < _count))
                return;
            _next = _count;
            var now = _clock.Elapsed;
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
    }
}
