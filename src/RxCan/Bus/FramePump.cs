using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace RxCan.Bus;

/// <summary>
/// What the protocols' portable engines share: it connects state machines to a bus and a clock. Frames go out one after another, each when the
/// bus has taken the one before it, so that a message longer than the transmit queue is never cut.
/// </summary>
internal abstract class FramePump : IDisposable
{
    // After so many frames in a row the scheduler gets its turn. With those that may go out together beyond it they are fewer than the
    // kernel's default receive buffer holds, about 320, of which a receiver on the same thread could empty nothing meanwhile.
    private const int Burst = 224;
    private const int Batch = 32; // frames that the bus is handed together, if it takes that

    private readonly ICanBus _bus;
    private readonly IScheduler _scheduler;
    private readonly DueTimer _timer;
    private readonly SerialDisposable _subscription = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly IFrameBatchSender? _batches;
    private readonly CanFrame[] _frames; // taken, from the next to be handed to the bus on; the pump's own
    private int _next;
    private int _count;
    private TimeSpan _patience;
    private bool _isCut; // nothing more of them is wanted
    private bool _isPumping;

    protected FramePump(ICanBus bus, IScheduler scheduler)
    {
        _bus = bus;
        _scheduler = scheduler;
        _timer = new(scheduler, OnTimer);
        _batches = bus as IFrameBatchSender;
        _frames = new CanFrame[_batches is null ? 1 : Batch];
    }

    /// <summary>Guards the state machines. What is called under it only takes note.</summary>
    protected Lock Gate { get; } = new();

    protected bool HasEnded { get; private set; }

    protected TimeSpan Now => _timer.Now;

    /// <summary>When <see cref="OnTime"/> or <see cref="Take"/> has something to do; never while it is another's turn. Under the gate.</summary>
    protected abstract TimeSpan Deadline { get; }

    /// <summary>Whether there may be a deadline again soon, so that a timer is worth keeping. Under the gate.</summary>
    protected abstract bool IsActive { get; }

    public void Dispose() => Close();

    /// <summary>Takes the frames to send next, one or several that may go out together; how many. Under the gate.</summary>
    /// <param name="frames">Room for them.</param>
    /// <param name="now">The time.</param>
    /// <param name="patience">How long each may wait for room in the transmit queue.</param>
    protected abstract int Take(Span<CanFrame> frames, TimeSpan now, out TimeSpan patience);

    /// <summary>The frames that were taken are sent, or could not be. Under the gate.</summary>
    protected abstract void OnSent(Exception? error, TimeSpan now);

    /// <summary>A deadline may have come. Under the gate.</summary>
    protected abstract void OnTime(TimeSpan now);

    /// <summary>The bus's stream has ended. <see cref="Flush"/> follows.</summary>
    protected abstract void OnEnded(Exception? error);

    /// <summary>Has what was noted acted on. Not under the gate.</summary>
    protected abstract void Flush();

    /// <summary>Subscribes to the bus, in place of the subscription before.</summary>
    protected void Listen(CanFilter filter, IObserver<CanFrame> observer) => _subscription.Disposable = _bus.Where(filter).Subscribe(observer);

    /// <summary>Whether there is something to send now, for <see cref="GoOn"/>; otherwise the timer is set. Under the gate.</summary>
    protected bool IsDue(TimeSpan now)
    {
        if (!_isPumping && Deadline <= now)
            return true;
        SetTimer(now);
        return false;
    }

    /// <summary>Goes on after a frame was received.</summary>
    protected void GoOn(bool isDue)
    {
        if (isDue)
            Pump();
        else
            Flush();
    }

    /// <summary>Sees to it that the clock calls in time. Under the gate.</summary>
    protected void SetTimer(TimeSpan now)
    {
        var next = Deadline;
        if (!HasEnded && !(_isPumping && next <= now) && (next != DueTime.Never || !IsActive)) // what is due goes out with the pump
            _timer.Set(next);
    }

    /// <summary>Sends what is to be sent, unless that is under way.</summary>
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

    /// <summary>Forgets what is left of the frames that were taken. Under the gate.</summary>
    protected void Cut()
    {
        _isCut = true;
        SetTimer(Now);
    }

    /// <summary>Ends with the bus's stream.</summary>
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
