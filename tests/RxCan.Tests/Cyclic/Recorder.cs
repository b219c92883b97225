namespace RxCan.Tests.Cyclic;

/// <summary>What an observer was given, from whatever thread.</summary>
public sealed class Recorder<T> : IObserver<T>
{
    private readonly Lock _gate = new();
    private readonly List<T> _values = [];
    private bool _completed;
    private Exception? _error;

    public IReadOnlyList<T> Values
    {
        get
        {
            lock (_gate)
                return [.. _values];
        }
    }

    public int Count
    {
        get
        {
            lock (_gate)
                return _values.Count;
        }
    }

    public bool IsCompleted
    {
        get
        {
            lock (_gate)
                return _completed;
        }
    }

    public Exception? Error
    {
        get
        {
            lock (_gate)
                return _error;
        }
    }

    public void OnNext(T value)
    {
        lock (_gate)
        {
            if (_completed || _error is not null)
                throw new InvalidOperationException("A value came after the end.");
            _values.Add(value);
        }
    }

    public void OnError(Exception error)
    {
        lock (_gate)
            _error = error;
    }

    public void OnCompleted()
    {
        lock (_gate)
            _completed = true;
    }
}
