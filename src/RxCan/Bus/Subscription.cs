namespace RxCan.Bus;

/// <summary>
/// One observer of a stream, a request or a service. It gets one call at a time, and none after it was disposed or ended. If it
/// throws, it is detached and its exception goes where Rx sends unhandled ones: the caller and the other observers are not affected.
/// </summary>
internal abstract class Subscription<T>(IObserver<T> observer) : IDisposable
{
    private volatile IObserver<T>? _observer = observer;

    public bool IsDisposed => _observer is null;

    public void OnNext(in T value)
    {
        try
        {
            _observer?.OnNext(value);
        }
        catch (Exception failure)
        {
            Dispose();
            OnFailed(failure);
        }
    }

    /// <summary>Ends the observer, once: with an error, or with completion if null.</summary>
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
            OnFailed(failure);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _observer, null) is not null)
            Cancel();
    }

    /// <summary>Puts another observer in the place of one that is still there.</summary>
    protected void Replace(IObserver<T> observer, IObserver<T> by) => Interlocked.CompareExchange(ref _observer, by, observer);

    /// <summary>The observer has gone: the owner must stop.</summary>
    protected abstract void Cancel();

    /// <summary>The observer threw.</summary>
    protected virtual void OnFailed(Exception failure) => Unhandled.Throw(failure);
}
