using RxCan.Frames;

namespace RxCan.Bus;

/// <summary>One observer's subscription to a bus. Its filter is converted here, before any lock is taken.</summary>
internal sealed class FrameSubscription(CanBusBase bus, IObserver<CanFrame> observer, CanFilter? filter) : Subscription<CanFrame>(observer)
{
    /// <summary>Its filter; null for everything.</summary>
    public CanFilter? Filter { get; } = filter;

    /// <summary>The filter in the kernel's form.</summary>
    public IReadOnlyList<CanFilterEntry> KernelFilter { get; } = filter?.KernelFilter ?? CanFilter.PassAll;

    /// <summary>The raw ids under which the dispatcher finds it; null if its filter is tested instead, or it takes everything.</summary>
    public IReadOnlySet<uint>? ExactIds { get; } = filter?.TryGetExactIds();

    /// <summary>The connection that it is on. Under the bus's gate.</summary>
    public CanConnection? Connection { get; set; }

    protected override void Cancel() => bus.Unsubscribe(this);

    protected override void OnFailed(Exception failure) => bus.ReportFailure(failure);
}
