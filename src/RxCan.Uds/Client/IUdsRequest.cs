namespace RxCan.Uds;

/// <summary>A request as an observable of its responses' values; each subscription sends it.</summary>
/// <typeparam name="T">The value.</typeparam>
public interface IUdsRequest<out T> : IObservable<T>
{
    /// <summary>The message that is sent.</summary>
    ReadOnlyMemory<byte> Message { get; }

    /// <summary>The responses with the control units they came from; negative ones are values here. Use it with a functional address.</summary>
    IObservable<IUdsAnswer<T>> ByEcu { get; }
}
