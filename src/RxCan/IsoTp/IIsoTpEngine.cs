namespace RxCan.IsoTp;

/// <summary>
/// Does the work of one session: sends one message at a time, and reports the results and what it receives to its <see cref="IIsoTpSink"/>.
/// </summary>
internal interface IIsoTpEngine : IDisposable
{
    /// <summary>Begins to receive. Called once, before anything else. Failures go to <see cref="IIsoTpSink.Ended"/>.</summary>
    void Start(IIsoTpSink sink);

    /// <summary>Begins to send a message. The next one may be sent only after <see cref="IIsoTpSink.Sent"/>.</summary>
    void Send(ReadOnlyMemory<byte> payload);

    /// <summary>
    /// Stops the message under way. True if part of it was not sent: there will be no <see cref="IIsoTpSink.Sent"/> for it, and the next one
    /// may be sent. False if all of it is out, or it cannot be stopped.
    /// </summary>
    bool Abort();
}
