using System.Reactive.Concurrency;

namespace RxCan.Tests;

/// <summary>
/// Virtual time that passes on a thread of its own: what stalls the machine stalls it too, so that no time-out runs out. What awaits on the
/// thread that made it goes on elsewhere, and may wait for the time.
/// </summary>
internal sealed class PassingTime : HistoricalScheduler, IDisposable
{
    private readonly EventLoopScheduler _thread = new();

    public PassingTime()
    {
        SynchronizationContext.SetSynchronizationContext(new Elsewhere());
        var tick = TimeSpan.FromMilliseconds(1);
        _thread.SchedulePeriodic(tick, () => AdvanceBy(tick));
    }

    public void Dispose() => _thread.Dispose();

    private sealed class Elsewhere : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => ThreadPool.QueueUserWorkItem(_ =>
        {
            SetSynchronizationContext(this);
            d(state);
            SetSynchronizationContext(null);
        });
    }
}
