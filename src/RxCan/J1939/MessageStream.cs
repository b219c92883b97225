using RxCan.Bus;

namespace RxCan.J1939;

/// <summary>
/// The observers of a node's messages, each with a filter. An observer that throws is detached and hurts nobody. The node makes one call at a time.
/// </summary>
/// <param name="changed">Is told when what is asked for has changed.</param>
internal sealed class MessageStream(Action changed)
{
    private readonly Lock _gate = new();
    private volatile Subscription[] _subscriptions = [];
    private bool _completed;

    /// <summary>What is asked for.</summary>
    public IEnumerable<J1939Filter.Term> Wanted => _subscriptions.SelectMany(s => s.Filter.Terms);

    public IObservable<J1939Message> Where(J1939Filter filter) => new Filtered(this, filter);

    public void OnNext(J1939Message message)
    {
        foreach (var subscription in _subscriptions)
        {
            try
            {
                if (subscription.Filter.Matches(message))
                    subscription.Observer?.OnNext(message);
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

    private void Changed() => changed();

    private Subscription? Add(J1939Filter filter, IObserver<J1939Message> observer)
    {
        lock (_gate)
        {
            if (_completed)
                return null;
            var subscription = new Subscription(this, filter, observer);
            _subscriptions = [.. _subscriptions, subscription];
            return subscription;
        }
    }

    private void Remove(Subscription subscription)
    {
        lock (_gate)
            _subscriptions = Array.FindAll(_subscriptions, s => s != subscription);
        changed();
    }

    private sealed class Filtered(MessageStream stream, J1939Filter filter) : IObservable<J1939Message>
    {
        public IDisposable Subscribe(IObserver<J1939Message> observer)
        {
            ArgumentNullException.ThrowIfNull(observer);
            if (stream.Add(filter, observer) is not { } subscription)
            {
                observer.OnCompleted();
                return System.Reactive.Disposables.Disposable.Empty;
            }

            stream.Changed();
            return subscription;
        }
    }

    private sealed class Subscription(MessageStream stream, J1939Filter filter, IObserver<J1939Message> observer) : IDisposable
    {
        private volatile IObserver<J1939Message>? _observer = observer;

        public J1939Filter Filter => filter;

        public IObserver<J1939Message>? Observer => _observer;

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
