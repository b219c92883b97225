namespace RxCan.IsoTp;

/// <summary>
/// Does the work of one session: takes one message at a time, and tells its <see cref="IIsoTpSink"/> what comes of it and what is received.
/// </summary>
internal interface IIsoTpEngine : IDisposable
{
    /// <summary>Begins to receive; once, before anything else. Trouble goes to <see cref="IIsoTpSink.Ended"/>.</summary>
    void Start(IIsoTpSink sink);

    /// <summary>Begins to send a message; <see cref="IIsoTpSink.Sent"/> is its end, and only then may the next one be sent.</summary>
    void Send(ReadOnlyMemory<byte> payload);

    /// <summary>
    /// Stops the message under way. True if something of it was held back: there is no <see cref="IIsoTpSink.Sent"/> for it, and the next one
    /// may be sent. False if it is out, or cannot be stopped.
    /// </summary>
    bool Abort();
}
