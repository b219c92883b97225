using System.Reactive.Concurrency;
using RxCan.IsoTp;

namespace RxCan.Uds;

/// <summary>
/// A UDS (ISO 14229) client of one control unit, or of all control units of a functional address. Open one with
/// <see cref="UdsExtensions.OpenUds(ICanBus, CanId, CanId, UdsOptions?)"/>. The services are extension methods, see <see cref="UdsServices"/>.
/// </summary>
/// <remarks>
/// Requests are sent one at a time, in the order of their subscriptions. Disposing of a subscription removes its request from the queue, or stops
/// waiting for its response. A call never waits and never runs an observer's code, except that a disposed client ends a new subscription at once.
/// </remarks>
public interface IUdsClient : IDisposable
{
    /// <summary>The ISO-TP session that carries the messages. It also delivers those that answer no request.</summary>
    IIsoTpSession IsoTp { get; }

    /// <summary>How it was opened.</summary>
    UdsOptions Options { get; }

    /// <summary>The clock of all times.</summary>
    IScheduler Scheduler { get; }

    /// <summary>
    /// Sends a request of any service. Each subscription sends it, once the requests before it are finished; the positive response completes it.
    /// On a functional address, each positive response is a value; <see cref="IUdsRequest{T}.ByEcu"/> also gives the negative ones.
    /// </summary>
    /// <typeparam name="T">What is made from a positive response.</typeparam>
    /// <param name="request">The message, with its service identifier. It is copied.</param>
    /// <param name="decode">Makes a value from a positive response, which has its service identifier. If it throws, the request fails with that.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <returns>
    /// The values. Errors: <see cref="UdsNegativeResponseException"/> if the request is refused, <see cref="UdsException"/> if a response is
    /// malformed, <see cref="TimeoutException"/> if none comes in time, <see cref="IsoTpException"/> if a transfer fails,
    /// <see cref="CanBusException"/> if the bus fails, <see cref="ObjectDisposedException"/> if the client or its bus is disposed.
    /// </returns>
    /// <exception cref="ArgumentException">The message is empty or too long.</exception>
    IUdsRequest<T> Request<T>(ReadOnlySpan<byte> request, Func<byte[], T> decode, UdsRequestOptions? options = null);

    /// <summary>
    /// Enters a session when subscribed, keeps it with TesterPresent, also while a request waits for its response, and returns to the
    /// default session when disposed. The one value is the control unit's response.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <returns>
    /// The stream of the session. It completes when another session is entered through this client. Errors: as for a request; and
    /// <see cref="UdsSessionException"/> if the control unit was reset, has left the session, or could not be reached for S3.
    /// </returns>
    IObservable<UdsSessionResponse> Session(UdsSession session);
}
