namespace RxCan;

/// <summary>The order of a signal's bits, as in CAN databases (DBC).</summary>
public enum CanByteOrder
{
    /// <summary>Little-endian, DBC's <c>@1</c>: the start bit is the least significant bit, and the others follow upwards.</summary>
    Intel,

    /// <summary>
    /// Big-endian, DBC's <c>@0</c>: the start bit is the most significant bit. The others follow down to bit 0 of its byte and continue at
    /// bit 7 of the next byte.
    /// </summary>
    Motorola,
}
