using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using RxCan.Frames;

namespace RxCan;

/// <content>The text forms of can-utils.</content>
[TypeConverter(typeof(TextConverter<CanFrame>))]
[JsonConverter(typeof(CanFrameJsonConverter))]
public readonly partial struct CanFrame : ISpanParsable<CanFrame>, ISpanFormattable, IUtf8SpanFormattable
{
    // "(" + 12 digits of seconds + "." + 6 + ") " + " " + 8 + "##" + 1 + 128 of data, with room to spare; plus the interface's name
    private const int MaxTextLength = 192;

    private const string Forms =
        "Write 123#DEADBEEF (3 hexadecimal digits: standard, 8: extended; dots between data bytes are allowed; _9 to _F after 8 bytes is a raw DLC), " +
        "123#R or 123#R8 (remote), 123##1DEADBEEF (CAN FD, flags 1 = BRS, 2 = ESI), or 20000040#0000000000000000 (error).";

    /// <summary>The form that <c>cansend</c> takes, such as <c>123#DEADBEEF</c>, <c>123#R8</c> or <c>123##1DEADBEEF</c>.</summary>
    public override string ToString() => ToString(null, null);

    /// <summary>The frame as text.</summary>
    /// <param name="format">
    /// <c>G</c>, empty or null: the form that <c>cansend</c> takes. <c>L</c>: a line of <c>candump -L</c>, with timestamp and interface.
    /// <c>N</c>: that line with nine decimals (<c>candump -L -N</c>).
    /// </param>
    /// <param name="formatProvider">Not used.</param>
    /// <exception cref="FormatException">The format is unknown.</exception>
    public string ToString(string? format, IFormatProvider? formatProvider = null)
    {
        var name = Interface.Length;
        var text = name < 64 ? stackalloc char[MaxTextLength + name] : new char[MaxTextLength + name];
        TryFormat(text, out var written, format, formatProvider);
        return new string(text[..written]);
    }

    /// <summary>Writes the text of <see cref="ToString(string?, IFormatProvider?)"/> to a span.</summary>
    /// <param name="destination">Receives the characters; 256 are enough for an interface name of up to 64 characters.</param>
    /// <param name="charsWritten">The number of characters written.</param>
    /// <param name="format">As for <see cref="ToString(string?, IFormatProvider?)"/>.</param>
    /// <param name="provider">Not used.</param>
    /// <returns>False if <paramref name="destination"/> is too short.</returns>
    /// <exception cref="FormatException">The format is unknown.</exception>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        TryWrite(destination, out charsWritten, format);

    /// <summary>Writes the text of <see cref="ToString(string?, IFormatProvider?)"/> to a span, as UTF-8.</summary>
    /// <param name="utf8Destination">Receives the bytes; 256 are enough for an interface name of up to 64 bytes.</param>
    /// <param name="bytesWritten">The number of bytes written.</param>
    /// <param name="format">As for <see cref="ToString(string?, IFormatProvider?)"/>.</param>
    /// <param name="provider">Not used.</param>
    /// <returns>False if <paramref name="utf8Destination"/> is too short.</returns>
    /// <exception cref="FormatException">The format is unknown.</exception>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        TryWrite(utf8Destination, out bytesWritten, format);

    /// <summary>Writes the text if there is room for all of it, as characters or as bytes.</summary>
    private bool TryWrite<T>(Span<T> destination, out int written, ReadOnlySpan<char> format)
        where T : unmanaged
    {
        var decimals = format switch
        {
            "" or "G" => 0,
            "L" => 6,
            "N" => 9,
            _ => throw new FormatException($"CanFrame has no format '{format}': use G (for cansend), L (as candump -L prints it) or N (with nanoseconds)."),
        };
        var (seconds, nanoseconds) = decimals > 0 ? FrameTime.ToUnix(_time) : default;
        var name = decimals > 0 ? InterfaceNames.Of<T>(_interface) : default;
        var secondDigits = 10;
        for (var bound = 10_000_000_000; seconds >= bound; bound *= 10)
            secondDigits++;
        var start = decimals > 0 ? secondDigits + decimals + name.Length + 5 : 0; // ( . ) and two spaces
        var idDigits = (_id & (CanId.EffFlag | CanId.ErrFlag)) == 0 ? 3 : 8;
        var isFd = IsFd;
        var data = Data;
        var hasLength = IsRemote && Length > 0;
        var hasDlc = !isFd && _length > MaxLength;
        var length = start + idDigits + 1 + (isFd ? 2 : 0) + (IsRemote ? 1 : 0) + (hasLength ? 1 : 0) + (2 * data.Length) + (hasDlc ? 2 : 0);
        written = 0;
        if (destination.Length < length)
            return false;
        var text = destination[..length];
        written = length;

        if (decimals > 0)
        {
            text[0] = Digits<T>.Of('(');
            Digits<T>.WriteDecimal(text.Slice(1, secondDigits), (ulong)seconds);
            text[secondDigits + 1] = Digits<T>.Of('.');
            Digits<T>.WriteDecimal(text.Slice(secondDigits + 2, decimals), (ulong)(decimals == 6 ? nanoseconds / 1000 : nanoseconds));
            var at = secondDigits + 2 + decimals;
            text[at] = Digits<T>.Of(')');
            text[at + 1] = Digits<T>.Of(' ');
            name.CopyTo(text[(at + 2)..]);
            text[start - 1] = Digits<T>.Of(' ');
            text = text[start..];
        }

        Digits<T>.WriteHex(text[..idDigits], idDigits == 3 ? _id : _id & (CanId.ErrFlag | CanId.MaxExtended));
        text[idDigits] = Digits<T>.Of('#');
        text = text[(idDigits + 1)..];
        if (isFd)
        {
            var flags = (uint)(_flags & (FrameFlags.BitRateSwitch | FrameFlags.ErrorStateIndicator));
            if (decimals > 0 && (_flags & FrameFlags.FdfReported) != 0)
                flags |= (uint)FrameFlags.Fd;
            text[0] = Digits<T>.Of('#');
            text[1] = Digits<T>.Of('0' + flags);
            text = text[2..];
        }
        else if (IsRemote)
        {
            text[0] = Digits<T>.Of('R');
            if (hasLength)
                text[1] = Digits<T>.Of('0' + (uint)Length);
        }

        Digits<T>.WriteHex(text[..(2 * data.Length)], data);
        if (hasDlc)
        {
            text[^2] = Digits<T>.Of('_');
            Digits<T>.WriteHex(text[^1..], _length);
        }

        return true;
    }

    /// <summary>Reads the form that <c>cansend</c> takes, or a line of <c>candump -L</c> with its time, interface and direction.</summary>
    /// <param name="s">
    /// Such as <c>123#DEADBEEF</c>, <c>1F334455#11.22</c>, <c>123#R8</c>, <c>123##1DEADBEEF</c>, or
    /// <c>(1735270588.936508) can0 123#DEADBEEF R</c>, with up to nine decimals.
    /// </param>
    /// <param name="provider">Not used.</param>
    /// <exception cref="FormatException">The text is not a frame; the message says what is.</exception>
    public static CanFrame Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        Read(s, out var frame) is { } why ? throw new FormatException($"'{s}' is not a CAN frame: {why} {Forms}") : frame;

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static CanFrame Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <summary>As <see cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>, without an exception.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">The frame.</param>
    /// <returns>Whether the text was a frame.</returns>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out CanFrame result) => Read(s, out result) is null;

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out CanFrame)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CanFrame result) => Read(s, out result) is null;

    /// <summary>Reads a frame, or a line of candump -L; returns null, or why it cannot.</summary>
    private static string? Read(ReadOnlySpan<char> s, out CanFrame frame)
    {
        if (s is not ['(', ..])
            return ReadFrame(s, out frame);
        frame = default;
        var end = s.IndexOf(')');
        if (end < 0 || ReadTime(s[1..end]) is not { } time || s[(end + 1)..] is not [' ', .. var rest] || rest.IndexOf(' ') is not (>= 0 and var name))
            return "a line of candump -L begins with (seconds.decimals), a space, the interface and another space.";
        var text = rest[(name + 1)..];
        var isLocal = text is [.., ' ', 'T'];
        if (isLocal || text is [.., ' ', 'R'])
            text = text[..^2];
        if (ReadFrame(text, out frame) is { } why)
            return why;
        var isFdfReported = frame.IsFd && (Convert.ToInt32(text[text.IndexOf('#') + 2].ToString(), 16) & (int)FrameFlags.Fd) != 0;
        frame = new(
            frame,
            frame._flags | (isLocal ? FrameFlags.Local : 0) | (isFdfReported ? FrameFlags.FdfReported : 0),
            InterfaceNames.NumberOf(rest[..name].ToString()),
            time);
        return null;
    }

    /// <summary>Reads seconds since 1970 with up to nine decimals; null if the text is something else, or after the year 9999.</summary>
    private static long? ReadTime(ReadOnlySpan<char> s)
    {
        const int Decimals = 9; // of a nanosecond
        var point = s.IndexOf('.');
        var decimals = s[(point + 1)..];
        if (point < 1 || decimals.Length is < 1 or > Decimals ||
            !long.TryParse(s[..point], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ||
            !long.TryParse(decimals, NumberStyles.None, CultureInfo.InvariantCulture, out var fraction) ||
            seconds >= (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond)
        {
            return null;
        }

        for (var i = decimals.Length; i < Decimals; i++)
            fraction *= 10;
        return FrameTime.FromUnix(seconds, fraction);
    }

    /// <summary>Reads the form that <c>cansend</c> takes; returns null, or why it cannot.</summary>
    internal static string? ReadFrame(ReadOnlySpan<char> s, out CanFrame frame)
    {
        frame = default;
        var hash = s.IndexOf('#');
        if (hash is not (3 or 8))
            return "there must be a # after 3 or 8 digits.";
        if (!uint.TryParse(s[..hash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id))
            return "the identifier is not hexadecimal.";
        var isError = hash == 8 && (id & CanId.ErrFlag) != 0;
        if (id > (hash == 3 ? CanId.MaxStandard : isError ? CanId.ErrFlag | CanId.MaxExtended : CanId.MaxExtended))
            return hash == 3 ? "a standard identifier is at most 7FF." : "an extended identifier is at most 1FFFFFFF.";
        if (hash == 8 && !isError)
            id |= CanId.EffFlag;

        var rest = s[(hash + 1)..];
        if (rest is ['#', ..])
            return isError ? "an error frame cannot be CAN FD." : ReadFd(id, rest[1..], out frame);

        var isRemote = rest is ['R' or 'r', ..];
        if (isRemote && isError)
            return "an error frame cannot be remote.";
        var flags = FrameFlags.None;
        var dlc = 0;
        if (rest is [.., '_', var code])
        {
            if (!char.IsAsciiHexDigit(code) || (dlc = Convert.ToInt32(code.ToString(), 16)) <= MaxLength || isError)
                return "a raw DLC is 9 to F, and follows the 8 bytes of a data or remote frame.";
            rest = rest[..^2];
        }

        Span<byte> data = stackalloc byte[MaxLength];
        int length;
        if (isRemote)
        {
            id |= CanId.RtrFlag;
            length = rest.Length == 1 ? 0 : rest[1] - '0';
            if (rest.Length > 2 || length is < 0 or > MaxLength)
                return "the length of a remote frame is one digit, 0 to 8.";
        }
        else if ((length = ReadHex(rest, data)) < 0)
        {
            return "the data must be 0 to 8 bytes of two hexadecimal digits each.";
        }

        if (dlc > 0 && length != MaxLength)
            return "only a frame of 8 bytes can have a raw DLC.";
        frame = new(id, dlc > 0 ? dlc : length, flags, isRemote ? default : data[..length], 0, 0);
        return null;
    }

    private static string? ReadFd(uint id, ReadOnlySpan<char> s, out CanFrame frame)
    {
        frame = default;
        if (s is [] || !char.IsAsciiHexDigit(s[0]))
            return "one hexadecimal digit of flags must follow the ##.";
        if (s[1..] is ['R' or 'r', ..])
            return "CAN FD has no remote frames.";
        Span<byte> data = stackalloc byte[MaxFdLength];
        var length = ReadHex(s[1..], data);
        if (length < 0)
            return "the data must be 0 to 64 bytes of two hexadecimal digits each.";
        if (!FdLengths.Contains((byte)length))
            return $"a CAN FD frame cannot carry {length} bytes, only 0 to 8, 12, 16, 20, 24, 32, 48 or 64.";
        var flags = (FrameFlags)Convert.ToInt32(s[0].ToString(), 16) & (FrameFlags.BitRateSwitch | FrameFlags.ErrorStateIndicator);
        frame = new(id, length, flags | FrameFlags.Fd, data[..length], 0, 0);
        return null;
    }

    /// <summary>Reads bytes of two digits, with or without a dot before each and at the end, as can-utils does; returns their number, or -1 if the text is something else.</summary>
    private static int ReadHex(ReadOnlySpan<char> s, Span<byte> data)
    {
        var length = 0;
        while (s.Length > 0)
        {
            if (s[0] == '.')
                s = s[1..];
            if (s.IsEmpty)
                break;
            if (s.Length < 2 || length == data.Length || !char.IsAsciiHexDigit(s[0]) || !char.IsAsciiHexDigit(s[1]))
                return -1;
            data[length++] = byte.Parse(s[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            s = s[2..];
        }

        return length;
    }
}
