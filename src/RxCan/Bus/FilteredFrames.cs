namespace RxCan.Bus;

/// <summary>The frames of a bus that pass a filter. Another filter on them narrows what the bus receives.</summary>
internal sealed class FilteredFrames(CanBusBase bus, CanFilter filter) : IObservable<CanFrame>, IBusStream
{
    public ICanBus Bus => bus;

    public IObservable<CanFrame> Where(CanFilter further) => new FilteredFrames(bus, filter & further);

    public IDisposable Subscribe(IObserver<CanFrame> observer) => bus.Subscribe(observer, filter);
}
