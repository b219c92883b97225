using System.Buffers.Text;
using RxCan.Frames;

namespace RxCan.Logs.Formats.Text;

/// <summary>Reads python-can's CSV: time, identifier, extended, remote, error, length, and data in base64. Source: can/io/csv.py.</summary>
internal sealed class CsvReader(Stream stream) : LineLogReader(stream, CanLogFormat.Csv)
{
    private const long MaxTime = 8_000_000_000_000_000_000; // in 2223


    public static bool Recognises(ReadOnlySpan<byte> head) => head.IndexOf("timestamp,arbitration_id,"u8) is 0 or 3;

    protected override string? Parse(ReadOnlySpan<byte> line, out CanFrame frame, out bool isFrame)
    {
        frame = default;
        isFrame = !line.IsEmpty && !(Lines.Line == 1 && line.StartsWith("timestamp,"u8));
        if (!isFrame)
            return null;
        Span<Range> columns = stackalloc Range[8];
        if (Split(line, columns) != 7)
            return "there are not seven columns";
        if (!TryReadTime(line[columns[0]], out var time))
            return "the time is no number of seconds";
        var id = line[columns[1]];
        if (id.StartsWith("0x"u8))
            id = id[2..];
        if (!Hex.TryParse(id, out var rawId) || rawId > CanId.MaxExtended)
            return "the identifier is not hexadecimal, or has more than 29 bits";
        if (!TryReadFlag(line[columns[2]], out var isExtended) || !TryReadFlag(line[columns[3]], out var isRemote) || !TryReadFlag(line[columns[4]], out var isError))
            return "extended, remote and error must be 0 or 1";
        if (!Decimal.TryParse(line[columns[5]], out var length) || length > CanFrame.MaxFdLength)
            return "the length is no number up to 64";
        if (Base64.DecodeFromUtf8(line[columns[6]], Data, out _, out var count) != System.Buffers.OperationStatus.Done)
            return "the data is not base64, or more than 64 bytes";
        if (isError ? count > CanFrame.MaxLength || length != count : count != (isRemote ? 0 : length))
            return $"there are {count} bytes of data, and the length is {length}";
        if (length > CanFrame.MaxLength && (isRemote || !CanFrame.FdLengths.Contains((byte)length)))
            return $"no frame has a length of {length}";
        if (!isExtended && !isError && rawId > CanId.MaxStandard)
            return "a standard identifier is at most 7FF";
        rawId |= isError ? CanId.ErrFlag : (isExtended ? CanId.EffFlag : 0) | (isRemote ? CanId.RtrFlag : 0);
        frame = new(rawId, length, length > CanFrame.MaxLength ? CanFrame.FrameFlags.Fd : CanFrame.FrameFlags.None, Data.AsSpan(0, count), 0, FrameTime.FromUnixNanoseconds(time));
        return null;
    }

    /// <summary>Splits a line at commas; returns the number of columns, one too many if they do not fit.</summary>
    internal static int Split(ReadOnlySpan<byte> line, Span<Range> columns)
    {
        var start = 0;
        for (var i = 0; i < columns.Length; i++)
        {
            var comma = line[start..].IndexOf((byte)',');
            columns[i] = comma < 0 ? start..line.Length : start..(start + comma);
            if (comma < 0)
                return i + 1;
            start += comma + 1;
        }

        return columns.Length;
    }

    private static bool TryReadFlag(ReadOnlySpan<byte> column, out bool flag)
    {
        flag = column is [(byte)'1'];
        return flag || column is [(byte)'0'];
    }

    /// <summary>Reads a time as Python prints it: with decimals, or small ones with an exponent.</summary>
    private static bool TryReadTime(ReadOnlySpan<byte> column, out long nanoseconds)
    {
        if (Decimal.TryParseScaled(column, 9, out nanoseconds) && Math.Abs(nanoseconds) < MaxTime)
            return true;
        if (!Utf8Parser.TryParse(column, out double seconds, out var used) || used != column.Length || !(Math.Abs(seconds) < MaxTime / 1e9))
            return false;
        nanoseconds = (long)(seconds * 1e9);
        return true;
    }
}
