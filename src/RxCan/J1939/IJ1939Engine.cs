using System.Diagnostics.CodeAnalysis;

namespace RxCan.J1939;

/// <summary>Does the work of one node: sends and receives whole messages, and reports the results to its <see cref="IJ1939Sink"/>.</summary>
internal interface IJ1939Engine : IDisposable
{
    /// <summary>Begins to receive. Called once, after the address and the filter are set. Failures go to <see cref="IJ1939Sink.Ended"/>.</summary>
    void Start(IJ1939Sink sink);

    /// <summary>Sets the address to receive for and send from; transfers under way for another address end.</summary>
    void SetAddress(byte address);

    /// <summary>Sets which messages to receive.</summary>
    void SetFilter(IReadOnlyList<J1939Filter.Term> wanted);

    /// <summary>Sends a message; <see cref="IJ1939Sink.Sent"/> reports its end.</summary>
    void Send(J1939Transfer transfer);

    /// <summary>Gives up a message of which nothing was heard for too long; its node has ended it.</summary>
    void Forget(J1939Transfer transfer);
}

/// <summary>A bus with its own J1939 engine.</summary>
internal interface IJ1939EngineProvider
{
    /// <summary>Makes an engine for a node, if there is one that supports what is asked.</summary>
    /// <param name="name">The node's NAME, if it has one.</param>
    /// <param name="options">The node's options.</param>
    /// <param name="engine">The engine, not started.</param>
    /// <param name="reason">Why there is none, and what to do about it, without the bus's name.</param>
    bool TryOpenJ1939(J1939Name? name, J1939Options options, [NotNullWhen(true)] out IJ1939Engine? engine, [NotNullWhen(false)] out string? reason);
}

/// <summary>
/// Takes an engine's reports for its node. Every call except <see cref="Flush"/> only records something, in order, and may be made under the
/// engine's lock. <see cref="Flush"/> has the node act on it, which may call the engine and observers: never call it under a lock.
/// </summary>
internal interface IJ1939Sink
{
    /// <summary>A message was received.</summary>
    void Received(J1939Message message);

    /// <summary>The reception of a message of many frames has begun.</summary>
    void Started(J1939Pgn pgn, byte source, int length);

    /// <summary>A reception failed or was refused.</summary>
    void Failed(J1939Pgn pgn, byte source, Exception error);

    /// <summary>A message was sent, or failed.</summary>
    void Sent(J1939Transfer transfer, Exception? error);

    /// <summary>The bus's stream ended, with an error or because the bus was disposed. Nothing follows, not even <see cref="Sent"/>.</summary>
    void Ended(Exception? error);

    /// <summary>Acts on what was recorded. Only on the bus's thread, the clock's or the engine's own, or within a call from the node.</summary>
    void Flush();
}
