using System.Text;
using RxCan.Frames;

namespace RxCan.Logs.Formats.Text;

/// <summary>Reads the lines of <c>candump -L</c>. Sources: log.c and lib.c of can-utils.</summary>
internal sealed class CandumpReader(Stream stream) : LineLogReader(stream, CanLogFormat.Candump)
{
    private const string Form = "a line of candump -L begins with (seconds.decimals), a space, the interface and another space";
    private const long MaxNanosecondsSeconds = long.MaxValue / 1_000_000_000;
    private const long MaxSeconds = 253_402_300_799; // the end of the year 9999

    private static readonly uint[] PowersOfTen = [1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];


    /// <summary>Whether a line of a file's beginning has a time in parentheses and an identifier before a number sign.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head)
    {
        foreach (var range in head.Split((byte)'\n'))
        {
            var line = head[range];
            if (range.Start.Value == 0 && line.StartsWith("\uFEFF"u8))
                line = line[3..];
            if (line is [(byte)'(', >= (byte)'0' and <= (byte)'9', ..] && line.IndexOf((byte)')') is > 0 and var end &&
                line[1..end].Contains((byte)'.') && line[end..].Contains((byte)'#'))
            {
                return true;
            }
        }

        return false;
    }

    protected override string? Parse(ReadOnlySpan<byte> line, out CanFrame frame, out bool isFrame)
    {
        frame = default;
        isFrame = !line.Trim((byte)' ').IsEmpty && !line.StartsWith("DROPCOUNT:"u8);
        if (!isFrame)
            return null;
        var at = 1;
        if (line[0] != '(' || !TryReadTime(line, ref at, out var time))
            return Form;
        var name = line[at..];
        var length = name.IndexOf((byte)' ');
        if (length < 1)
            return Form;
        var text = name[(length + 1)..];
        name = name[..length];

        var local = CanFrame.FrameFlags.None;
        var isWhole = Lines.IsTerminated;
        if (text is [.., (byte)' ', (byte)'R' or (byte)'T'])
        {
            local = text[^1] == 'T' ? CanFrame.FrameFlags.Local : CanFrame.FrameFlags.None;
            text = text[..^2];
            isWhole = true;
        }

        if (!TryReadFrame(text, out var id, out length, out var flags) && ReadRareFrame(text, out id, out length, out flags) is { } why)
            return why;
        if (!isWhole && length < ((flags & CanFrame.FrameFlags.Fd) != 0 ? CanFrame.MaxFdLength : CanFrame.MaxLength))
            return "the last line has no end, and may be cut off within its data. If it is whole, end it with a line feed";
        if (Interfaces.Find(name) is not { } number)
            return $"the interface is no word of up to {LogInterfaces.MaxLength} characters";
        frame = new(id, length, flags | local, (id & CanId.RtrFlag) != 0 ? default : Data.AsSpan(0, Math.Min(length, CanFrame.MaxFdLength)), number, time);
        return null;
    }

    /// <summary>Reads <c>seconds.decimals) </c>.</summary>
    private static bool TryReadTime(ReadOnlySpan<byte> line, ref int at, out long time)
    {
        time = 0;
        var start = at;
        var seconds = ReadDigits(line, ref at);
        if (at == start || at - start > 12 || seconds > MaxSeconds || at >= line.Length || line[at++] != '.')
            return false;
        start = at;
        var decimals = ReadDigits(line, ref at);
        if (at - start is < 1 or > 9 || at + 2 > line.Length || line[at] != ')' || line[at + 1] != ' ')
            return false;
        decimals *= PowersOfTen[at - start];
        at += 2;
        time = seconds < MaxNanosecondsSeconds
            ? FrameTime.FromUnixNanoseconds((seconds * 1_000_000_000) + decimals)
            : FrameTime.FromUnix(seconds, decimals);
        return true;
    }

    /// <summary>Reads digits, of which up to 18 make a number.</summary>
    private static long ReadDigits(ReadOnlySpan<byte> line, ref int at)
    {
        long value = 0;
        for (; at < line.Length; at++)
        {
            var digit = (uint)(line[at] - '0');
            if (digit > 9)
                break;
            value = unchecked((value * 10) + digit);
        }

        return value;
    }

    /// <summary>Reads the forms that candump writes for nearly all frames.</summary>
    private bool TryReadFrame(ReadOnlySpan<byte> text, out uint id, out int length, out CanFrame.FrameFlags flags)
    {
        length = 0;
        flags = CanFrame.FrameFlags.None;
        if (text.Length >= 4 && text[3] == '#')
        {
            if (!Hex.TryParse(text[..3], out id) || id > CanId.MaxStandard)
                return false;
            text = text[4..];
        }
        else if (text.Length >= 9 && text[8] == '#')
        {
            if (!Hex.TryParse(text[..8], out id) || id > (CanId.ErrFlag | CanId.MaxExtended))
                return false;
            if ((id & CanId.ErrFlag) == 0)
                id |= CanId.EffFlag;
            text = text[9..];
        }
        else
        {
            id = 0;
            return false;
        }

        if (text is [(byte)'#', _, ..])
        {
            var nibble = Hex.ValueOf(text[1]);
            text = text[2..];
            length = text.Length / 2;
            if (nibble > 0xF || length > CanFrame.MaxFdLength || (length > CanFrame.MaxLength && !CanFrame.FdLengths.Contains((byte)length)) || (id & CanId.ErrFlag) != 0)
                return false;
            flags = ((CanFrame.FrameFlags)nibble & (CanFrame.FrameFlags.BitRateSwitch | CanFrame.FrameFlags.ErrorStateIndicator)) | CanFrame.FrameFlags.Fd;
            if ((nibble & (int)CanFrame.FrameFlags.Fd) != 0)
                flags |= CanFrame.FrameFlags.FdfReported;
        }
        else
        {
            length = text.Length / 2;
            if (length > CanFrame.MaxLength)
                return false;
        }

        return Hex.TryParseBytes(text, Data.AsSpan(0, length));
    }

    /// <summary>Reads every other form that <see cref="CanFrame"/> knows; returns null, or what is wrong.</summary>
    private string? ReadRareFrame(ReadOnlySpan<byte> text, out uint id, out int length, out CanFrame.FrameFlags flags)
    {
        (id, length, flags) = (0, 0, CanFrame.FrameFlags.None);
        Span<char> chars = stackalloc char[256];
        if (text.Length > chars.Length)
            return "there are more than 64 bytes of data";
        if (CanFrame.ReadFrame(chars[..Encoding.Latin1.GetChars(text, chars)], out var frame) is { } why)
            return why.TrimEnd('.');
        (id, flags) = (frame.RawId, frame.Flags);
        length = frame.IsFd ? frame.Length : frame.Dlc;
        frame.Data.CopyTo(Data);
        return null;
    }
}
