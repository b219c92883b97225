namespace RxCan.Benchmarks;

/// <summary>Does the least an observer can do with an item.</summary>
internal sealed class CountingObserver<T> : IObserver<T>
{
    public long Count { get; private set; }

    public void OnNext(T value) => Count++;

    public void OnError(Exception error) => throw error;

    public void OnCompleted()
    {
    }
}
