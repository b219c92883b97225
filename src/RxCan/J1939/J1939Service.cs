using RxCan.Dispatch;

namespace RxCan.J1939;

/// <summary>
/// A subscription by which a node does something for as long as it lives: answers requests, or claims an address. An observer that throws
/// ends it.
/// </summary>
internal sealed class J1939Service<T>(Action<J1939Service<T>> stop, IObserver<T> observer) : IDisposable
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

    public void End(Exception? error)
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
            stop(this);
    }
}
