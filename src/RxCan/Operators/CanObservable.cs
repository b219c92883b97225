using System.Reactive.Concurrency;
using RxCan.Bus;

namespace RxCan;

/// <summary>Operators for streams of frames that Rx does not have.</summary>
public static partial class CanObservable
{
    /// <summary>The scheduler of an operator: the one given, or that of the bus from which the source is made.</summary>
    private static IScheduler SchedulerOf(object source, IScheduler? scheduler) =>
        scheduler.Checked() ?? BusStream.BusOf(source)?.Scheduler ?? DefaultScheduler.Instance;

    private static void ThrowUnlessPositive(TimeSpan span, string parameter) =>
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero, parameter);
}
