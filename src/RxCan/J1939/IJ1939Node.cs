using System.Reactive.Concurrency;

namespace RxCan.J1939;

/// <summary>
/// A node of a J1939 network, with its own address or NAME. As an observable it is the hot stream of the messages that reach it, of one frame
/// or of many. Open one with <see cref="J1939Extensions"/>.
/// </summary>
/// <remarks>
/// <para>It receives messages to its address or to all, and of these only the ones with a subscriber: it does not answer a connection for any
/// other message. It hears neither itself nor other nodes opened on the same bus: open a bus for each node.</para>
/// <para>A call to the node (to subscribe, send, request, claim, cancel or dispose) never waits and never runs an observer's code. The only
/// exception: a disposed node ends a new subscription at once. A message is sent at once, on the caller's thread, if it need not wait; its
/// result is reported on the threads that deliver. With a virtual clock, advance it to get the result.</para>
/// <para>Messages are delivered one at a time, on the bus's thread or the clock's. The streams survive failed transfers, which
/// <see cref="Errors"/> reports. They end with an error when the bus's stream does; subscribing again, or sending, reconnects. They complete
/// when the node or its bus is disposed.</para>
/// </remarks>
public interface IJ1939Node : IObservable<J1939Message>, IDisposable
{
    /// <summary>How it was opened.</summary>
    J1939Options Options { get; }

    /// <summary>The engine that runs it: <see cref="EngineKind.Portable"/> or <see cref="EngineKind.Kernel"/>.</summary>
    EngineKind Engine { get; }

    /// <summary>Its current address; <see cref="J1939Address.Null"/> while it has none.</summary>
    byte Address { get; }

    /// <summary>Its NAME; null if it was opened by address.</summary>
    J1939Name? Name { get; }

    /// <summary>
    /// Failures that the node survives: receptions that failed or were refused, as <see cref="J1939AbortException"/>, what <see cref="Send"/> could
    /// not send, and another node's claim with this node's NAME, as <see cref="J1939AddressException"/>.
    /// </summary>
    IObservable<Exception> Errors { get; }

    /// <summary>The messages that pass a filter: only these are received.</summary>
    /// <param name="filter">What to receive.</param>
    IObservable<J1939Message> Where(J1939Filter filter);

    /// <summary>Sends a message without waiting. <see cref="Errors"/> reports a failure.</summary>
    /// <param name="pgn">The parameter group; not one of the transport protocols' own.</param>
    /// <param name="data">0 to 1785 bytes to all, up to 117,440,505 to one node; copied. Above 8 bytes it takes many frames.</param>
    /// <param name="destination">The receiver's address. A single frame of PDU2 format always goes to all.</param>
    /// <param name="priority">0 (highest) to 7, of a single frame; many frames have <see cref="J1939Options.TransportPriority"/>.</param>
    /// <exception cref="ArgumentException">An argument is out of range, or the parameter group belongs to the transport protocols.</exception>
    /// <exception cref="ObjectDisposedException">The node is disposed.</exception>
    void Send(J1939Pgn pgn, ReadOnlySpan<byte> data, byte destination = J1939Address.Global, int priority = 6);

    /// <summary>
    /// Sends a message. One of many frames waits for this node's other messages to the same destination; a single frame never waits.
    /// </summary>
    /// <param name="pgn">The parameter group; not one of the transport protocols' own.</param>
    /// <param name="data">0 to 1785 bytes to all, up to 117,440,505 to one node; copied.</param>
    /// <param name="destination">The receiver's address. A single frame of PDU2 format always goes to all.</param>
    /// <param name="priority">0 (highest) to 7, of a single frame; many frames have <see cref="J1939Options.TransportPriority"/>.</param>
    /// <param name="cancellationToken">Removes the message from the queue; a message under way continues.</param>
    /// <returns>
    /// A task that ends when the receiver has acknowledged a message of many frames, or when the last frame of any other message is sent. It
    /// fails with <see cref="J1939AbortException"/> if the connection is closed, with <see cref="J1939AddressException"/> if the node has no
    /// address, or with <see cref="CanBusException"/> if the bus fails.
    /// </returns>
    /// <exception cref="ArgumentException">An argument is out of range, or the parameter group belongs to the transport protocols.</exception>
    /// <exception cref="ObjectDisposedException">The node is disposed.</exception>
    Task SendAsync(
        J1939Pgn pgn,
        ReadOnlySpan<byte> data,
        byte destination = J1939Address.Global,
        int priority = 6,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// A request for a parameter group as an observable of the responses. Each subscription sends it. A request to one node completes with its
    /// response or positive acknowledgement; one to all completes when the time is over.
    /// </summary>
    /// <param name="pgn">The parameter group requested.</param>
    /// <param name="destination">The address of the node to ask, or the global address.</param>
    /// <param name="timeout">How long to wait for a response to begin; 1250 ms if null.</param>
    /// <param name="scheduler">The clock; the node's if null.</param>
    /// <returns>
    /// The responses. Errors: <see cref="TimeoutException"/> if the node does not answer in time, <see cref="J1939RequestException"/> if it
    /// answers with a negative acknowledgement, and those of <see cref="SendAsync"/>.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is not positive, or the destination is the null address.</exception>
    IObservable<J1939Message> Request(
        J1939Pgn pgn, byte destination = J1939Address.Global, TimeSpan? timeout = null, IScheduler? scheduler = null);

    /// <summary>
    /// Answers requests for a parameter group while it is subscribed to: to the node that asks, or to all if all were asked. Meanwhile the node
    /// answers requests to it for other groups with a negative acknowledgement (SAE J1939-21, 5.4.2). An observable of the requests answered.
    /// </summary>
    /// <param name="pgn">The parameter group.</param>
    /// <param name="answer">Makes the answer to a request. An exception it throws ends the observable.</param>
    IObservable<J1939Message> AnswerRequest(J1939Pgn pgn, Func<J1939Message, J1939Answer> answer);

    /// <summary>
    /// Claims an address for the node's NAME while it is subscribed to, and defends it. An arbitrary-address-capable NAME does not claim an address
    /// that the node has heard a lower NAME claim since it was opened. Disposing the subscription sends a cannot-claim: the NAME
    /// no longer has an address. A node has one such subscription at a time: a second one ends with an error.
    /// </summary>
    /// <param name="preferred">The address to claim first.</param>
    /// <param name="options">How to claim; <see cref="J1939ClaimOptions.Default"/> if null.</param>
    /// <returns>The changes of the claim. It ends as the node's stream does, or with the error that kept the claim from being sent.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="preferred"/> is above <see cref="J1939Address.Max"/>.</exception>
    /// <exception cref="InvalidOperationException">The node was opened by address: it has no NAME.</exception>
    IObservable<J1939Claim> ClaimAddress(byte preferred, J1939ClaimOptions? options = null);
}
