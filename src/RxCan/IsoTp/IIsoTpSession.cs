namespace RxCan.IsoTp;

/// <summary>
/// An ISO-TP (ISO 15765-2) session with one peer, or with all peers of a functional address: messages of many frames, with flow control. As an
/// observable it is the hot stream of all payloads received, including responses to requests. Open one with <see cref="IsoTpExtensions"/>.
/// </summary>
/// <remarks>
/// <para>Payloads are delivered one at a time, on the bus's thread or the clock's. All observers share a payload's array: do not change it.</para>
/// <para>A call to the session (to subscribe, send, request, cancel or dispose) never waits and never runs an observer's code. The only
/// exception: a disposed session ends a new subscription at once. A message is sent at once, on the caller's thread, if no other is under way;
/// its result is reported on the threads that deliver. With a virtual clock, advance it to get the result.</para>
/// <para>The streams survive failed transfers, which <see cref="Errors"/> reports. They end with an error when the bus's stream does;
/// subscribing again, or sending, reconnects. They complete when the session or its bus is disposed.</para>
/// </remarks>
public interface IIsoTpSession : IObservable<byte[]>, IDisposable
{
    /// <summary>The addresses of its two ends.</summary>
    IsoTpAddress Address { get; }

    /// <summary>How it was opened.</summary>
    IsoTpOptions Options { get; }

    /// <summary>The engine that runs it: <see cref="EngineKind.Portable"/> or <see cref="EngineKind.Kernel"/>.</summary>
    EngineKind Engine { get; }

    /// <summary>The messages received, with their senders and times.</summary>
    IObservable<IsoTpMessage> Messages { get; }

    /// <summary>The progress of transfers in both directions: after each frame with the portable engine, only at the end with the kernel's.</summary>
    IObservable<IsoTpProgress> Progress { get; }

    /// <summary>
    /// Failures that the session survives: receptions, as <see cref="IsoTpException"/>, and what <see cref="Send"/> could not send.
    /// </summary>
    IObservable<Exception> Errors { get; }

    /// <summary>Sends a message after those queued before it, without waiting. <see cref="Errors"/> reports a failure.</summary>
    /// <param name="payload">1 to <see cref="IsoTpOptions.MaxLength"/> bytes; for a functional address, at most a single frame. It is copied.</param>
    /// <exception cref="ArgumentException">The payload is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The session only listens.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    void Send(ReadOnlySpan<byte> payload);

    /// <summary>Sends a message after those queued before it.</summary>
    /// <param name="payload">1 to <see cref="IsoTpOptions.MaxLength"/> bytes; for a functional address, at most a single frame. It is copied.</param>
    /// <param name="cancellationToken">Removes the message from the queue, or stops sending it.</param>
    /// <returns>
    /// A task that ends when the last frame has been on the wire, or, on a bus without echoes, is in the transmit queue. It fails with <see cref="IsoTpException"/>, or with
    /// <see cref="CanBusException"/> if the bus fails.
    /// </returns>
    /// <exception cref="ArgumentException">The payload is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The session only listens.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    Task SendAsync(ReadOnlySpan<byte> payload, CancellationToken cancellationToken = default);

    /// <summary>
    /// A request as an observable of its responses. Each subscription sends it, once the requests before it are finished; by default the first
    /// response completes it. Disposing the subscription removes the request from the queue, or stops sending it or waiting for responses.
    /// </summary>
    /// <param name="payload">1 to <see cref="IsoTpOptions.MaxLength"/> bytes; for a functional address, at most a single frame. It is copied.</param>
    /// <param name="options">How to wait; <see cref="IsoTpOptions.Requests"/> if null.</param>
    /// <returns>
    /// The responses. Errors: <see cref="TimeoutException"/> if none begins in time, <see cref="IsoTpException"/> if the transfer of the request
    /// or a response fails, <see cref="CanBusException"/> if the bus fails, <see cref="ObjectDisposedException"/> if the session is disposed.
    /// </returns>
    /// <exception cref="ArgumentException">The payload is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The session only listens.</exception>
    IObservable<byte[]> Request(ReadOnlySpan<byte> payload, IsoTpRequestOptions? options = null);

    /// <summary>Same as <see cref="Request"/>, with the responder and the time of each response.</summary>
    /// <param name="payload">1 to <see cref="IsoTpOptions.MaxLength"/> bytes; for a functional address, at most a single frame. It is copied.</param>
    /// <param name="options">How to wait; <see cref="IsoTpOptions.Requests"/> if null.</param>
    /// <exception cref="ArgumentException">The payload is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The session only listens.</exception>
    IObservable<IsoTpMessage> RequestMessages(ReadOnlySpan<byte> payload, IsoTpRequestOptions? options = null);

    /// <summary>Same as <see cref="RequestMessages(ReadOnlySpan{byte}, IsoTpRequestOptions?)"/>, without a copy of the payload, for long ones.</summary>
    /// <param name="payload">1 to <see cref="IsoTpOptions.MaxLength"/> bytes; for a functional address, at most a single frame. Do not change it while anybody is subscribed.</param>
    /// <param name="options">How to wait; <see cref="IsoTpOptions.Requests"/> if null.</param>
    /// <exception cref="ArgumentException">The payload is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The session only listens.</exception>
    IObservable<IsoTpMessage> RequestMessages(ReadOnlyMemory<byte> payload, IsoTpRequestOptions? options = null);
}
