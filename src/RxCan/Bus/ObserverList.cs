namespace RxCan.Bus;

/// <summary>
/// The observers of one stream. The list is replaced, never changed, so subscribing and disposing are safe while a value is being delivered.
/// Its owner makes one call at a time.
/// </summary>
/// <param name="added">Called for every new observer, once it is in the list.</param>
/// <param name="removed">Called for every disposed observer, once it has left the list.</param>
/// <param name="failed">Called with what an observer threw; by default that is thrown on a pool task.</param>
internal class ObserverList<T>(Action? added = null, Action? removed = null, Action<Exception>? failed = null) : IObservable<T>
{
    private readonly Lock _gate = new();
    private volatile Entry[] _entries = [];
    private bool _completed;

    public bool HasObservers => _entries.Length > 0;

    protected IReadOnlyList<Entry> Entries => _entries;

    public IDisposable Subscribe(IObserver<T> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return Add(new(this, observer));
    }

    public void OnNext(in T value)
    {
        foreach (var entry in _entries)
        {
            if (entry.Wants(value))
                entry.OnNext(value);
        }
    }

    /// <summary>Ends all subscriptions: with an error, after which there may be new ones, or permanently.</summary>
    public void End(Exception? error)
    {
        Entry[] ended;
        lock (_gate)
        {
            _completed |= error is null;
            ended = _entries;
            _entries = [];
        }

        foreach (var entry in ended)
            entry.End(error);
    }

    /// <summary>Adds an observer, or completes it if the stream has completed.</summary>
    protected IDisposable Add(Entry entry)
    {
        bool completed;
        lock (_gate)
        {
            completed = _completed;
            if (!completed)
                _entries = [.. _entries, entry];
        }

        if (completed)
            entry.End(null);
        else
            OnAdded(entry);
        return entry;
    }

    protected virtual void OnAdded(Subscription<T> entry) => added?.Invoke();

    private void Remove(Entry entry)
    {
        lock (_gate)
            _entries = Array.FindAll(_entries, e => e != entry);
        removed?.Invoke();
    }

    internal class Entry(ObserverList<T> list, IObserver<T> observer) : Subscription<T>(observer)
    {
        public virtual bool Wants(in T value) => true;

        protected override void Cancel() => list.Remove(this);

        protected override void OnFailed(Exception failure) => list.OnFailed(failure);
    }

    private void OnFailed(Exception failure)
    {
        if (failed is null)
            Unhandled.Throw(failure);
        else
            failed(failure);
    }
}
