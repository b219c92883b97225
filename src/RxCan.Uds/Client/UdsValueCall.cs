using System.Reactive;
using RxCan.IsoTp;

namespace RxCan.Uds;

/// <summary>A subscription to a request's values.</summary>
internal sealed class UdsValueCall<T>(
    UdsClient client, ReadOnlyMemory<byte> request, UdsRequestOptions options, Func<byte[], T> decode, IObserver<T> observer)
    : UdsCall(client, request, options)
{
    protected override void Deliver(IsoTpMessage message)
    {
        if (UdsProtocol.IsNegative(message.Data, out _, out _))
            return; // one of many control units, see IUdsRequest.ByEcu
        T value;
        try
        {
            value = decode(message.Data);
        }
        catch (Exception e)
        {
            throw new DecodeException(e);
        }

        observer.OnNext(value);
    }

    protected override void DeliverSilence()
    {
        if (default(T) is Unit)
            observer.OnNext(default!);
    }

    protected override void Notify(Exception? error)
    {
        if (error is null)
            observer.OnCompleted();
        else
            observer.OnError(error);
    }
}
