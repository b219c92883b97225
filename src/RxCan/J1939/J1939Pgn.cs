using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RxCan.J1939;

/// <summary>
/// A parameter group number, 18 bits: the data pages, the PDU format and, where the format is 240 or above (PDU2), the group extension. Below
/// 240 (PDU1), a message has its destination in place of the extension, and the number ends in 00.
/// </summary>
/// <remarks>Integers convert implicitly. Source: SAE J1939-21, <c>pgn_t</c> of linux/can/j1939.h.</remarks>
public readonly record struct J1939Pgn : IComparable<J1939Pgn>
{
    /// <summary>The largest number, <c>0x3FFFF</c> (<c>J1939_PGN_MAX</c>).</summary>
    public const uint MaxValue = 0x3FFFF;

    private const int FirstPdu2Format = 240;

    /// <summary>Makes a parameter group number.</summary>
    /// <param name="value">0 to <see cref="MaxValue"/>; with a PDU format below 240, the last byte must be 00.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> has more than 18 bits.</exception>
    /// <exception cref="ArgumentException">It is of PDU1 format, and its last byte, where the destination goes, is not 00.</exception>
    public J1939Pgn(uint value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxValue);
        Value = value;
        if (IsPdu1 && (value & 0xFF) != 0)
        {
            throw new ArgumentException(
                $"0x{value:X5} is not a PGN: its PDU format is below 240, so its last byte is a destination. The PGN is 0x{value & ~0xFFu:X5}.", nameof(value));
        }
    }

    /// <summary>Request (<c>0EA00</c>): asks for a parameter group.</summary>
    public static J1939Pgn Request { get; } = new(0xEA00);

    /// <summary>Acknowledgement (<c>0E800</c>).</summary>
    public static J1939Pgn Acknowledgement { get; } = new(0xE800);

    /// <summary>Address claimed, and cannot claim address (<c>0EE00</c>).</summary>
    public static J1939Pgn AddressClaimed { get; } = new(0xEE00);

    /// <summary>Commanded address (<c>0FED8</c>).</summary>
    public static J1939Pgn CommandedAddress { get; } = new(0xFED8);

    /// <summary>Transport protocol, connection management (<c>0EC00</c>, TP.CM).</summary>
    public static J1939Pgn TransportControl { get; } = new(0xEC00);

    /// <summary>Transport protocol, data transfer (<c>0EB00</c>, TP.DT).</summary>
    public static J1939Pgn TransportData { get; } = new(0xEB00);

    /// <summary>Extended transport protocol, connection management (<c>0C800</c>, ETP.CM).</summary>
    public static J1939Pgn ExtendedTransportControl { get; } = new(0xC800);

    /// <summary>Extended transport protocol, data transfer (<c>0C700</c>, ETP.DT).</summary>
    public static J1939Pgn ExtendedTransportData { get; } = new(0xC700);

    /// <summary>The number.</summary>
    public uint Value { get; }

    /// <summary>Whether its messages have a destination (PDU format below 240).</summary>
    public bool IsPdu1 => PduFormat < FirstPdu2Format;

    /// <summary>Whether its single frames always go to all (PDU format 240 and above).</summary>
    public bool IsPdu2 => !IsPdu1;

    /// <summary>The extended data page (EDP) bit.</summary>
    public bool ExtendedDataPage => (Value & 0x20000) != 0;

    /// <summary>The data page (DP) bit.</summary>
    public bool DataPage => (Value & 0x10000) != 0;

    /// <summary>The PDU format (PF), 0 to 255.</summary>
    public byte PduFormat => (byte)(Value >> 8);

    /// <summary>The group extension (GE) of a PDU2 number; 0 for PDU1.</summary>
    public byte GroupExtension => (byte)Value;

    /// <summary>The mask of the number's bits in an identifier shifted right by eight.</summary>
    internal uint Mask => IsPdu1 ? 0x3FF00u : MaxValue;

    /// <summary>Whether it belongs to the transport protocols.</summary>
    internal bool IsTransport => Value is 0xEC00 or 0xEB00 or 0xC800 or 0xC700;

    /// <summary>The number from 18 bits of an identifier or a transport frame, whose last byte may be a destination.</summary>
    internal static J1939Pgn FromBits(uint bits) => new((bits >> 8 & 0xFF) < FirstPdu2Format ? bits & 0x3FF00 : bits & MaxValue);

    /// <summary>The number from three bytes of a message, least significant first.</summary>
    internal static J1939Pgn Read(ReadOnlySpan<byte> data) => FromBits((uint)(data[0] | data[1] << 8 | data[2] << 16));

    internal void Write(Span<byte> data)
    {
        data[0] = (byte)Value;
        data[1] = (byte)(Value >> 8);
        data[2] = (byte)(Value >> 16);
    }

    /// <summary>Same as <see cref="J1939Pgn(uint)"/>.</summary>
    /// <param name="value">0 to <see cref="MaxValue"/>.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor is the alternate.")]
    public static implicit operator J1939Pgn(uint value) => new(value);

    /// <summary>Same as <see cref="J1939Pgn(uint)"/>.</summary>
    /// <param name="value">0 to <see cref="MaxValue"/>.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor is the alternate.")]
    public static implicit operator J1939Pgn(int value) => new(unchecked((uint)value));

    /// <summary>Whether one number is below another.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(J1939Pgn left, J1939Pgn right) => left.Value < right.Value;

    /// <summary>Whether one number is above another.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(J1939Pgn left, J1939Pgn right) => left.Value > right.Value;

    /// <summary>Whether one number is below another or equal to it.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(J1939Pgn left, J1939Pgn right) => left.Value <= right.Value;

    /// <summary>Whether one number is above another or equal to it.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(J1939Pgn left, J1939Pgn right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(J1939Pgn other) => Value.CompareTo(other.Value);

    /// <summary>Five hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("X5", CultureInfo.InvariantCulture);
}
