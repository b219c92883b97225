using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace RxCan.Cyclic;

/// <summary>
/// One timer of an engine on a scheduler, by absolute times of its own monotonic clock, so that no lateness adds up. Set and asked under
/// the engine's lock.
/// </summary>
internal sealed class DueTimer(IScheduler scheduler, Action fired) : IDisposable
{
    private readonly IStopwatch _clock = scheduler.StartStopwatch();
    private readonly SerialDisposable _armed = new();
    private readonly Action _fired = fired;
    private TimeSpan _due = TimeSpan.MaxValue;

    public TimeSpan Now => _clock.Elapsed;

    /// <summary>Sets when to fire next; null for never.</summary>
    public void Set(TimeSpan? due)
    {
        _due = due ?? TimeSpan.MaxValue;
        if (due is null)
            _armed.Disposable = Disposable.Empty;
        else
            Arm(due.Value - Now);
    }

    /// <summary>
    /// Whether the time has come, when fired. The system's timers cut to whole milliseconds and so come early: waiting on for a whole
    /// one ends that without spinning.
    /// </summary>
    public bool IsElapsed()
    {
        if (_due == TimeSpan.MaxValue)
            return false;
        var early = _due - Now;
        if (early <= TimeSpan.Zero)
            return true;
        Arm(TimeSpan.FromMilliseconds(Math.Ceiling(early.TotalMilliseconds)));
        return false;
    }

    public void Dispose() => _armed.Dispose();

    private void Arm(TimeSpan wait) => _armed.Disposable = scheduler.Schedule(this, wait, static (_, timer) =>
    {
        timer._fired();
        return Disposable.Empty;
    });
}
