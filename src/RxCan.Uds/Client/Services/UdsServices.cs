using System.Reactive;

namespace RxCan.Uds;

/// <summary>
/// The services of ISO 14229-1 as requests of a client. Each has the errors of <see cref="IUdsClient.Request"/>. Services without a value give
/// <see cref="Unit"/>, also when a positive response was suppressed.
/// </summary>
public static partial class UdsServices
{
    /// <summary>Sends a request as bytes, and gives the positive response as bytes: for services that RxCan does not know.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="request">The message, with its service identifier.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<byte[]> Request(this IUdsClient ecu, ReadOnlySpan<byte> request, UdsRequestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(ecu);
        return ecu.Request(request, static response => response, options);
    }

    private static IUdsRequest<TResponse> Call<TRequest, TResponse>(this IUdsClient ecu, TRequest request, UdsRequestOptions? options)
        where TRequest : IUdsMessage<TRequest>
        where TResponse : IUdsMessage<TResponse> => ecu.Call(request, static response => Malformed.Read<TResponse>(response), options);

    private static IUdsRequest<Unit> CallUnit<TRequest, TResponse>(this IUdsClient ecu, TRequest request, UdsRequestOptions? options)
        where TRequest : IUdsMessage<TRequest>
        where TResponse : IUdsMessage<TResponse> => ecu.Call(
        request,
        static response =>
        {
            _ = Malformed.Read<TResponse>(response);
            return Unit.Default;
        },
        options);

    private static IUdsRequest<T> Call<TRequest, T>(this IUdsClient ecu, TRequest request, Func<byte[], T> decode, UdsRequestOptions? options)
        where TRequest : IUdsMessage<TRequest>
    {
        ArgumentNullException.ThrowIfNull(ecu);
        return ecu.Request(request.ToBytes(), decode, options);
    }
}
