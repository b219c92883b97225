namespace RxCan.J1939;

/// <summary>The special addresses, and the largest that a node can have.</summary>
/// <remarks>Source: SAE J1939-21; linux/can/j1939.h.</remarks>
public static class J1939Address
{
    /// <summary>The largest address that a node can have, <c>0xFD</c> (<c>J1939_MAX_UNICAST_ADDR</c>).</summary>
    public const byte Max = 0xFD;

    /// <summary>
    /// The null address, <c>0xFE</c> (<c>J1939_IDLE_ADDR</c>): the source of a node without an address, in a request for address claimed or a
    /// cannot-claim. Never a destination.
    /// </summary>
    public const byte Null = 0xFE;

    /// <summary>The global address, <c>0xFF</c> (<c>J1939_NO_ADDR</c>): the destination of messages to all. Never a source.</summary>
    public const byte Global = 0xFF;
}
