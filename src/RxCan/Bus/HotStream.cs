namespace RxCan.Bus;

/// <summary>
/// The observers of one stream of a session or node. An observer that throws is detached and hurts nobody. Its owner makes one call at a time.
/// </summary>
/// <param name="wanted">Is told of every new observer, after it is entered.</param>
internal sealed class HotStream<T>(Action wanted) : IObservable<T>
{
    private readonly Lock _gate = new();
    private volatile Subscription[] _subscriptions = [];
    private bool _completed;

    public bool HasObservers => _subscriptions.Length > 0;

    public IDisposable Subscribe(IObserver<T> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var subscription = new Subscription(this, observer);
        bool completed;
        lock (_gate)
        {
            completed = _completed;
            if (!completed)
                _subscriptions = [.. _subscriptions, subscription];
        }

        if (completed)
            observer.OnCompleted();
        else
            wanted();
        return subscription;
    }

    public void OnNext(T value)
    {
        foreach (var subscription in _subscriptions)
        {
            try
            {
                subscription.Observer?.OnNext(value);
            }
            catch (Exception failure)
            {
                subscription.Dispose();
                CanBusBase.Rethrow(failure);
            }
        }
    }

    /// <summary>Ends all subscriptions: with an error, after which there may be new ones, or for good.</summary>
    public void End(Exception? error)
    {
        Subscription[] ended;
        lock (_gate)
        {
            _completed |= error is null;
            ended = _subscriptions;
            _subscriptions = [];
        }

        foreach (var subscription in ended)
        {
            try
            {
                subscription.End(error);
            }
            catch (Exception failure)
            {
                CanBusBase.Rethrow(failure);
            }
        }
    }

    private void Remove(Subscription subscription)
    {
        lock (_gate)
            _subscriptions = Array.FindAll(_subscriptions, s => s != subscription);
    }

    private sealed class Subscription(HotStream<T> stream, IObserver<T> observer) : IDisposable
    {
        private volatile IObserver<T>? _observer = observer;

        public IObserver<T>? Observer => _observer;

        public void End(Exception? error)
        {
            if (Interlocked.Exchange(ref _observer, null) is not { } observer)
                return;
            if (error is null)
                observer.OnCompleted();
            else
                observer.OnError(error);
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _observer, null) is not null)
                stream.Remove(this);
        }
    }
}
