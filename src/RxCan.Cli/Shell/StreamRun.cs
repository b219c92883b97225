using System.Runtime.ExceptionServices;

namespace RxCan.Cli;

/// <summary>Takes the values of a stream until it ends. Any thread may end it; a value that is being taken is finished first.</summary>
internal sealed class StreamRun<T>(Action<T> each) : IObserver<T>, IDisposable
{
    private const int Idle = 0, Busy = 1, Ended = 2;

    private readonly ManualResetEventSlim _ended = new();
    private Exception? _error;
    private int _state;

    public void OnNext(T value)
    {
        if (Interlocked.CompareExchange(ref _state, Busy, Idle) != Idle)
            return;
        try
        {
            each(value);
        }
        catch (Exception e)
        {
            _error = e; // thrown here, the bus would only detach this observer
            _state = Ended;
        }

        if (Interlocked.CompareExchange(ref _state, Idle, Busy) != Busy)
            _ended.Set();
    }

    public void OnError(Exception error)
    {
        _error ??= error;
        OnCompleted();
    }

    public void OnCompleted()
    {
        if (Interlocked.Exchange(ref _state, Ended) == Idle)
            _ended.Set();
    }

    /// <summary>Returns when it has ended. Its error is thrown.</summary>
    public void Wait()
    {
        _ended.Wait();
        if (_error is not null)
            ExceptionDispatchInfo.Throw(_error);
    }

    public void Dispose() => _ended.Dispose();
}
