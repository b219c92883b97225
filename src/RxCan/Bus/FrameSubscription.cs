namespace RxCan.Bus;

/// <summary>One observer's subscription to a bus. Nothing reaches the observer after <see cref="Dispose"/> has returned on the delivering thread.</summary>
internal sealed class FrameSubscription(CanBusBase bus, FrameDispatcher frames, IObserver<CanFrame> observer, CanFilter? filter) : IDisposable
{
    private volatile IObserver<CanFrame>? _observer = observer;

    /// <summary>What it asks for; null for everything.</summary>
    public CanFilter? Filter { get; } = filter;

    /// <summary>The filter as the kernel takes it.</summary>
    public IReadOnlyList<CanFilterEntry> KernelFilter { get; } = filter?.ToKernelFilter(out _) ?? CanFilter.PassAll;

    /// <summary>The raw ids under which the dispatcher has entered it; empty if it is asked, or takes everything.</summary>
    public IReadOnlySet<uint> ExactIds { get; set; } = System.Collections.Frozen.FrozenSet<uint>.Empty;

    public void OnNext(in CanFrame frame) => _observer?.OnNext(frame);

    public void End(Exception? error)
    {
        if (Interlocked.Exchange(ref _observer, null) is not { } observer)
            return;
        if (error is null)
            observer.OnCompleted();
        else
            observer.OnError(error);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _observer, null) is not null)
            bus.Unsubscribe(frames, this);
    }
}
