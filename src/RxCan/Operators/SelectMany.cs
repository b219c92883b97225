using System.Reactive;
using System.Reactive.Linq;
using RxCan.Bus;

namespace RxCan;

/// <content>Tasks without a result.</content>
public static partial class CanObservable
{
    /// <summary>
    /// Rx's <c>SelectMany</c> for what gives a <see cref="ValueTask"/>, such as <c>frames.SelectMany(can.SendAsync)</c>: a unit for each task that
    /// ends. It starts a task for each item at once, without a limit:
    /// <see cref="SendTo(IObservable{CanFrame}, ICanBus, CanSendOptions, System.Reactive.Concurrency.IScheduler?)"/> and
    /// <see cref="SelectBounded"/> have one.
    /// </summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The items.</param>
    /// <param name="selector">What to do with each.</param>
    public static IObservable<Unit> SelectMany<T>(this IObservable<T> source, Func<T, ValueTask> selector)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(selector);
        return source.SelectMany(item => Unit(selector(item))).From(source);

        static async Task<Unit> Unit(ValueTask task)
        {
            await task.ConfigureAwait(false);
            return default;
        }
    }
}
