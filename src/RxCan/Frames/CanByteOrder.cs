namespace RxCan;

/// <summary>How the bits of a signal follow one another, as CAN databases (DBC) say it.</summary>
public enum CanByteOrder
{
    /// <summary>Little-endian, DBC's <c>@1</c>: the start bit is the least significant bit, the others follow upwards.</summary>
    Intel,

    /// <summary>
    /// Big-endian, DBC's <c>@0</c>: the start bit is the most significant bit, the others follow down to bit 0 of its byte and go on at
    /// bit 7 of the next.
    /// </summary>
    Motorola,
}
