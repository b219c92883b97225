namespace RxCan.Tests.Bus;

/// <summary>What an observer received, from any thread, and when it ended by a clock.</summary>
public sealed class Recorder<T>(Func<DateTimeOffset>? clock = null) : IObserver<T>
{
    private readonly Lock _gate = new();
    private readonly List<T> _values = [];
    private bool _completed;
    private Exception? _error;
    private DateTimeOffset _endedAt;

    public IDisposable? Subscription { get; set; }

    public T[] Values
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

    public bool HasEnded => IsCompleted || Error is not null;

    public DateTimeOffset EndedAt
    {
        get
        {
            lock (_gate)
                return _endedAt;
        }
    }

    public void OnNext(T value)
    {
        lock (_gate)
        {
            AssertGoesOn();
            _values.Add(value);
        }
    }

    public void OnError(Exception error)
    {
        lock (_gate)
        {
            AssertGoesOn();
            _endedAt = clock?.Invoke() ?? default;
            _error = error;
        }
    }

    public void OnCompleted()
    {
        lock (_gate)
        {
            AssertGoesOn();
            _endedAt = clock?.Invoke() ?? default;
            _completed = true;
        }
    }

    private void AssertGoesOn() => Assert.False(_completed || _error is not null, "Something came after the end.");
}
