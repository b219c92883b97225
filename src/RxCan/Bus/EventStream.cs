namespace RxCan.Bus;

/// <summary>
/// The observers of a bus's events. Calls are serialised, also from several threads; an observer that throws is detached and hurts nobody.
/// </summary>
internal sealed class EventStream(CanBusBase bus) : IObservable<CanBusEvent>
{
    private readonly Lock _serial = new();
    private volatile Subscription[] _subscriptions = [];
    private bool _completed;

    public bool HasObservers => _subscriptions.Length > 0;

    public IDisposable Subscribe(IObserver<CanBusEvent> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var subscription = new Subscription(this, observer);
        bool completed;
        lock (bus.Gate)
        {
            completed = _completed;
            if (!completed)
                _subscriptions = [.. _subscriptions, subscription];
        }

        if (completed)
            observer.OnCompleted();
        else
            bus.EventsWanted();
        return subscription;
    }

    public void OnNext(CanBusEvent value)
    {
        lock (_serial)
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
                    bus.ReportFailure(failure);
                }
            }
        }
    }

    public void OnCompleted()
    {
        Subscription[] ended;
        lock (bus.Gate)
        {
            _completed = true;
            ended = _subscriptions;
            _subscriptions = [];
        }

        lock (_serial)
        {
            foreach (var subscription in ended)
            {
                try
                {
                    subscription.Observer?.OnCompleted();
                }
                catch (Exception failure)
                {
                    Unhandled.Throw(failure);
                }
            }
        }
    }

    private void Remove(Subscription subscription)
    {
        lock (bus.Gate)
            _subscriptions = Array.FindAll(_subscriptions, s => s != subscription);
        bus.EventsUnwanted();
    }

    private sealed class Subscription(EventStream stream, IObserver<CanBusEvent> observer) : IDisposable
    {
        private volatile IObserver<CanBusEvent>? _observer = observer;

        public IObserver<CanBusEvent>? Observer => _observer;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _observer, null) is not null)
                stream.Remove(this);
        }
    }
}
