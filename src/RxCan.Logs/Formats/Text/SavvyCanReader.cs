using RxCan.Frames;

namespace RxCan.Logs.Formats.Text;

/// <summary>
/// Reads SavvyCAN's native CSV (GVRET): microseconds, identifier, extended, direction (since its second version), bus, length, and the bytes.
/// Source: SavvyCAN's framefileio.cpp.
/// </summary>
internal sealed class SavvyCanReader(Stream stream) : LineLogReader(stream, CanLogFormat.SavvyCanCsv)
{
    private const int MaxColumns = CanFrame.MaxFdLength + 8;
    private const long MaxMicroseconds = 8_000_000_000_000_000;

    private bool _hasDirection = true;

    public static bool Recognises(ReadOnlySpan<byte> head) => head.IndexOf("Time Stamp,ID,"u8) is 0 or 3;

    protected override string? Parse(ReadOnlySpan<byte> line, out CanFrame frame, out bool isFrame)
    {
        frame = default;
        var isHeader = Lines.Line == 1 && line.StartsWith("Time Stamp,"u8);
        if (isHeader)
            _hasDirection = line.IndexOf(",Dir,"u8) > 0;
        isFrame = !line.IsEmpty && !isHeader;
        if (!isFrame)
            return null;
        Span<Range> columns = stackalloc Range[MaxColumns];
        var count = CsvReader.Split(line, columns);
        var at = _hasDirection ? 4 : 3;
        if (count < at + 2)
            return "there are too few columns";
        if (!Decimal.TryParseScaled(line[columns[0]], 0, out var microseconds) || microseconds is < 0 or > MaxMicroseconds)
            return "the time is no number of microseconds";
        var id = line[columns[1]];
        if (id.StartsWith("0x"u8))
            id = id[2..];
        if (!Hex.TryParse(id, out var rawId) || rawId > CanId.MaxExtended)
            return "the identifier is not hexadecimal, or has more than 29 bits";
        var extended = line[columns[2]];
        var isExtended = System.Text.Ascii.EqualsIgnoreCase(extended, "true"u8);
        if (!isExtended && !System.Text.Ascii.EqualsIgnoreCase(extended, "false"u8))
            return "the third column must be true or false";
        if (isExtended || rawId > CanId.MaxStandard)
            rawId |= CanId.EffFlag;
        var flags = CanFrame.FrameFlags.None;
        if (_hasDirection)
        {
            if (line[columns[3]] is not [(byte)'R' or (byte)'T', (byte)'x'])
                return "the direction must be Rx or Tx";
            flags = line[columns[3]][0] == 'T' ? CanFrame.FrameFlags.Local : flags;
        }

        if (!Decimal.TryParse(line[columns[at]], out var bus))
            return "the bus is no number";
        if (!Decimal.TryParse(line[columns[at + 1]], out var length) || length > CanFrame.MaxFdLength || !CanFrame.FdLengths.Contains((byte)length))
            return "no frame has this length";
        if (count < at + 2 + length)
            return "there are fewer bytes of data than the length says";
        for (var i = 0; i < length; i++)
        {
            // The last byte of a cut line may have lost a digit.
            var digits = line[columns[at + 2 + i]];
            if (digits.Length is 0 or > 2 || !Hex.TryParse(digits, out var value) || (digits.Length == 1 && !Lines.IsTerminated && i == length - 1))
                return "a byte of data is not hexadecimal";
            Data[i] = (byte)value;
        }

        if (length > CanFrame.MaxLength)
            flags |= CanFrame.FrameFlags.Fd;
        frame = new(rawId, length, flags, Data.AsSpan(0, length), Interfaces.Of(bus), FrameTime.FromUnixNanoseconds(microseconds * 1000));
        return null;
    }
}
