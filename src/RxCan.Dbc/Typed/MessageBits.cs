using System.Buffers.Binary;
using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace RxCan.Dbc;

/// <summary>What generated messages have in common. For their code, not for yours.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class MessageBits
{
    private const int WordBytes = sizeof(ulong);

    /// <summary>The eight bytes from a position, the first as the lowest; zeros for those beyond the data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="at">The position of the first byte.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ReadOnlySpan<byte> data, int at) =>
        data.Length >= at + WordBytes ? BinaryPrimitives.ReadUInt64LittleEndian(data[at..]) : ReadEnd(data, at);

    /// <summary>Writes the lowest bytes of a word, up to eight of them or to the end of the data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="at">The position of the first byte.</param>
    /// <param name="word">The word.</param>
    public static void Write(Span<byte> data, int at, ulong word)
    {
        if (data.Length >= at + WordBytes)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data[at..], word);
            return;
        }

        for (; at < data.Length; at++, word >>= 8)
            data[at] = (byte)word;
    }

    /// <summary>The first bytes of a buffer.</summary>
    /// <param name="data">The buffer.</param>
    /// <param name="length">The length of the message.</param>
    /// <param name="message">Its name.</param>
    /// <exception cref="ArgumentException">The buffer is shorter.</exception>
    public static Span<byte> Destination(Span<byte> data, int length, string message) => data.Length >= length
        ? data[..length]
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{message} has {length} bytes, but there is room for {data.Length}."), nameof(data));

    /// <summary>The raw number of a value: rounded to the nearest step.</summary>
    /// <param name="value">The value.</param>
    /// <param name="factor">The value of one step.</param>
    /// <param name="offset">The value for a raw zero.</param>
    /// <param name="lowest">The lowest raw number.</param>
    /// <param name="highest">The highest raw number.</param>
    /// <param name="signal">The signal's name.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public static ulong ToRaw(double value, double factor, double offset, long lowest, long highest, string signal)
    {
        var raw = Math.Round((value - offset) / factor);
        if (!(raw >= lowest && raw <= highest))
            throw OutOfRange(value, (lowest * factor) + offset, (highest * factor) + offset, signal);
        return (ulong)Math.Clamp((long)raw, lowest, highest); // the limits of 64 bits are not exact in a double
    }

    /// <summary>The raw number of a value, for signals of 64 unsigned bits.</summary>
    /// <inheritdoc cref="ToRaw(double, double, double, long, long, string)"/>
    public static ulong ToRaw(double value, double factor, double offset, ulong lowest, ulong highest, string signal)
    {
        var raw = Math.Round((value - offset) / factor);
        if (!(raw >= lowest && raw <= highest))
            throw OutOfRange(value, (lowest * factor) + offset, (highest * factor) + offset, signal);
        return Math.Clamp((ulong)raw, lowest, highest);
    }

    /// <summary>A raw number that is in a range.</summary>
    /// <param name="value">The number.</param>
    /// <param name="lowest">The lowest number.</param>
    /// <param name="highest">The highest number.</param>
    /// <param name="signal">The signal's name.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public static ulong Checked(long value, long lowest, long highest, string signal) =>
        value >= lowest && value <= highest ? (ulong)value : throw OutOfRange(value, lowest, highest, signal);

    /// <inheritdoc cref="Checked(long, long, long, string)"/>
    public static ulong Checked(ulong value, ulong lowest, ulong highest, string signal) =>
        value >= lowest && value <= highest ? value : throw OutOfRange(value, lowest, highest, signal);

    /// <summary>A number that is in a range; NaN and the infinities are.</summary>
    /// <inheritdoc cref="Checked(long, long, long, string)"/>
    public static double Checked(double value, double lowest, double highest, string signal) =>
        !double.IsFinite(value) || (value >= lowest && value <= highest) ? value : throw OutOfRange(value, lowest, highest, signal);

    /// <summary>Checks that a multiplexed signal can be set.</summary>
    /// <param name="isSelected">Whether the multiplexer selects it.</param>
    /// <param name="signal">The signal's name.</param>
    /// <param name="selection">What selects it.</param>
    /// <exception cref="InvalidOperationException">The multiplexer does not select it.</exception>
    public static void CheckSelected(bool isSelected, string signal, string selection)
    {
        if (!isSelected)
            throw new InvalidOperationException($"{signal} is in the message only while {selection}: set that before {signal}.");
    }

    /// <summary>The error of data that does not carry a message.</summary>
    /// <param name="message">The message's name.</param>
    /// <param name="required">The length that it takes.</param>
    /// <param name="found">What there is instead.</param>
    public static ArgumentException NotDecoded(string message, int required, string found) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{message} takes a data frame of its identifier with at least {required} bytes, not {found}. TryDecode does not throw."));

    /// <summary>The error of a message that no frame can carry.</summary>
    /// <param name="message">The message's name.</param>
    /// <param name="length">Its length.</param>
    public static InvalidOperationException NoFrame(string message, int length) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{message} has {length} bytes, too many for a frame: send it with an IJ1939Node, or another transport protocol, and Encode."));

    private static ArgumentOutOfRangeException OutOfRange(object value, object lowest, object highest, string signal) =>
        new(signal, value, string.Create(CultureInfo.InvariantCulture, $"{signal} must be {lowest} to {highest}, not {value}."));

    private static ulong ReadEnd(ReadOnlySpan<byte> data, int at)
    {
        if (at >= data.Length)
            return 0;
        data = data[at..];
        var last = data.Length - 1;
        return data.Length switch
        {
            >= 4 => BinaryPrimitives.ReadUInt32LittleEndian(data) |
                (ulong)BinaryPrimitives.ReadUInt32LittleEndian(data[(last - 3)..]) << (8 * (last - 3)),
            _ => data[0] | (ulong)data[last / 2] << (8 * (last / 2)) | (ulong)data[last] << (8 * last),
        };
    }

    /// <summary>Collects the text of a message.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public struct Text
    {
        private readonly StringBuilder _text;
        private bool _hasSignals;

        /// <summary>Begins the text.</summary>
        /// <param name="message">The message's name.</param>
        public Text(string message) => _text = new StringBuilder(message).Append(" {");

        /// <summary>Adds a signal, unless it is not in the message.</summary>
        /// <param name="signal">Its name.</param>
        /// <param name="value">Its value; null if it is not in the message.</param>
        /// <param name="unit">Its unit, or empty.</param>
        public void Add(string signal, object? value, string unit = "")
        {
            if (value is null)
                return;
            _text.Append(_hasSignals ? ", " : " ").Append(signal).Append(" = ").Append(CultureInfo.InvariantCulture, $"{value}");
            if (unit.Length > 0)
                _text.Append(' ').Append(unit);
            _hasSignals = true;
        }

        /// <summary>Such as <c>EngineData { EngineSpeed = 2400 rpm, Gear = Third }</c>.</summary>
        public override readonly string ToString() => _text.ToString() + " }";
    }
}
