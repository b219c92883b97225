using System.Globalization;
using System.Text;
using RxCan.Frames;

namespace RxCan.Logs.Formats.Text;

/// <summary>
/// Reads PEAK's trace. Frames have the header's start time plus their own. Warnings, status and counters are passed over.
/// Source: PEAK CAN TRC File Format, versions 1.0 to 2.1.
/// </summary>
internal sealed class TrcReader(Stream stream) : LineLogReader(stream, CanLogFormat.Trc)
{
    private const long MaxOffset = 4_000_000_000_000_000_000; // 126 years in nanoseconds: with a date, within what a frame's time can hold
    private const string Columns1 = "NOIlD";
    private const string Columns11 = "NOTIlD";
    private const string Columns12 = "NOBTIlD";
    private const string Columns13 = "NOBTIRlD";
    private const string Columns20 = "NOTIdlD";
    private const string Columns21 = "NOTBIdRLD";

    private string _columns = Columns1;
    private bool _isVersion2;
    private bool _hasStart;
    private long _start; // nanoseconds since 1970

    /// <summary>Whether one of a file's first lines is of a TRC header.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head)
    {
        foreach (var range in head.Split((byte)'\n'))
        {
            var line = head[range];
            if (line.StartsWith("\uFEFF"u8))
                line = line[3..];
            if (line.StartsWith(";$FILEVERSION="u8) || line.StartsWith(";$STARTTIME="u8) || line.StartsWith(";$COLUMNS="u8) ||
                line.StartsWith(";##########"u8) || line.StartsWith(";---+"u8) || line.StartsWith(";----+"u8))
            {
                return true;
            }
        }

        return false;
    }

    protected override string? Parse(ReadOnlySpan<byte> line, out CanFrame frame, out bool isFrame)
    {
        frame = default;
        isFrame = false;
        if (line is [(byte)';', ..])
        {
            ReadHeader(line[1..]);
            return null;
        }

        var words = new Words(line);
        ReadOnlySpan<byte> type = default, id = default, channel = "1"u8;
        var offset = 0L;
        var flags = CanFrame.FrameFlags.None;
        var length = -1;
        var isCode = false;
        foreach (var column in _columns)
        {
            if (column == 'D')
                break;
            // Hardware status, error frames and counters of version 2.0 have neither identifier nor length.
            if (column is 'I' or 'l' && type is [(byte)'S' or (byte)'E', ..] && !_columns.Contains('B', StringComparison.Ordinal))
                continue;
            var word = words.Next();
            if (word.IsEmpty)
                return column == 'N' ? null : "the line has fewer columns than the header says";
            switch (column)
            {
                case 'N':
                    if (!Decimal.TryParse(word.TrimEnd((byte)')'), out _))
                        return "the line does not begin with a number";
                    break;
                case 'O':
                    if (!Decimal.TryParseScaled(word, 6, out offset) || Math.Abs(offset) > MaxOffset)
                        return "the time offset is no number of milliseconds";
                    break;
                case 'T':
                    type = word;
                    if (type.SequenceEqual("EV"u8))
                        return null;
                    break;
                case 'B':
                    channel = word;
                    break;
                case 'I':
                    id = word;
                    break;
                case 'd':
                    if (word.SequenceEqual("Tx"u8))
                        flags = CanFrame.FrameFlags.Local;
                    else if (!word.SequenceEqual("Rx"u8))
                        return "the direction is neither Rx nor Tx";
                    break;
                case 'l' or 'L':
                    isCode = column == 'L';
                    if (type.SequenceEqual("EC"u8))
                        return null;
                    if (!Decimal.TryParse(word, out length) || length > CanFrame.MaxFdLength)
                        return "the length is no number up to 64";
                    break;
            }
        }

        if (_isVersion2 ? !ReadType2(type, ref flags, out var kind) : !ReadType1(type, id, words.Rest, ref flags, out kind))
            return "the type of the line is unknown";
        if (kind == Kind.Other)
            return null;
        isFrame = true;
        if (kind == Kind.Error)
            return ReadError(words, id, channel, offset, out frame);
        if (id.Length is not (> 0 and <= 8) || !Hex.TryParse(id, out var rawId) || rawId > CanId.MaxExtended || (id.Length <= 4 && rawId > CanId.MaxStandard))
            return "the identifier is not hexadecimal, or too large";
        if (id.Length > 4)
            rawId |= CanId.EffFlag;
        if (kind == Kind.Remote)
        {
            return length > 15
                ? "a remote frame requests at most 8 bytes"
                : Make(rawId | CanId.RtrFlag, length, flags, default, channel, offset, out frame);
        }

        return ReadData(words, rawId, length, isCode, flags, channel, offset, out frame);
    }

    private string? ReadData(
        Words words, uint id, int length, bool isCode, CanFrame.FrameFlags flags, ReadOnlySpan<byte> channel, long offset, out CanFrame frame)
    {
        frame = default;
        var count = words.ReadHexBytes(Data);
        if (!words.Rest.Trim((byte)' ').IsEmpty)
            return "the data is not hexadecimal, or longer than 64 bytes";
        var isFd = (flags & CanFrame.FrameFlags.Fd) != 0;
        // Version 2.1 has a data length code, but some tools write the length of a CAN FD frame there.
        var isWhole = isFd
            ? CanFrame.FdLengths.Contains((byte)count) && (count == length || (isCode && length <= 15 && CanFrame.FdLengths[length] == count))
            : length <= 15 && count == Math.Min(length, CanFrame.MaxLength);
        return isWhole
            ? Make(id, isFd ? count : length, flags, Data.AsSpan(0, count), channel, offset, out frame)
            : $"there are {count} bytes of data, and the length is {length}";
    }

    /// <summary>Reads an error frame: its type, direction, position and the two counters, of which version 1 has the type as the identifier.</summary>
    private string? ReadError(Words words, ReadOnlySpan<byte> id, ReadOnlySpan<byte> channel, long offset, out CanFrame frame)
    {
        frame = default;
        uint type = 0;
        if (!_isVersion2 && !Hex.TryParse(id, out type))
            return "the type of the error is not hexadecimal";
        if (!_isVersion2)
        {
            var before = words;
            if (!words.Next().SequenceEqual("ERROR"u8))
                words = before;
        }

        var count = words.ReadHexBytes(Data.AsSpan(0, 5));
        var fields = Data.AsSpan(0, count);
        if (_isVersion2 && count > 0)
        {
            type = fields[0];
            fields = fields[1..];
        }

        if (fields.Length != 4)
            return "an error frame has a type, a direction, a position and two counters";
        var error = TrcError.ToError((int)type, fields);
        var made = error.ToFrame();
        return Make(made.RawId, CanFrame.MaxLength, CanFrame.FrameFlags.None, made.Data, channel, offset, out frame);
    }

    private string? Make(
        uint id, int length, CanFrame.FrameFlags flags, ReadOnlySpan<byte> data, ReadOnlySpan<byte> channel, long offset, out CanFrame frame)
    {
        frame = default;
        if (!Decimal.TryParse(channel, out var number))
            return "the bus is no number";
        frame = new(id, length, flags, data, Interfaces.Of(number), FrameTime.FromUnixNanoseconds(_start + offset));
        return null;
    }

    private static bool ReadType2(ReadOnlySpan<byte> type, ref CanFrame.FrameFlags flags, out Kind kind)
    {
        kind = Kind.Data;
        if (type.Length != 2)
            return false;
        switch ((char)type[0], (char)type[1])
        {
            case ('D', 'T'):
                break;
            case ('F', 'D'):
                flags |= CanFrame.FrameFlags.Fd;
                break;
            case ('F', 'B'):
                flags |= CanFrame.FrameFlags.Fd | CanFrame.FrameFlags.BitRateSwitch;
                break;
            case ('F', 'E'):
                flags |= CanFrame.FrameFlags.Fd | CanFrame.FrameFlags.ErrorStateIndicator;
                break;
            case ('B', 'I'):
                flags |= CanFrame.FrameFlags.Fd | CanFrame.FrameFlags.BitRateSwitch | CanFrame.FrameFlags.ErrorStateIndicator;
                break;
            case ('R', 'R'):
                kind = Kind.Remote;
                break;
            case ('E', 'R'):
                kind = Kind.Error;
                break;
            case ('S', 'T') or ('E', 'C'):
                kind = Kind.Other;
                break;
            default:
                return false;
        }

        return true;
    }

    private static bool ReadType1(ReadOnlySpan<byte> type, ReadOnlySpan<byte> id, ReadOnlySpan<byte> rest, ref CanFrame.FrameFlags flags, out Kind kind)
    {
        var word = new Words(rest).Next();
        kind = id.SequenceEqual("FFFFFFFF"u8) ? Kind.Other : word.SequenceEqual("RTR"u8) ? Kind.Remote : word.SequenceEqual("ERROR"u8) ? Kind.Error : Kind.Data;
        if (type.SequenceEqual("Error"u8))
            kind = Kind.Error;
        else if (type.SequenceEqual("Warng"u8))
            kind = Kind.Other;
        else if (type.SequenceEqual("Tx"u8))
            flags |= CanFrame.FrameFlags.Local;
        else if (!type.IsEmpty && !type.SequenceEqual("Rx"u8))
            return false;
        return true;
    }

    private void ReadHeader(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("$FILEVERSION="u8))
        {
            var version = line[13..].TrimEnd((byte)' ');
            _isVersion2 = version is [(byte)'2', ..];
            _columns = version switch
            {
                _ when version.SequenceEqual("1.1"u8) => Columns11,
                _ when version.SequenceEqual("1.2"u8) => Columns12,
                _ when version.SequenceEqual("1.3"u8) => Columns13,
                _ when version.SequenceEqual("2.0"u8) => Columns20,
                _ when version.SequenceEqual("2.1"u8) => Columns21,
                _ => _columns,
            };
        }
        else if (line.StartsWith("$COLUMNS="u8) && line.Length < 64)
        {
            _columns = Encoding.Latin1.GetString(line[9..]).Replace(",", "", StringComparison.Ordinal).Trim();
        }
        else if (line.StartsWith("$STARTTIME="u8))
        {
            _hasStart |= TryReadDays(line[11..].Trim((byte)' '), out _start);
        }
        else if (!_hasStart && line.IndexOf("Start time: "u8) is >= 0 and var at && line.Length < 200)
        {
            // Version 1.0 has the time in its comments only.
            var text = Encoding.Latin1.GetString(line[(at + 12)..]).Trim();
            if (DateTime.TryParseExact(
                text, "dd.MM.yyyy HH:mm:ss.FFF", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) &&
                time.Year is >= 1970 and <= 2200)
            {
                _start = (time - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
            }
        }
    }

    /// <summary>Reads days since 1899-12-30, the zero of OLE automation, with decimals.</summary>
    private static bool TryReadDays(ReadOnlySpan<byte> text, out long nanoseconds)
    {
        const long Scale = 100_000_000_000_000_000;
        nanoseconds = 0;
        var point = text.IndexOf((byte)'.');
        var fraction = 0L;
        if (!Decimal.TryParse(point < 0 ? text : text[..point], out var days) || days is < 25_569 or > 110_000 ||
            (point >= 0 && !Decimal.TryParseScaled(text[point..], 17, out fraction)))
        {
            return false;
        }

        nanoseconds = ((days - 25_569) * 86_400_000_000_000) + (long)((((Int128)fraction * 86_400_000_000_000) + (Scale / 2)) / Scale);
        return true;
    }

    private enum Kind
    {
        Data,
        Remote,
        Error,
        Other,
    }
}
