using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace RxCan.Bus;

/// <summary>
/// The base of the protocols' portable engines: it connects state machines to a bus and a clock. Frames are sent one after another, each once
/// the bus has accepted the one before, so a message longer than the transmit queue is never cut. A frame has been sent when its echo shows
/// that its transmission is complete, if the bus has echoes and the time matters; otherwise when the bus has accepted it.
/// </summary>
internal abstract class FramePump : IDisposable
{
    // After this many frames in a row the scheduler gets a turn. Together with one more batch, they fit into the kernel's default receive
    // buffer, about 320 frames, which a receiver on the same thread could not empty in the meantime.
    private const int Burst = 224;
    private const int Batch = 32; // frames passed to the bus together, if it supports that

    // Frames that a bus may hold after it accepted them. A long message has equal frames, and only their order tells them apart: when the echo of
    // one is awaited, those of all that may still come before it must have been received, too.
    private const int MaxQueue = 128;

    private readonly ICanBus _bus;
    private readonly IScheduler _scheduler;
    private readonly DueTimer _timer;
    private readonly SerialDisposable _subscription = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly IFrameBatchSender? _batches;
    private readonly DueTimer _echoTimer;
    private readonly Queue<CanFrame> _unconfirmed = new(); // passed to the bus, without an echo so far
    private readonly Dictionary<CanId, IDisposable> _watches = []; // by the identifier whose echoes are received; used only by the pump
    private readonly CompositeDisposable _watching = []; // the watches, and what keeps the bus that receives them connected meanwhile
    private ICanBus? _echoes; // null: there are none
    private bool _mustEcho; // the frames that were taken
    private bool _isAwaiting; // the echo of the last frame taken
    private readonly CanFrame[] _frames; // taken from the state machines, starting at the next one to pass to the bus; used only by the pump
    private int _next;
    private int _count;
    private TimeSpan _patience;
    private bool _isCut; // the rest of them is not wanted any more
    private bool _isPumping;

    protected FramePump(ICanBus bus, IScheduler scheduler)
    {
        _bus = bus;
        _scheduler = scheduler;
        _timer = new(scheduler, OnTimer);
        _echoTimer = new(scheduler, OnNoEcho);
        _echoes = (bus as IEchoingBus)?.Echoes;
        _batches = bus as IFrameBatchSender;
        _frames = new CanFrame[_batches is null ? 1 : Batch];
    }

    /// <summary>Guards the state machines. Calls made under it only record what happened.</summary>
    protected Lock Gate { get; } = new();

    protected bool HasEnded { get; private set; }

    protected TimeSpan Now => _timer.Now;

    /// <summary>When <see cref="OnTime"/> or <see cref="Take"/> has something to do; never while it waits for something else. Under the gate.</summary>
    protected abstract TimeSpan Deadline { get; }

    /// <summary>Whether there may soon be another deadline, so that the timer is worth keeping. Under the gate.</summary>
    protected abstract bool IsActive { get; }

    /// <summary>How many frames follow those that were taken until it matters when a frame has been on the wire. Under the gate.</summary>
    protected virtual int UntilEcho => 0;

    public void Dispose() => Close();

    /// <summary>Takes the frames to send next, one or several that may go out together; returns how many. Under the gate.</summary>
    /// <param name="frames">Room for them.</param>
    /// <param name="now">The time.</param>
    /// <param name="patience">How long each may wait for room in the transmit queue, and then for its end on the wire.</param>
    protected abstract int Take(Span<CanFrame> frames, TimeSpan now, out TimeSpan patience);

    /// <summary>The frames that were taken have been sent, or could not be. Under the gate.</summary>
    protected abstract void OnSent(Exception? error, TimeSpan now);

    /// <summary>A deadline may have passed. Under the gate.</summary>
    protected abstract void OnTime(TimeSpan now);

    /// <summary>The bus's stream has ended. <see cref="Flush"/> follows.</summary>
    protected abstract void OnEnded(Exception? error);

    /// <summary>Acts on what was recorded. Not under the gate.</summary>
    protected abstract void Flush();

    /// <summary>Subscribes to the bus, replacing the previous subscription.</summary>
    protected void Listen(CanFilter filter, IObserver<CanFrame> observer) => _subscription.Disposable = _bus.Where(filter).Subscribe(observer);

    /// <summary>Whether there is something to send now, for <see cref="GoOn"/>; otherwise the timer is set. Under the gate.</summary>
    protected bool IsDue(TimeSpan now)
    {
        if (!_isPumping && Deadline <= now)
            return true;
        SetTimer(now);
        return false;
    }

    /// <summary>Continues after a frame was received.</summary>
    protected void GoOn(bool isDue)
    {
        if (isDue)
            Pump();
        else
            Flush();
    }

    /// <summary>Sets the timer for the next deadline. Under the gate.</summary>
    protected void SetTimer(TimeSpan now)
    {
        var next = Deadline;
        if (!HasEnded && !(_isPumping && next <= now) && (next != DueTime.Never || !IsActive)) // the running pump sends what is due
            _timer.Set(next);
    }

    /// <summary>Sends what there is to send, unless that is already under way.</summary>
    protected void Pump()
    {
        bool isPumping;
        lock (Gate)
        {
            if (HasEnded)
                return;
            isPumping = _isPumping;
            _isPumping = true;
        }

        if (isPumping)
            Flush();
        else
            PumpOn();
    }

    /// <summary>Discards the rest of the frames that were taken. Under the gate.</summary>
    protected void Cut()
    {
        _isCut = true;
        SetTimer(Now);
    }

    /// <summary>Ends when the bus's stream ends.</summary>
    protected void End(Exception? error)
    {
        if (!Close())
            return;
        OnEnded(error);
        Flush();
    }

    private bool Close()
    {
        lock (Gate)
        {
            if (HasEnded)
                return false;
            HasEnded = true;
            _timer.Dispose();
            _echoTimer.Dispose();
        }

        _subscription.Dispose();
        _watching.Dispose();
        _ending.Cancel();
        return true;
    }

    private void OnTimer()
    {
        lock (Gate)
        {
            if (HasEnded || !_timer.IsElapsed())
                return;
            var now = Now;
            OnTime(now);
            SetTimer(now);
        }

        Pump();
    }

    private void PumpOn()
    {
        for (var sent = 0; sent < Burst;)
        {
            lock (Gate)
            {
                if (HasEnded)
                    return;
                var now = Now;
                if (_isCut && _next < _count)
                    OnSent(null);
                _isCut = false;
                if (_next == _count && !TryTake(now))
                {
                    _isPumping = false;
                    SetTimer(now);
                    break;
                }
            }

            Watch();
            var first = _next;
            var sending = Hand();
            sent += _next - first;
            if (!sending.IsCompleted)
            {
                _ = SentLater(sending.AsTask());
                break;
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

            if (!Sent(error))
                break;
            if (sent >= Burst)
            {
                _scheduler.Schedule(this, static (_, pump) =>
                {
                    pump.PumpOn();
                    return Disposable.Empty;
                });
            }
        }

        Flush();
    }

    private bool TryTake(TimeSpan now)
    {
        (_next, _count) = (0, Take(_frames, now, out _patience));
        _mustEcho = _echoes is not null && (_batches is null || UntilEcho <= MaxQueue);
        for (var i = 0; i < _count && _mustEcho; i++)
            _unconfirmed.Enqueue(_frames[i]);
        return _count > 0;
    }

    private async Task SentLater(Task sending)
    {
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Sent(sending.IsCanceled ? new OperationCanceledException() : sending.Exception?.InnerException))
            PumpOn();
        else
            Flush();
    }

    /// <summary>
    /// Receives the echoes of the frames to pass to the bus, if they matter. In the middle of a long message they do not, and where frames are
    /// sent together, receiving them would cost half as much as sending.
    /// </summary>
    private void Watch()
    {
        if (_echoes is not { } echoes)
            return;
        if (_watching.Count == 0)
            _watching.Add(echoes.Where(CanFilter.None).Subscribe(_ => { }, _ => OnNoEchoes(), OnNoEchoes));
        if (!_mustEcho)
        {
            if (_count < Batch)
                return;
            foreach (var watch in _watches.Values)
                _watching.Remove(watch);
            _watches.Clear();
            return;
        }

        for (var i = _next; i < _count; i++)
        {
            if (_watches.ContainsKey(_frames[i].Id))
                continue;
            var watch = echoes.Where(CanFilter.Id(_frames[i].Id)).Subscribe(OnEcho, _ => { });
            _watches.Add(_frames[i].Id, watch);
            _watching.Add(watch);
        }
    }

    /// <summary>Passes the next of the taken frames to the bus, or several.</summary>
    private ValueTask Hand()
    {
        try
        {
            if (_count - _next > 1 && _batches!.TrySend(_frames.AsSpan(_next, _count - _next)) is > 0 and var number)
            {
                _next += number;
                return ValueTask.CompletedTask;
            }

            return _bus.SendAsync(_frames[_next++], _patience, _scheduler, _ending.Token);
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
    }

    /// <summary>Notes that frames were accepted or refused; returns whether to go on now, not after an echo.</summary>
    private bool Sent(Exception? error)
    {
        lock (Gate)
        {
            if (HasEnded || (error is null && _next < _count))
                return true;
            if (error is null && _unconfirmed.Count > 0 && UntilEcho == 0)
            {
                _isAwaiting = true;
                _echoTimer.Set(DueTime.After(_echoTimer.Now, _patience));
                SetTimer(Now);
                return false;
            }

            OnSent(error);
            return true;
        }
    }

    private void OnSent(Exception? error)
    {
        if (error is not null || _next < _count)
            _unconfirmed.Clear(); // some of them were not sent
        _next = _count;
        _isAwaiting = false;
        _echoTimer.Set(null);
        OnSent(error, Now);
    }

    /// <summary>A frame of ours, or one like it, was on the wire. An echo that was lost is skipped.</summary>
    private void OnEcho(CanFrame frame)
    {
        lock (Gate)
        {
            if (HasEnded || !_unconfirmed.Contains(frame))
                return;
            while (_unconfirmed.Dequeue() != frame)
            {
            }

            if (!_isAwaiting || _unconfirmed.Count > 0)
                return;
            OnSent(null);
        }

        PumpOn();
    }

    private void OnNoEcho()
    {
        lock (Gate)
        {
            if (HasEnded || !_echoTimer.IsElapsed() || !_isAwaiting)
                return;
            OnSent(new TimeoutException($"{_bus.Name}: no other node acknowledged {_frames[_count - 1]} within {_patience.TotalMilliseconds} ms."));
        }

        PumpOn();
    }

    private void OnNoEchoes()
    {
        lock (Gate)
        {
            _echoes = null;
            _unconfirmed.Clear();
            if (HasEnded || !_isAwaiting)
                return;
            OnSent(null);
        }

        PumpOn();
    }
}
