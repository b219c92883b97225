using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace RxCan.Bus;

/// <summary>
/// The base of the protocols' portable engines: it connects state machines to a bus and a clock. Frames are sent one after another, each once
/// the bus has accepted the one before, so a message longer than the transmit queue is never cut.
/// </summary>
internal abstract class FramePump : IDisposable
{
    // After this many frames in a row the scheduler gets a turn. Together with one more batch, they fit into the kernel's default receive
    // buffer, about 320 frames, which a receiver on the same thread could not empty in the meantime.
    private const int Burst = 224;
    private const int Batch = 32; // frames passed to the bus together, if it supports that

    private readonly ICanBus _bus;
    private readonly IScheduler _scheduler;
    private readonly DueTimer _timer;
    private readonly SerialDisposable _subscription = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly IFrameBatchSender? _batches;
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

    public void Dispose() => Close();

    /// <summary>Takes the frames to send next, one or several that may go out together; returns how many. Under the gate.</summary>
    /// <param name="frames">Room for them.</param>
    /// <param name="now">The time.</param>
    /// <param name="patience">How long each may wait for room in the transmit queue.</param>
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
        lock (Gate)
        {
            if (_isPumping || HasEnded)
                return;
            _isPumping = true;
        }

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
        }

        _subscription.Dispose();
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

            Sent(error);
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
        return _count > 0;
    }

    private async Task SentLater(Task sending)
    {
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Sent(sending.IsCanceled ? new OperationCanceledException() : sending.Exception?.InnerException);
        PumpOn();
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

    private void Sent(Exception? error)
    {
        lock (Gate)
        {
            if (!HasEnded && (error is not null || _next == _count))
                OnSent(error);
        }
    }

    private void OnSent(Exception? error)
    {
        _next = _count;
        OnSent(error, Now);
    }
}
