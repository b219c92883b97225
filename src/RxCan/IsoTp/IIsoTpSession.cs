namespace RxCan.IsoTp;

/// <summary>
/// An ISO-TP (ISO 15765-2) session with one peer, or with those of a functional address: messages of many frames, with flow control. As an
/// observable it is the hot stream of all payloads received, answers to requests too. Open one with <see cref="IsoTpExtensions"/>.
/// </summary>
/// <remarks>
/// <para>Payloads are delivered one at a time, on the bus's thread or the clock's. All observers share a payload's array: do not change it.</para>
/// <para>A call to the session (to subscribe, send, request, cancel or dispose) never waits and never runs an observer's code, except that
/// a session that is disposed already says so to whoever subscribes. A message is sent at once, on the caller's thread if no other is under
/// way; what comes of it is told on the threads that deliver. A virtual clock has to be advanced for that.</para>
/// <para>The streams survive failed transfers, which <see cref="Errors"/> reports. They end with an error when the bus's does; subscribing
/// again, or sending, connects anew. They complete when the session or its bus is disposed.</para>
/// </remarks>
public interface IIsoTpSession : IObservable<byte[]>, IDisposable
{
    /// <summary>Whom it talks to.</summary>
    IsoTpAddress Address { get; }

    /// <summary>How it was opened.</summary>
    IsoTpOptions Options { get; }

    /// <summary>Who does the work, <see cref="EngineKind.Portable"/> or <see cref="EngineKind.Kernel"/>.</summary>
    EngineKind Engine { get; }

    /// <summary>The messages received, with who sent them and when.</summary>
    IObservable<IsoTpMessage> Messages { get; }

    /// <summary>How far the transfers under way are, both ways: after each frame with the portable engine, at the end with the kernel's.</summary>
    IObservable<IsoTpProgress> Progress { get; }

    /// <summary>
    /// What failed, and the session goes on: receptions with an <see cref="IsoTpException"/>, and what <see cref="Send"/> could not send.
    /// </summary>
    IObservable<Exception> Errors { get; }

    /// <summary>Sends a message after those before it, without waiting. <see cref="Errors"/> reports if that fails.</summary>
    /// <param name="payload">1 to <see cref="IsoTpOptions.MaxLength"/> bytes, to a functional address what fits a single frame; copied.</param>
    /// <exception cref="ArgumentException">It is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The session only listens.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    void Send(ReadOnlySpan<byte> payload);

    /// <summary>Sends a message after those before it.</summary>
    /// <param name="payload">1 to <see cref="IsoTpOptions.MaxLength"/> bytes, to a functional address what fits a single frame; copied.</param>
    /// <param name="cancellationToken">Takes it out of the queue, or stops it under way.</param>
    /// <returns>
    /// A task that ends when its last frame is in the bus's transmit queue. It fails with <see cref="IsoTpException"/>, or with
    /// <see cref="CanBusException"/> if the bus does.
    /// </returns>
    /// <exception cref="ArgumentException">It is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The session only listens.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    Task SendAsync(ReadOnlySpan<byte> payload, CancellationToken cancellationToken = default);

    /// <summary>
    /// A request as an observable of its responses. Each subscription sends it, once those before it are through; by default the first
    /// response completes it. Disposing the subscription takes the request out of the queue, or stops sending or waiting.
    /// </summary>
    /// <param name="payload">1 to <see cref="IsoTpOptions.MaxLength"/> bytes, to a functional address what fits a single frame; copied.</param>
    /// <param name="options">How to wait; <see cref="IsoTpOptions.Requests"/> if null.</param>
    /// <returns>
    /// The responses. Errors: <see cref="TimeoutException"/> if none begins in time, <see cref="IsoTpException"/> if request or response
    /// fails on the way, <see cref="CanBusException"/> if the bus does, <see cref="ObjectDisposedException"/> if the session is disposed.
    /// </returns>
    /// <exception cref="ArgumentException">It is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The session only listens.</exception>
    IObservable<byte[]> Request(ReadOnlySpan<byte> payload, IsoTpRequestOptions? options = null);

    /// <summary>As <see cref="Request"/>, with who responded and when.</summary>
    /// <param name="payload">1 to <see cref="IsoTpOptions.MaxLength"/> bytes, to a functional address what fits a single frame; copied.</param>
    /// <param name="options">How to wait; <see cref="IsoTpOptions.Requests"/> if null.</param>
    /// <exception cref="ArgumentException">It is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The session only listens.</exception>
    IObservable<IsoTpMessage> RequestMessages(ReadOnlySpan<byte> payload, IsoTpRequestOptions? options = null);
}
