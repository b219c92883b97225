namespace RxCan.IsoTp;

/// <summary>
/// What an engine tells its session. Every call but <see cref="Flush"/> only takes note, in order, and may be made under the engine's lock;
/// <see cref="Flush"/> has the session act on it, which may call the engine and observers: never under a lock.
/// </summary>
internal interface IIsoTpSink
{
    /// <summary>Whether <see cref="Progressed"/> has listeners.</summary>
    bool WantsProgress { get; }

    /// <summary>The message under way is about to go out in full: what begins to be received from here on may answer it.</summary>
    void Sending();

    /// <summary>The message under way is sent, or failed. Never without one.</summary>
    void Sent(Exception? error);

    /// <summary>A message of several frames has begun. An engine that cannot tell leaves it out.</summary>
    /// <param name="responder">The index in <see cref="IsoTpAddress.Responders"/>.</param>
    void Started(int responder);

    /// <summary>A message is received.</summary>
    void Received(int responder, byte[] payload, DateTimeOffset timestamp);

    /// <summary>A reception failed.</summary>
    void Failed(int responder, Exception error);

    /// <summary>A transfer went on.</summary>
    void Progressed(IsoTpProgress progress);

    /// <summary>The bus's stream ended, with an error or because the bus was disposed. Nothing follows, also no <see cref="Sent"/>.</summary>
    void Ended(Exception? error);

    /// <summary>Acts on what was noted. Only on the bus's thread, the clock's or the engine's own, or within a call of the session.</summary>
    void Flush();
}
