using RxCan.Frames;

namespace RxCan.Bus;

/// <summary>
/// One observer's subscription to a bus: for all its identifiers, it begins at the same time. Its filter is converted here, before any lock is
/// taken.
/// </summary>
internal sealed class FrameSubscription : Subscription<CanFrame>
{
    private readonly CanBusBase _bus;
    private readonly NotYet _waiting;

    public FrameSubscription(CanBusBase bus, IObserver<CanFrame> observer, CanFilter? filter)
        : this(bus, new NotYet(observer), filter)
    {
    }

    private FrameSubscription(CanBusBase bus, NotYet waiting, CanFilter? filter)
        : base(waiting)
    {
        (_bus, _waiting, Filter) = (bus, waiting, filter);
        KernelFilter = filter?.KernelFilter ?? CanFilter.PassAll;
        ExactIds = filter?.ExactIds;
    }

    /// <summary>Its filter; null for everything.</summary>
    public CanFilter? Filter { get; }

    /// <summary>The filter in the kernel's form.</summary>
    public IReadOnlyList<CanFilterEntry> KernelFilter { get; }

    /// <summary>The raw ids under which the dispatcher finds it; null if its filter is tested instead, or it takes everything.</summary>
    public IReadOnlySet<uint>? ExactIds { get; }

    /// <summary>The connection that it is on. Under the bus's gate.</summary>
    public CanConnection? Connection { get; set; }

    /// <summary>From here on, its observer gets frames.</summary>
    public void Start() => Replace(_waiting, _waiting.Observer);

    protected override void Cancel() => _bus.Unsubscribe(this);

    protected override void OnFailed(Exception failure) => _bus.ReportFailure(failure);

    /// <summary>Stands for an observer while its subscription is being entered.</summary>
    private sealed class NotYet(IObserver<CanFrame> observer) : IObserver<CanFrame>
    {
        public IObserver<CanFrame> Observer => observer;

        public void OnNext(CanFrame value)
        {
        }

        public void OnError(Exception error) => observer.OnError(error);

        public void OnCompleted() => observer.OnCompleted();
    }
}
