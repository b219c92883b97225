using System.Reactive.Concurrency;

namespace RxCan;

/// <content>The latest value.</content>
public static partial class CanObservable
{
    /// <summary>
    /// Delivers on a scheduler, and while the observer is busy keeps the newest item only:
    /// <see cref="ObserveOnBounded{T}">ObserveOnBounded</see> with a capacity of one, dropping the oldest.
    /// </summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The items.</param>
    /// <param name="scheduler">Delivers; the bus's if null and the source is one, else <see cref="DefaultScheduler"/>.</param>
    public static IObservable<Bounded<T>> ObserveOnLatest<T>(this IObservable<T> source, IScheduler? scheduler = null) =>
        ObserveOnBounded(source, 1, OverflowPolicy.DropOldest, scheduler);
}
