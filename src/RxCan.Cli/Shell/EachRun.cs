namespace RxCan.Cli;

/// <summary>Does something for each value of a stream. A value that is being taken when it ends is finished first.</summary>
internal sealed class EachRun<T>(Action<T> each) : StreamRun<T>
{
    private const int Idle = 0, Busy = 1, Ended = 2;

    private int _state;

    public override void OnNext(T value)
    {
        if (Interlocked.CompareExchange(ref _state, Busy, Idle) != Idle)
            return;
        try
        {
            each(value);
        }
        catch (Exception e)
        {
            Fail(e); // thrown here, the bus would only detach this observer
            _state = Ended;
        }

        if (Interlocked.CompareExchange(ref _state, Idle, Busy) != Busy)
            End();
    }

    public override void OnCompleted()
    {
        if (Interlocked.Exchange(ref _state, Ended) == Idle)
            End();
    }
}
