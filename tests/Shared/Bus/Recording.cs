using System.Reactive;

namespace RxCan.Tests.Bus;

/// <summary>Records what a stream delivers, from any thread, and lets a test wait for a condition with a deadline.</summary>
public sealed class Recording<T> : IObserver<T>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<T> _values = [];
    private readonly IDisposable _subscription;
    private Notification<T>? _end;
    private int _inside;
    private bool _overlapped;

    public Recording(IObservable<T> source) => _subscription = source.Subscribe(this);

    /// <summary>Whether two calls overlapped, which violates the Rx grammar.</summary>
    public bool Overlapped => Volatile.Read(ref _overlapped);

    public IReadOnlyList<T> Values
    {
        get
        {
            lock (_values)
                return [.. _values];
        }
    }

    public int Count
    {
        get
        {
            lock (_values)
                return _values.Count;
        }
    }

    public Notification<T>? End => Volatile.Read(ref _end);

    public void OnNext(T value) => Add(() => _values.Add(value));

    public void OnError(Exception error) => Add(() => _end = Notification.CreateOnError<T>(error));

    public void OnCompleted() => Add(() => _end = Notification.CreateOnCompleted<T>());

    public Recording<T> WaitForCount(int count) => WaitFor(() => _values.Count >= count, $"{count} values");

    public T WaitFor(Predicate<T> wanted)
    {
        WaitFor(() => _values.Exists(wanted), "a value");
        lock (_values)
            return _values.Find(wanted)!;
    }

    public Notification<T> WaitForEnd()
    {
        WaitFor(() => _end is not null, "the end");
        return End!;
    }

    public void Dispose() => _subscription.Dispose();

    private void Add(Action record)
    {
        if (Interlocked.Increment(ref _inside) != 1)
            Volatile.Write(ref _overlapped, true);
        lock (_values)
        {
            if (_end is not null)
                Volatile.Write(ref _overlapped, true);
            record();
            Monitor.PulseAll(_values);
        }

        Interlocked.Decrement(ref _inside);
    }

    private Recording<T> WaitFor(Func<bool> condition, string what)
    {
        var deadline = DateTime.UtcNow + Patience;
        lock (_values)
        {
            while (!condition())
            {
                var left = deadline - DateTime.UtcNow;
                if (left <= TimeSpan.Zero || !Monitor.Wait(_values, left))
                    Assert.Fail($"Waited {Patience} for {what}; got {_values.Count}, last {string.Join(", ", _values.TakeLast(20))}, end {_end}");
            }
        }

        return this;
    }
}

public static class RecordingExtensions
{
    public static Recording<T> Record<T>(this IObservable<T> source) => new(source);
}
