namespace RxCan.Bus;

/// <summary>The frames of one filter of a bus. A further filter on it narrows what the bus receives.</summary>
internal sealed class FilteredFrames(CanBusBase bus, CanFilter filter) : IObservable<CanFrame>
{
    public ICanBus Bus => bus;

    public IObservable<CanFrame> Where(CanFilter further) => new FilteredFrames(bus, filter & further);

    public IDisposable Subscribe(IObserver<CanFrame> observer) => bus.Subscribe(observer, filter);
}
