namespace RxCan.Bus;

/// <summary>
/// A subscription for which something is done, such as a request. Its owner alone touches it, one step at a time, but for
/// <see cref="Dispose"/>; an observer that throws ends it and hurts nobody.
/// </summary>
internal abstract class GuardedSubscription<T>(IObserver<T> observer) : IDisposable
{
    private volatile IObserver<T>? _observer = observer;

    public bool IsDisposed => _observer is null;

    public void OnNext(T value)
    {
        try
        {
            _observer?.OnNext(value);
        }
        catch (Exception failure)
        {
            CanBusBase.Rethrow(failure);
            Dispose();
        }
    }

    public virtual void End(Exception? error)
    {
        if (Interlocked.Exchange(ref _observer, null) is not { } ended)
            return;
        try
        {
            if (error is null)
                ended.OnCompleted();
            else
                ended.OnError(error);
        }
        catch (Exception failure)
        {
            CanBusBase.Rethrow(failure);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _observer, null) is not null)
            Cancel();
    }

    /// <summary>Has the owner stop: nobody observes any more.</summary>
    protected abstract void Cancel();
}
