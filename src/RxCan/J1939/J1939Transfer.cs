namespace RxCan.J1939;

/// <summary>A message to send, and what waits for its end.</summary>
internal sealed class J1939Transfer(J1939Pgn pgn, byte[] data, byte destination, int priority, TaskCompletionSource? completion = null)
{
    public J1939Pgn Pgn { get; } = pgn;

    public byte[] Data { get; } = data;

    public byte Destination { get; } = destination;

    public int Priority { get; } = priority;

    public TaskCompletionSource? Completion { get; } = completion;

    /// <summary>The request that it sends; null if it is another message.</summary>
    public J1939Request? Request { get; init; }

    /// <summary>Whether the address claim sends it, which may send without an address.</summary>
    public bool IsClaim { get; init; }

    public bool IsSingle => Data.Length <= TransportFormat.MaxInFrame;

    public bool IsExtended => Data.Length > TransportFormat.MaxBytes;

    /// <summary>Whether it was cancelled before it was begun.</summary>
    public bool IsCancelled { get; set; }

    /// <summary>Whether the engine has done something for it since the node last looked.</summary>
    public bool IsAlive { get; set; } = true;

    public J1939Id Id(byte source) => new(Priority, Pgn, source, Pgn.IsPdu1 ? Destination : J1939Address.Global);
}
