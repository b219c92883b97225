namespace RxCan.IsoTp;

/// <summary>
/// Takes an engine's reports for its session. Every call except <see cref="Flush"/> only records something, in order, and may be made under the
/// engine's lock. <see cref="Flush"/> has the session act on it, which may call the engine and observers: never call it under a lock.
/// </summary>
internal interface IIsoTpSink
{
    /// <summary>Whether <see cref="Progressed"/> has listeners.</summary>
    bool WantsProgress { get; }

    /// <summary>The last part of the message under way is about to be sent: any reception that begins from now on may answer it.</summary>
    void Sending();

    /// <summary>The message under way was sent, or failed. Called only while there is one.</summary>
    void Sent(Exception? error);

    /// <summary>The reception of a message of several frames has begun. An engine that cannot tell does not call this.</summary>
    /// <param name="responder">The index in <see cref="IsoTpAddress.Responders"/>.</param>
    /// <param name="length">The length of the message, in bytes.</param>
    void Started(int responder, int length);

    /// <summary>A message was received.</summary>
    void Received(int responder, byte[] payload, DateTimeOffset timestamp);

    /// <summary>A reception failed.</summary>
    void Failed(int responder, Exception error);

    /// <summary>A transfer progressed.</summary>
    void Progressed(IsoTpProgress progress);

    /// <summary>The bus's stream ended, with an error or because the bus was disposed. Nothing follows, not even <see cref="Sent"/>.</summary>
    void Ended(Exception? error);

    /// <summary>Acts on what was recorded. Only on the bus's thread, the clock's or the engine's own, or within a call from the session.</summary>
    void Flush();
}
