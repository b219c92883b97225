using System.Reactive.Concurrency;
using RxCan.Bus;

namespace RxCan;

/// <summary>Operators for streams of frames that Rx does not have.</summary>
public static partial class CanObservable
{
    /// <summary>The default scheduler of an operator: the bus's if the source is a bus or a filtered stream of one.</summary>
    private static IScheduler SchedulerOf<T>(IObservable<T> source) => BusOf(source)?.Scheduler ?? DefaultScheduler.Instance;

    private static ICanBus? BusOf<T>(IObservable<T> source) => source switch
    {
        ICanBus bus => bus,
        FilteredFrames filtered => filtered.Bus,
        _ => null,
    };

    private static void ThrowUnlessPositive(TimeSpan span, string parameter) =>
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero, parameter);
}
