using System.Reactive.Concurrency;

namespace RxCan;

/// <content>The latest value.</content>
public static partial class CanObservable
{
    /// <summary>
    /// Delivers on a scheduler, and keeps only the newest item while the observer is busy:
    /// <see cref="ObserveOnBounded{T}">ObserveOnBounded</see> with a capacity of one, dropping the oldest.
    /// </summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The items.</param>
    /// <param name="scheduler">Delivers. If null: the bus's, if the source is a bus or made from one by RxCan only; otherwise <see cref="DefaultScheduler"/>.</param>
    public static IObservable<Bounded<T>> ObserveOnLatest<T>(this IObservable<T> source, IScheduler? scheduler = null) =>
        ObserveOnBounded(source, 1, OverflowPolicy.DropOldest, scheduler);
}
