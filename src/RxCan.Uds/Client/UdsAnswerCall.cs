using RxCan.IsoTp;

namespace RxCan.Uds;

/// <summary>A subscription to a request's answers by control unit.</summary>
internal sealed class UdsAnswerCall<T>(
    UdsClient client, ReadOnlyMemory<byte> request, UdsRequestOptions options, Func<byte[], T> decode, IObserver<IUdsAnswer<T>> observer)
    : UdsCall(client, request, options)
{
    protected override void Deliver(IsoTpMessage message) => observer.OnNext(Answer(message));

    protected override void Notify(Exception? error)
    {
        if (error is UdsNegativeResponseException)
        {
            observer.OnNext(new UdsAnswer<T>(Client.IsoTp.Address, error, default));
            error = null;
        }

        if (error is null)
            observer.OnCompleted();
        else
            observer.OnError(error);
    }

    private UdsAnswer<T> Answer(IsoTpMessage message)
    {
        if (UdsProtocol.IsNegative(message.Data, out var service, out var code))
            return new(message.Peer, new UdsNegativeResponseException(service, code), default);
        try
        {
            return new(message.Peer, null, decode(message.Data));
        }
        catch (Exception e)
        {
            return new(message.Peer, e, default);
        }
    }
}
