using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using RxCan.Frames;
using RxCan.Virtual;

namespace RxCan;

/// <summary>
/// An arbitration identifier: 11 bits (standard, <c>0x000</c> to <c>0x7FF</c>) or 29 bits (extended,
/// <c>0x00000000</c> to <c>0x1FFFFFFF</c>). <c>0x123</c> and extended <c>0x123</c> are different identifiers.
/// </summary>
/// <remarks>
/// Integers convert implicitly: a value above <c>0x7FF</c> becomes an extended identifier. Use
/// <see cref="Extended"/> for a small one. Source: <c>canid_t</c> of linux/can.h, ISO 11898-1.
/// </remarks>
[TypeConverter(typeof(TextConverter<CanId>))]
[JsonConverter(typeof(CanIdJsonConverter))]
public readonly struct CanId : IEquatable<CanId>, IComparable<CanId>, ISpanParsable<CanId>, ISpanFormattable
{
    /// <summary>The largest standard identifier, <c>0x7FF</c> (<c>CAN_SFF_MASK</c>).</summary>
    public const uint MaxStandard = 0x7FF;

    /// <summary>The largest extended identifier, <c>0x1FFFFFFF</c> (<c>CAN_EFF_MASK</c>).</summary>
    public const uint MaxExtended = 0x1FFF_FFFF;

    internal const uint EffFlag = 0x8000_0000; // CAN_EFF_FLAG
    internal const uint RtrFlag = 0x4000_0000; // CAN_RTR_FLAG
    internal const uint ErrFlag = 0x2000_0000; // CAN_ERR_FLAG

    /// <summary>The identifier as <c>canid_t</c> has it, without the RTR flag.</summary>
    internal readonly uint Raw;

    private CanId(uint raw, Unchecked _) => Raw = raw;

    private enum Unchecked { Value }

    /// <summary>Creates a standard identifier from a value up to <see cref="MaxStandard"/>, and an extended one above that.</summary>
    /// <param name="value">The identifier, at most <see cref="MaxExtended"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> has more than 29 bits.</exception>
    public CanId(uint value) => Raw = value <= MaxStandard ? value : Checked(value, MaxExtended, "29-bit extended", nameof(value)) | EffFlag;

    /// <summary>The identifier's number, without its format.</summary>
    public uint Value => Raw & MaxExtended;

    /// <summary>Whether this is a 29-bit identifier.</summary>
    public bool IsExtended => (Raw & EffFlag) != 0;

    /// <summary>Creates an 11-bit identifier.</summary>
    /// <param name="value">0 to <see cref="MaxStandard"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> has more than 11 bits.</exception>
    public static CanId Standard(uint value) => new(Checked(value, MaxStandard, "11-bit standard", nameof(value)), Unchecked.Value);

    /// <summary>Creates a 29-bit identifier, even from a small value.</summary>
    /// <param name="value">0 to <see cref="MaxExtended"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> has more than 29 bits.</exception>
    public static CanId Extended(uint value) => new(Checked(value, MaxExtended, "29-bit extended", nameof(value)) | EffFlag, Unchecked.Value);

    internal static CanId FromRaw(uint raw) => new(raw, Unchecked.Value);

    /// <summary>Same as <see cref="CanId(uint)"/>.</summary>
    /// <param name="value">0 to <see cref="MaxExtended"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> has more than 29 bits.</exception>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor is the alternate.")]
    public static implicit operator CanId(uint value) => new(value);

    /// <summary>Same as <see cref="CanId(uint)"/>.</summary>
    /// <param name="value">0 to <see cref="MaxExtended"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative or has more than 29 bits.</exception>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor is the alternate.")]
    public static implicit operator CanId(int value) => new(unchecked((uint)value));

    /// <summary>The standard identifier of that number.</summary>
    /// <param name="value">The identifier.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor is the alternate.")]
    public static implicit operator CanId(byte value) => new(value);

    /// <summary>Same as <see cref="CanId(uint)"/>.</summary>
    /// <param name="value">The identifier; above <see cref="MaxStandard"/>, it is extended.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor is the alternate.")]
    public static implicit operator CanId(ushort value) => new(value);

    /// <summary>Same as <see cref="Value"/>.</summary>
    /// <param name="id">The identifier.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Value is the alternate.")]
    public static explicit operator uint(CanId id) => id.Value;

    /// <summary>Same as <see cref="Value"/>.</summary>
    /// <param name="id">The identifier.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Value is the alternate.")]
    public static explicit operator int(CanId id) => (int)id.Value;

    /// <summary>For patterns, such as <c>frame.Id is (&gt;= 0x700 and &lt;= 0x70F, false)</c>.</summary>
    /// <param name="value">See <see cref="Value"/>.</param>
    /// <param name="isExtended">See <see cref="IsExtended"/>.</param>
    public void Deconstruct(out uint value, out bool isExtended) => (value, isExtended) = (Value, IsExtended);

    /// <summary>Whether two identifiers have the same format and number.</summary>
    /// <param name="left">One identifier.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(CanId left, CanId right) => left.Raw == right.Raw;

    /// <summary>Whether two identifiers differ in format or number.</summary>
    /// <param name="left">One identifier.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(CanId left, CanId right) => left.Raw != right.Raw;

    /// <summary>Whether <paramref name="left"/> sorts before <paramref name="right"/>; see <see cref="CompareTo"/>.</summary>
    /// <param name="left">One identifier.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(CanId left, CanId right) => left.Raw < right.Raw;

    /// <summary>Whether <paramref name="left"/> sorts after <paramref name="right"/>; see <see cref="CompareTo"/>.</summary>
    /// <param name="left">One identifier.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(CanId left, CanId right) => left.Raw > right.Raw;

    /// <summary>Whether <paramref name="left"/> sorts before <paramref name="right"/> or equals it; see <see cref="CompareTo"/>.</summary>
    /// <param name="left">One identifier.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(CanId left, CanId right) => left.Raw <= right.Raw;

    /// <summary>Whether <paramref name="left"/> sorts after <paramref name="right"/> or equals it; see <see cref="CompareTo"/>.</summary>
    /// <param name="left">One identifier.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(CanId left, CanId right) => left.Raw >= right.Raw;

    /// <summary>Orders standard before extended identifiers, then by number. (Arbitration on the wire compares bits instead.)</summary>
    /// <param name="other">The identifier to compare with.</param>
    public int CompareTo(CanId other) => Raw.CompareTo(other.Raw);

    /// <inheritdoc/>
    public bool Equals(CanId other) => Raw == other.Raw;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is CanId other && Raw == other.Raw;

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Raw;

    /// <summary>Three hexadecimal digits for a standard identifier, eight for an extended one.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{this}");

    /// <summary>The identifier as text, the same in every culture.</summary>
    /// <param name="format">
    /// <c>G</c>, empty or null: as <see cref="ToString()"/>. <c>X</c>, <c>x</c> or <c>D</c>, with an optional number of digits: only the number,
    /// hexadecimal or decimal, as <see cref="uint"/> writes it.
    /// </param>
    /// <param name="formatProvider">Not used.</param>
    /// <exception cref="FormatException">The format is unknown.</exception>
    public string ToString(string? format, IFormatProvider? formatProvider = null) =>
        IsGeneral(format) ? ToString() : Value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Writes the text of <see cref="ToString(string?, IFormatProvider?)"/> to a span.</summary>
    /// <param name="destination">Receives the characters: three or eight without a format.</param>
    /// <param name="charsWritten">The number of characters written.</param>
    /// <param name="format">As for <see cref="ToString(string?, IFormatProvider?)"/>.</param>
    /// <param name="provider">Not used.</param>
    /// <returns>False if <paramref name="destination"/> is too short.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        !IsGeneral(format) ? Value.TryFormat(destination, out charsWritten, format, CultureInfo.InvariantCulture)
            : (Raw & ~MaxStandard) == 0 ? Raw.TryFormat(destination, out charsWritten, "X3", CultureInfo.InvariantCulture)
            : (Raw & ~EffFlag).TryFormat(destination, out charsWritten, "X8", CultureInfo.InvariantCulture);

    /// <summary>Reads up to three hexadecimal digits as a standard identifier, or exactly eight as an extended one (the <c>cansend</c> form).</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used.</param>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static CanId Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException($"'{s}' is not a CAN identifier: write 1 to 3 hexadecimal digits up to 7FF (standard) or exactly 8 up to 1FFFFFFF (extended).");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static CanId Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <summary>As <see cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>, without an exception.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">The identifier.</param>
    /// <returns>Whether the text was an identifier.</returns>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out CanId result)
    {
        result = default;
        if (s.Length is 0 or (> 3 and not 8) ||
            !uint.TryParse(s, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ||
            value > (s.Length == 8 ? MaxExtended : MaxStandard))
        {
            return false;
        }

        result = new(s.Length == 8 ? value | EffFlag : value, Unchecked.Value);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out CanId)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CanId result) =>
        TryParse(s.AsSpan(), provider, out result);

    private static bool IsGeneral(ReadOnlySpan<char> format) => format switch
    {
        [] or "G" or "g" => true,
        ['X' or 'x' or 'D' or 'd', ..] => false,
        _ => throw new FormatException($"'{format}' is not a format of a CAN identifier: use G, X, x or D, such as X3."),
    };

    private static uint Checked(uint value, uint max, string format, string parameter) => value <= max
        ? value
        : throw new ArgumentOutOfRangeException(parameter, $"0x{value:X} is not a valid {format} identifier: the largest is 0x{max:X}.");
}
