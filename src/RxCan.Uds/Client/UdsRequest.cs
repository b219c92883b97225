using System.Reactive.Linq;

namespace RxCan.Uds;

/// <summary>A request of a client.</summary>
internal sealed class UdsRequest<T>(UdsClient client, ReadOnlyMemory<byte> message, UdsRequestOptions options, Func<byte[], T> decode) : IUdsRequest<T>
{
    public ReadOnlyMemory<byte> Message => message;

    public IObservable<IUdsAnswer<T>> ByEcu => Observable.Create<IUdsAnswer<T>>(
        observer => client.Enqueue(new UdsAnswerCall<T>(client, message, options, decode, observer)));

    public IDisposable Subscribe(IObserver<T> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return client.Enqueue(new UdsValueCall<T>(client, message, options, decode, observer));
    }
}
