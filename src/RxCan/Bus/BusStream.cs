namespace RxCan.Bus;

/// <summary>A stream made from a bus, which operators ask for its scheduler, and for the return of its interface.</summary>
internal interface IBusStream
{
    ICanBus Bus { get; }
}

internal sealed class BusStream<T>(ICanBus bus, IObservable<T> stream) : IObservable<T>, IBusStream
{
    public ICanBus Bus => bus;

    public IDisposable Subscribe(IObserver<T> observer) => stream.Subscribe(observer);
}

internal static class BusStream
{
    /// <summary>The bus from which the library made a stream; null if an operator of another library is in between.</summary>
    public static ICanBus? BusOf(object stream) => stream as ICanBus ?? (stream as IBusStream)?.Bus;

    /// <summary>Remembers the bus of the source from which a stream is made.</summary>
    public static IObservable<T> From<T>(this IObservable<T> stream, object source) => BusOf(source) is { } bus ? new BusStream<T>(bus, stream) : stream;
}
