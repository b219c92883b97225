using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan.Bus;
using RxCan.Operators;

namespace RxCan;

/// <content>A bounded asynchronous stage.</content>
public static partial class CanObservable
{
    /// <summary>
    /// Does something asynchronous with each item, one after another, while a limited number of items waits: those that do not fit are dropped, and
    /// the result after the gap has their number. The source is never held up.
    /// </summary>
    /// <remarks>
    /// <para>Use it instead of <c>ObserveOnBounded(...).Select(x => FromAsync(...)).Concat()</c>, which is not bounded: <c>Concat</c> has a queue of
    /// its own.</para>
    /// <para>The selector is called, and results are delivered, on the scheduler. On virtual time nothing leaves its thread if the tasks do not: a
    /// task that ends on another thread (real input and output, a <c>Channel</c>) must not meet a virtual-time scheduler, which is not thread-safe.</para>
    /// <para>The end of the source comes after the waiting items. A task that fails ends the stream. Disposing cancels the task under way.</para>
    /// </remarks>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <typeparam name="TResult">The type of the results.</typeparam>
    /// <param name="source">The items.</param>
    /// <param name="selector">What to do with each; its token is cancelled when the subscription is disposed.</param>
    /// <param name="capacity">The number of items that may wait, at least one; the one being worked on does not count.</param>
    /// <param name="policy">What to drop.</param>
    /// <param name="scheduler">Delivers. If null: the bus's, if the source is a bus or made from one by RxCan only; otherwise <see cref="DefaultScheduler"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is zero or negative, or the policy is unknown.</exception>
    public static IObservable<Bounded<TResult>> SelectBounded<T, TResult>(
        this IObservable<T> source,
        Func<T, CancellationToken, Task<TResult>> selector,
        int capacity,
        OverflowPolicy policy = OverflowPolicy.DropOldest,
        IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(selector);
        BoundedQueue<T>.Check(capacity, policy);
        var deliverer = SchedulerOf(source, scheduler);
        return Observable.Create<Bounded<TResult>>(observer =>
        {
            var stage = new AsyncStage<T, TResult>(observer, selector, new(capacity, policy), deliverer);
            return StableCompositeDisposable.Create(source.SubscribeSafe(stage), stage);
        }).From(source);
    }

    private sealed class AsyncStage<T, TResult>(
        IObserver<Bounded<TResult>> observer, Func<T, CancellationToken, Task<TResult>> selector, BoundedQueue<T> waiting, IScheduler scheduler)
        : BoundedStage<T>(waiting)
    {
        protected override void Begin() => scheduler.Schedule(this, static (_, stage) =>
        {
            stage.Step();
            return Disposable.Empty;
        });

        /// <summary>Begins with the next item, or ends. On the scheduler.</summary>
        private void Step()
        {
            if (!TryTake(out var item, out var isEnd))
            {
                if (isEnd)
                    Finish(Error);
                return;
            }

            Task<TResult> task;
            try
            {
                task = selector(item.Value, Ending);
            }
            catch (Exception e)
            {
                Fail(e);
                return;
            }

            if (task.IsCompleted)
                Take(task, item.Dropped);
            else
                task.ContinueWith(done => scheduler.Schedule((this, done, item.Dropped), static (_, next) =>
                {
                    next.Item1.Take(next.done, next.Dropped);
                    return Disposable.Empty;
                }), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        private void Take(Task<TResult> task, long dropped)
        {
            if (Ending.IsCancellationRequested)
                return;
            if (!task.IsCompletedSuccessfully)
            {
                Fail(task.Exception?.InnerException ?? new TaskCanceledException(task));
                return;
            }

            observer.OnNext(new(task.Result, dropped));
            Begin();
        }

        private void Fail(Exception error)
        {
            Dispose();
            Finish(error);
        }

        private void Finish(Exception? error)
        {
            if (error is null)
                observer.OnCompleted();
            else
                observer.OnError(error);
        }
    }
}
