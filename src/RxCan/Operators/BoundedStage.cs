namespace RxCan.Operators;

/// <summary>
/// What waits between a source that is never held up and asynchronous work on its items, one after another. The end of the source comes after
/// them; disposing cancels the work and forgets what waits.
/// </summary>
internal abstract class BoundedStage<T>(BoundedQueue<T> waiting) : IObserver<T>, IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private bool _isBusy; // work has begun, and has not found the queue empty
    private bool _isOver;

    /// <summary>Cancelled when the stage is disposed.</summary>
    protected CancellationToken Ending => _ending.Token;

    /// <summary>How the source ended, once it has.</summary>
    protected Exception? Error { get; private set; }

    public void OnNext(T value)
    {
        bool isDropped, isIdle;
        T dropped;
        lock (_gate)
        {
            if (_isOver)
                return;
            isDropped = waiting.Add(value, out dropped);
            isIdle = !_isBusy;
            _isBusy = true;
        }

        if (isDropped)
            OnDropped(dropped);
        if (isIdle)
            Begin();
    }

    public void OnError(Exception error) => End(error);

    public void OnCompleted() => End(null);

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            waiting.Clear();
        }

        _ending.Cancel();
    }

    /// <summary>Begins to work on what waits, with <see cref="TryTake"/> until there is no more.</summary>
    protected abstract void Begin();

    protected virtual void OnDropped(T dropped)
    {
    }

    /// <summary>Takes the next item. If there is none, the work is over, and begins again if it is not the end.</summary>
    /// <param name="item">The item.</param>
    /// <param name="isEnd">Whether there is none because the source has ended. After a disposal it has not.</param>
    protected bool TryTake(out Bounded<T> item, out bool isEnd)
    {
        lock (_gate)
        {
            _isBusy = _isOver || waiting.Count > 0;
            isEnd = _isOver && waiting.Count == 0 && !_ending.IsCancellationRequested;
            var isOne = waiting.Count > 0;
            item = isOne ? waiting.Take() : default;
            return isOne;
        }
    }

    private void End(Exception? error)
    {
        lock (_gate)
        {
            if (_isOver)
                return;
            (_isOver, Error) = (true, error);
            if (_isBusy)
                return;
            _isBusy = true;
        }

        Begin();
    }
}
