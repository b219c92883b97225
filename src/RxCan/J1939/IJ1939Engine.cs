using System.Diagnostics.CodeAnalysis;

namespace RxCan.J1939;

/// <summary>Does the work of one node: sends and receives whole messages, and tells its <see cref="IJ1939Sink"/> what comes of it.</summary>
internal interface IJ1939Engine : IDisposable
{
    /// <summary>Begins to receive; once, after the address and the filter are set. Trouble goes to <see cref="IJ1939Sink.Ended"/>.</summary>
    void Start(IJ1939Sink sink);

    /// <summary>Sets the address that it receives for and sends from; what is under way for another one ends.</summary>
    void SetAddress(byte address);

    /// <summary>Sets what is asked for.</summary>
    void SetFilter(IReadOnlyList<J1939Filter.Term> wanted);

    /// <summary>Sends a message; <see cref="IJ1939Sink.Sent"/> is its end.</summary>
    void Send(J1939Transfer transfer);
}

/// <summary>A bus that has a J1939 engine of its own.</summary>
internal interface IJ1939EngineProvider
{
    /// <summary>Makes an engine for a node, if there is one that can do what is asked.</summary>
    /// <param name="name">The node's NAME, if it has one.</param>
    /// <param name="options">How the node behaves.</param>
    /// <param name="engine">The engine, not started.</param>
    /// <param name="reason">If there is none, why, and what to do about it; without the bus's name.</param>
    /// <exception cref="CanBusException">The interface cannot be used.</exception>
    bool TryOpenJ1939(J1939Name? name, J1939Options options, [NotNullWhen(true)] out IJ1939Engine? engine, [NotNullWhen(false)] out string? reason);
}

/// <summary>
/// What an engine tells its node. Every call but <see cref="Flush"/> only takes note, in order, and may be made under the engine's lock;
/// <see cref="Flush"/> has the node act on it, which may call the engine and observers: never under a lock.
/// </summary>
internal interface IJ1939Sink
{
    /// <summary>A message is received.</summary>
    void Received(J1939Message message);

    /// <summary>A message of many frames has begun.</summary>
    void Started(J1939Pgn pgn, byte source);

    /// <summary>A reception failed.</summary>
    void Failed(J1939Pgn pgn, byte source, Exception error);

    /// <summary>A message is sent, or failed.</summary>
    void Sent(J1939Transfer transfer, Exception? error);

    /// <summary>The bus's stream ended, with an error or because the bus was disposed. Nothing follows, also no <see cref="Sent"/>.</summary>
    void Ended(Exception? error);

    /// <summary>Acts on what was noted. Only on the bus's thread, the clock's or the engine's own, or within a call of the node.</summary>
    void Flush();
}
