using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;

namespace RxCan.Bus;

/// <summary>
/// The one way to wait for a deadline on a scheduler. It uses absolute times on a monotonic clock, so delays do not add up. A later deadline
/// does not move a running timer, which at worst fires too early: a deadline that moves with every frame does not cost a timer per frame. In real
/// time, a deadline that is taken back soon leaves it running too, for the next one.
/// On real time it ends with a <see cref="ShortWaits"/> of at most 20 ms. Used by one thread at a time.
/// </summary>
/// <param name="scheduler">Its clock.</param>
/// <param name="fired">Called when the time may have come. It asks <see cref="IsElapsed"/>, which returns true once per deadline.</param>
/// <param name="waits">Who waits for what comes soon, and calls then; those that everyone shares if null.</param>
internal sealed class DueTimer(IScheduler scheduler, Action fired, ShortWaits? waits = null) : IDisposable
{
    private static readonly TimeSpan MaxIdle = TimeSpan.FromSeconds(30); // how long a timer may run for nothing
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(24); // the system's timers take at most 24.8 or 49.7 days

    private readonly IStopwatch _clock = scheduler.StartStopwatch();
    private readonly bool _isPrecise = ShortWaits.Serves(scheduler);
    private readonly SerialDisposable _armed = new();
    private readonly Action _fired = fired;
    private TimeSpan _due = DueTime.Never;
    private TimeSpan _wakeAt = DueTime.Never;

    public TimeSpan Now => _clock.Elapsed;

    /// <summary>Does something once a time is over, unless it is disposed before; never if that is null, infinite or too long.</summary>
    public static IDisposable After(IScheduler scheduler, TimeSpan? wait, Action elapsed)
    {
        if (wait is not { } time)
            return Disposable.Empty;
        DueTimer timer = null!;
        timer = new(scheduler, () =>
        {
            if (timer.IsElapsed())
                elapsed();
        });
        timer.Set(DueTime.After(timer.Now, time));
        return timer;
    }

    /// <summary>A value per period, as <see cref="Observable.Interval(TimeSpan, IScheduler)"/> gives it, for periods of any length; late by whole ones, it skips them.</summary>
    public static IObservable<Unit> Every(TimeSpan period, IScheduler scheduler) => Observable.Create<Unit>(observer =>
    {
        DueTimer timer = null!;
        timer = new(scheduler, () =>
        {
            if (!timer.IsElapsed())
                return;
            observer.OnNext(default);
            timer.Set(DueTime.Next(TimeSpan.Zero, timer.Now, period));
        });
        timer.Set(period);
        return timer;
    });

    public bool IsSet => _due != DueTime.Never;

    /// <summary>Sets when to fire next; null for never.</summary>
    public void Set(TimeSpan? due)
    {
        _due = due ?? DueTime.Never;
        if (_due < _wakeAt)
        {
            Arm(Now);
        }
        else if (!IsSet && _wakeAt != DueTime.Never && !(_isPrecise && _wakeAt - Now < MaxIdle))
        {
            Stop(); // so that it does not keep a virtual clock running
        }
    }

    /// <summary>Takes back the deadline and leaves nothing running. It can be set again.</summary>
    public void Stop()
    {
        _due = _wakeAt = DueTime.Never;
        _armed.Disposable = Disposable.Empty;
    }

    /// <summary>
    /// Whether the time has come, once fired. The system's timers truncate to whole milliseconds and so fire early: waiting one more whole
    /// millisecond avoids spinning.
    /// </summary>
    public bool IsElapsed()
    {
        var now = Now;
        var isEarly = now < _wakeAt;
        _wakeAt = DueTime.Never;
        if (_due > now)
        {
            if (IsSet)
                Arm(now, isEarly);
            return false;
        }

        _due = DueTime.Never;
        return true;
    }

    public void Dispose() => _armed.Dispose();

    private void Arm(TimeSpan now, bool inWholeMs = false)
    {
        var wait = _due > now ? _due - now : TimeSpan.Zero;
        var isShort = _isPrecise && wait <= ShortWaits.Max;
        if (wait > MaxWait)
            wait = MaxWait;
        else if (_isPrecise && !isShort)
            wait -= ShortWaits.Max / 2;
        else if (inWholeMs)
            wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        _wakeAt = now + wait;
        var armed = new SingleAssignmentDisposable();
        _armed.Disposable = armed; // before it can fire and be set again
        armed.Disposable = (isShort ? (waits ?? ShortWaits.Shared).Start(wait, _fired) : null) ?? scheduler.Schedule(this, wait, static (_, timer) =>
        {
            timer._fired();
            return Disposable.Empty;
        });
    }
}
