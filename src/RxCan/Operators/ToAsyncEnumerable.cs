using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using System.Threading.Tasks.Sources;
using RxCan.Bus;
using RxCan.Operators;

namespace RxCan;

/// <content>Asynchronous sequences.</content>
public static partial class CanObservable
{
    /// <summary>
    /// The items for <c>await foreach</c>, with a limited number that waits for the loop: those that do not fit are dropped, and the item after the
    /// gap has their number. The source is never held up.
    /// </summary>
    /// <remarks>
    /// A loop that waits goes on in an action of the scheduler. So it is safe on virtual time, where the continuations of a <c>Channel</c>, which
    /// run on the thread pool, would break a scheduler that is not thread-safe. The subscription lasts as long as the loop; its end or its error
    /// comes after the waiting items.
    /// </remarks>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The items.</param>
    /// <param name="capacity">The number of items that may wait, at least one.</param>
    /// <param name="policy">What to drop.</param>
    /// <param name="scheduler">Continues the loop. If null: the bus's, if the source is a bus or made from one by RxCan only; otherwise <see cref="DefaultScheduler"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is zero or negative, or the policy is unknown.</exception>
    public static IAsyncEnumerable<Bounded<T>> ToAsyncEnumerable<T>(
        this IObservable<T> source, int capacity, OverflowPolicy policy = OverflowPolicy.DropOldest, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        BoundedQueue<T>.Check(capacity, policy);
        return new AsyncItems<T>(source, capacity, policy, SchedulerOf(source, scheduler));
    }

    private sealed class AsyncItems<T>(IObservable<T> source, int capacity, OverflowPolicy policy, IScheduler scheduler) : IAsyncEnumerable<Bounded<T>>
    {
        public IAsyncEnumerator<Bounded<T>> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
            new AsyncLoop<T>(source, new(capacity, policy), scheduler, cancellationToken);
    }

    private sealed class AsyncLoop<T> : IAsyncEnumerator<Bounded<T>>, IObserver<T>, IValueTaskSource<bool>
    {
        private readonly BoundedQueue<T> _items;
        private readonly IScheduler _scheduler;
        private readonly CancellationToken _token;
        private readonly CancellationTokenRegistration _cancellation;
        private readonly IDisposable _subscription;
        private readonly Lock _gate = new();
        private ManualResetValueTaskSourceCore<bool> _next; // its continuation runs where it is set: in an action of the scheduler
        private bool _isWaiting;
        private bool _isOver;
        private Exception? _error;

        public AsyncLoop(IObservable<T> source, BoundedQueue<T> items, IScheduler scheduler, CancellationToken token)
        {
            (_items, _scheduler, _token) = (items, scheduler, token);
            _subscription = source.SubscribeSafe(this);
            _cancellation = token.UnsafeRegister(static loop => ((AsyncLoop<T>)loop!).Wake(), this);
        }

        public Bounded<T> Current { get; private set; }

        public ValueTask<bool> MoveNextAsync()
        {
            lock (_gate)
            {
                if (_token.IsCancellationRequested)
                    return ValueTask.FromCanceled<bool>(_token);
                if (TryTake())
                    return ValueTask.FromResult(true);
                if (_isOver)
                    return _error is null ? ValueTask.FromResult(false) : ValueTask.FromException<bool>(_error);
                _next.Reset();
                _isWaiting = true;
                return new(this, _next.Version);
            }
        }

        public ValueTask DisposeAsync()
        {
            _cancellation.Unregister();
            _subscription.Dispose();
            lock (_gate)
                _items.Clear();
            return ValueTask.CompletedTask;
        }

        public void OnNext(T value)
        {
            lock (_gate)
            {
                if (_isOver)
                    return;
                _items.Add(value, out _);
            }

            Wake();
        }

        public void OnError(Exception error) => End(error);

        public void OnCompleted() => End(null);

        bool IValueTaskSource<bool>.GetResult(short token) => _next.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _next.GetStatus(token);

        void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _next.OnCompleted(continuation, state, token, flags);

        private void End(Exception? error)
        {
            lock (_gate)
                (_isOver, _error) = (true, error);
            Wake();
        }

        private bool TryTake()
        {
            if (_items.Count == 0)
                return false;
            Current = _items.Take();
            return true;
        }

        /// <summary>Has the scheduler continue the loop, if it waits.</summary>
        private void Wake()
        {
            lock (_gate)
            {
                if (!_isWaiting)
                    return;
                _isWaiting = false;
            }

            _scheduler.Schedule(this, static (_, loop) =>
            {
                loop.Continue();
                return Disposable.Empty;
            });
        }

        private void Continue()
        {
            bool isNext;
            Exception? error;
            lock (_gate)
            {
                error = _token.IsCancellationRequested ? new OperationCanceledException(_token) : null;
                isNext = error is null && TryTake();
                if (!isNext)
                    error ??= _error;
            }

            if (error is null)
                _next.SetResult(isNext);
            else
                _next.SetException(error);
        }
    }
}
