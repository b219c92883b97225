using System.Diagnostics.CodeAnalysis;
using System.Reactive.Concurrency;
using System.Runtime.CompilerServices;

namespace RxCan.Bus;

/// <summary>Which schedulers the library works on.</summary>
internal static class SchedulerCheck
{
    /// <summary>Refuses the schedulers that act within the call that schedules: they would run observers, and sleep, in users' calls.</summary>
    [return: NotNullIfNotNull(nameof(scheduler))]
    public static IScheduler? Checked(this IScheduler? scheduler, [CallerArgumentExpression(nameof(scheduler))] string parameter = "") =>
        scheduler is ImmediateScheduler or CurrentThreadScheduler
            ? throw new ArgumentException(
                $"{scheduler.GetType().Name} acts, and waits, within the call that schedules. Use DefaultScheduler.Instance, an EventLoopScheduler " +
                "or, in a test, a HistoricalScheduler or TestScheduler.", parameter)
            : scheduler;
}
