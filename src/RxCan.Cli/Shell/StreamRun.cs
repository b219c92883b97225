using System.Runtime.ExceptionServices;

namespace RxCan.Cli;

/// <summary>Takes the values of a stream until it ends. Any thread may end it.</summary>
internal abstract class StreamRun<T> : IObserver<T>, IDisposable
{
    private readonly ManualResetEventSlim _ended = new();
    private Exception? _error;

    public abstract void OnNext(T value);

    public void OnError(Exception error)
    {
        _error ??= error;
        OnCompleted();
    }

    public abstract void OnCompleted();

    /// <summary>Returns when it has ended. Its error is thrown.</summary>
    public void Wait()
    {
        _ended.Wait();
        if (_error is not null)
            ExceptionDispatchInfo.Throw(_error);
    }

    public void Dispose() => _ended.Dispose();

    /// <summary>No value is taken any more.</summary>
    protected void End() => _ended.Set();

    /// <summary>Taking a value failed; <see cref="End"/> follows.</summary>
    protected void Fail(Exception error) => _error = error;
}
