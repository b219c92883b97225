using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan.Bus;
using RxCan.Operators;

namespace RxCan;

/// <content>Bounded buffering.</content>
public static partial class CanObservable
{
    /// <summary>
    /// Delivers on a scheduler, as <c>ObserveOn</c> does, but with a limited number of waiting items: those that do not fit are dropped,
    /// and the item after the gap has their number. The source is never held up.
    /// </summary>
    /// <remarks>
    /// Completion and errors come after the waiting items, and are never dropped. Items that <see cref="OverflowPolicy.DropNewest"/> drops
    /// after the last item are not counted. On a scheduler with long-running operations, such as the default one, a dedicated thread
    /// delivers without allocation; on any other, an action is scheduled whenever items begin to wait.
    /// </remarks>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The items.</param>
    /// <param name="capacity">The number of items that may wait, at least one; the one being observed does not count.</param>
    /// <param name="policy">What to drop.</param>
    /// <param name="scheduler">Delivers. If null: the bus's, if the source is a bus or made from one by RxCan only; otherwise <see cref="DefaultScheduler"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is zero or negative, or the policy is unknown.</exception>
    public static IObservable<Bounded<T>> ObserveOnBounded<T>(
        this IObservable<T> source, int capacity, OverflowPolicy policy = OverflowPolicy.DropOldest, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        BoundedQueue<T>.Check(capacity, policy);
        var deliverer = SchedulerOf(source, scheduler);
        return Observable.Create<Bounded<T>>(observer =>
        {
            var buffer = new BoundedBuffer<T>(observer, capacity, policy, deliverer);
            return StableCompositeDisposable.Create(source.SubscribeSafe(buffer), buffer);
        }).From(source);
    }

    private sealed class BoundedBuffer<T>(IObserver<Bounded<T>> observer, int capacity, OverflowPolicy policy, IScheduler scheduler)
        : IObserver<T>, IDisposable
    {
        private readonly object _gate = new(); // a monitor, because the thread waits on it
        private readonly ISchedulerLongRunning? _longRunning = scheduler.AsLongRunning();
        private readonly SerialDisposable _delivery = new();
        private readonly BoundedQueue<T> _waiting = new(capacity, policy);
        private bool _delivering;
        private bool _disposed;
        private bool _ended;
        private Exception? _error;

        public void OnNext(T value)
        {
            SingleAssignmentDisposable? delivery;
            lock (_gate)
            {
                if (_ended || _disposed)
                    return;
                _waiting.Add(value, out _);
                delivery = NewDelivery();
            }

            Start(delivery);
        }

        public void OnCompleted() => End(null);

        public void OnError(Exception error) => End(error);

        public void Dispose()
        {
            lock (_gate)
            {
                _disposed = true;
                _waiting.Clear();
                Monitor.Pulse(_gate);
            }

            _delivery.Dispose();
        }

        private void End(Exception? error)
        {
            SingleAssignmentDisposable? delivery;
            lock (_gate)
            {
                if (_ended || _disposed)
                    return;
                (_ended, _error) = (true, error);
                delivery = NewDelivery();
            }

            Start(delivery);
        }

        /// <summary>Wakes the delivering thread, or returns a disposable for an action to schedule. Under the gate.</summary>
        private SingleAssignmentDisposable? NewDelivery()
        {
            if (_delivering)
            {
                if (_longRunning is not null)
                    Monitor.Pulse(_gate);
                return null;
            }

            _delivering = true;
            var delivery = new SingleAssignmentDisposable();
            _delivery.Disposable = delivery;
            return delivery;
        }

        private void Start(SingleAssignmentDisposable? delivery)
        {
            if (delivery is null)
                return;
            if (_longRunning is not null)
            {
                delivery.Disposable = _longRunning.ScheduleLongRunning(this, static (buffer, _) => buffer.DeliverAll());
                return;
            }

            delivery.Disposable = scheduler.Schedule(this, static (_, buffer) =>
            {
                buffer.DeliverWaiting();
                return Disposable.Empty;
            });
        }

        private void DeliverAll()
        {
            while (true)
            {
                Bounded<T> item;
                lock (_gate)
                {
                    while (_waiting.Count == 0 && !_ended && !_disposed)
                        Monitor.Wait(_gate);
                    if (_disposed)
                        return;
                    if (_waiting.Count == 0)
                        break;
                    item = _waiting.Take();
                }

                observer.OnNext(item);
            }

            Finish();
        }

        /// <summary>Delivers what is waiting now. What comes meanwhile is left to another action, so that the scheduler can run other work.</summary>
        private void DeliverWaiting()
        {
            int waiting;
            lock (_gate)
                waiting = _waiting.Count;
            for (; waiting > 0; waiting--)
            {
                Bounded<T> item;
                lock (_gate)
                {
                    if (_disposed || _waiting.Count == 0)
                        return;
                    item = _waiting.Take();
                }

                observer.OnNext(item);
            }

            bool ended;
            SingleAssignmentDisposable? delivery = null;
            lock (_gate)
            {
                if (_disposed)
                    return;
                ended = _ended && _waiting.Count == 0;
                if (!ended)
                {
                    _delivering = false;
                    if (_waiting.Count > 0)
                        delivery = NewDelivery();
                }
            }

            if (ended)
                Finish();
            else
                Start(delivery);
        }

        private void Finish()
        {
            if (_error is null)
                observer.OnCompleted();
            else
                observer.OnError(_error);
        }
    }
}
