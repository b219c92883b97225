using RxCan.Frames;

namespace RxCan.Logs.Formats.Text;

/// <summary>
/// Reads Vector's ASCII log. Frames have the header's date plus their time; other events are passed over. Source: CAN_ASC_FORMAT of Vector's
/// documentation, and files of CANoe, CANalyzer, log2asc and python-can.
/// </summary>
internal sealed class AscReader(Stream stream) : LineLogReader(stream, CanLogFormat.Asc)
{
    private const long MaxOffset = 4_000_000_000_000_000_000; // 126 years in nanoseconds: with a date, within what a frame's time can hold
    private const uint FdFlag = 0x1000; // EDL; the others of a CANFD line's flags repeat its columns
    private const uint RemoteFlag = 0x10;

    private bool _isDecimal;
    private bool _isRelative;
    private long _start; // nanoseconds since 1970
    private long _offset; // of the last event
    private long? _triggered; // the date of the last trigger block

    /// <summary>Whether one of a file's first lines is of an ASC header.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head)
    {
        foreach (var range in head.Split((byte)'\n'))
        {
            var line = new Words(head[range]);
            switch (line.Next())
            {
                case var word when Is(word, "date"u8) || Is(word, "\uFEFFdate"u8):
                    if (AscDate.TryParse(line.Rest.TrimEnd((byte)'\r')) is not null)
                        return true;
                    break;
                case var word when Is(word, "base"u8):
                    if (line.Next() is var radix && (Is(radix, "hex"u8) || Is(radix, "dec"u8)))
                        return true;
                    break;
                case var word when Is(word, "begin"u8):
                    if (Is(line.Next(), "triggerblock"u8))
                        return true;
                    break;
            }
        }

        return false;
    }

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> lowerCase) =>
        word.Length == lowerCase.Length && System.Text.Ascii.EqualsIgnoreCase(word, lowerCase);

    protected override string? Parse(ReadOnlySpan<byte> line, out CanFrame frame, out bool isFrame)
    {
        frame = default;
        isFrame = false;
        var words = new Words(line);
        var time = words.Next();
        if (time.IsEmpty || time.StartsWith("//"u8))
            return null;
        if (!Decimal.TryParseScaled(time, 9, out var offset))
            return ReadHeader(time, words) || !HasDirection(line) ? null : "the line does not begin with a time in seconds";

        // A log of relative times counts from the event before, whatever it is.
        offset += _isRelative ? _offset : 0;
        if (Math.Abs(offset) > MaxOffset)
            return "the time is more than 126 years";
        _offset = offset;

        var channel = words.Next();
        if (channel.SequenceEqual("CANFD"u8))
        {
            isFrame = true;
            return ReadFd(words, out frame);
        }

        if (!Decimal.TryParse(channel, out _))
        {
            if (channel.SequenceEqual("Start"u8) && words.Rest.StartsWith(" of measurement"u8) && _triggered is { } triggered)
                _start = triggered - (_isRelative ? 0 : offset);
            return null;
        }

        var id = words.Next();
        if (id.SequenceEqual("ErrorFrame"u8))
        {
            isFrame = true;
            return Make(CanId.ErrFlag, 0, CanFrame.FrameFlags.None, channel, out frame);
        }

        var direction = words.Next();
        var isSent = direction.SequenceEqual("Tx"u8);
        if (!isSent && !direction.SequenceEqual("Rx"u8))
            return HasDirection(line) && !direction.SequenceEqual("TxRq"u8) ? "Rx or Tx does not follow the identifier" : null; // a request to send is no frame yet
        isFrame = true;
        return ReadClassic(words, id, isSent ? CanFrame.FrameFlags.Local : CanFrame.FrameFlags.None, channel, out frame);
    }

    /// <summary>Reads <c>d DLC data</c> or <c>r DLC</c>.</summary>
    private string? ReadClassic(Words words, ReadOnlySpan<byte> id, CanFrame.FrameFlags flags, ReadOnlySpan<byte> channel, out CanFrame frame)
    {
        frame = default;
        if (!TryReadId(id, out var rawId) && !TryFindId(words, out rawId))
            return "the identifier is no number";
        var kind = words.Next();
        var code = words.Next();
        if (kind.SequenceEqual("r"u8))
        {
            var dlc = 0;
            if (code.Length == 1 && (dlc = Hex.ValueOf(code[0])) > 0xF)
                return "the length of a remote frame is one digit";
            return code.IsEmpty && !Lines.IsTerminated
                ? "the last line has no end, and may be cut off. If it is whole, end it with a line feed"
                : Make(rawId | CanId.RtrFlag, dlc, flags, channel, out frame);
        }

        if (!kind.SequenceEqual("d"u8))
            return "d or r does not follow the direction";
        if (code.Length != 1)
            return ReadLong(words, rawId, code, flags, channel, out frame);
        var number = Hex.ValueOf(code[0]);
        if (number > 0xF)
            return "the data length code is no hexadecimal digit";
        // Some converters write a CAN FD frame in this form.
        var length = CanFrame.FdLengths[number];
        var count = ReadData(ref words, length);
        if (count == length && length > CanFrame.MaxLength)
            return Make(rawId, length, flags | CanFrame.FrameFlags.Fd, channel, out frame);
        return count != Math.Min(length, (byte)CanFrame.MaxLength)
            ? $"there are {count} bytes of data, and the data length code is {number}"
            : Make(rawId, number, flags, channel, out frame);
    }

    /// <summary>Reads more than 8 bytes of data, after a decimal data length code (CSS Electronics) or a hexadecimal length (python-can).</summary>
    private string? ReadLong(Words words, uint id, ReadOnlySpan<byte> code, CanFrame.FrameFlags flags, ReadOnlySpan<byte> channel, out CanFrame frame)
    {
        frame = default;
        var count = ReadData(ref words, CanFrame.MaxFdLength);
        var isCode = Decimal.TryParse(code, out var dlc) && dlc is >= 10 and <= 15 && CanFrame.FdLengths[dlc] == count;
        var isLength = code.Length == 2 && Hex.TryParse(code, out var length) && length == count && count > CanFrame.MaxLength && CanFrame.FdLengths.Contains((byte)count);
        return isCode || isLength
            ? Make(id, count, flags | CanFrame.FrameFlags.Fd, channel, out frame)
            : $"there are {count} bytes of data, which does not go with the data length code";
    }

    /// <summary>Reads <c>channel direction id [name] BRS ESI DLC length data duration bits flags</c>.</summary>
    private string? ReadFd(Words words, out CanFrame frame)
    {
        frame = default;
        var channel = words.Next();
        var direction = words.Next();
        var flags = direction.SequenceEqual("Tx"u8) ? CanFrame.FrameFlags.Local : CanFrame.FrameFlags.None;
        var id = words.Next();
        if (id.SequenceEqual("ErrorFrame"u8))
            return Make(CanId.ErrFlag, 0, flags, channel, out frame);
        if (direction.SequenceEqual("TxRq"u8) || (flags == 0 && !direction.SequenceEqual("Rx"u8)))
            return "Rx or Tx does not follow the channel";
        if (!TryReadId(id, out var rawId))
            return "the identifier is no number";
        var brs = words.Next();
        if (!brs.SequenceEqual("0"u8) && !brs.SequenceEqual("1"u8))
            brs = words.Next(); // after a symbolic name
        var esi = words.Next();
        if (!Bit(brs, CanFrame.FrameFlags.BitRateSwitch, ref flags) || !Bit(esi, CanFrame.FrameFlags.ErrorStateIndicator, ref flags))
            return "BRS and ESI must be 0 or 1";
        if (words.Next() is not [var digit] || Hex.ValueOf(digit) is var dlc && dlc > 0xF || !Decimal.TryParse(words.Next(), out var length))
            return "a data length code of one hexadecimal digit and a length must follow ESI";
        if (length > CanFrame.FdLengths[dlc])
            return $"{length} bytes of data are too many for the data length code {dlc}";
        var count = ReadData(ref words, length);
        if (count != length)
            return $"there are {count} bytes of data, and the length is {length}";

        // What follows may be missing; without it, a CANFD line is CAN FD.
        words.Next();
        words.Next();
        var hasFlags = Hex.TryParse(words.Next(), out var fdFlags);
        if (hasFlags && (fdFlags & RemoteFlag) != 0)
            return Make(rawId | CanId.RtrFlag, dlc, flags & CanFrame.FrameFlags.Local, channel, out frame);
        if (hasFlags && (fdFlags & FdFlag) == 0 && length <= CanFrame.MaxLength && (flags & ~CanFrame.FrameFlags.Local) == 0)
        {
            return Math.Min(dlc, CanFrame.MaxLength) == length
                ? Make(rawId, dlc, flags, channel, out frame)
                : $"there are {length} bytes of data, and the data length code is {dlc}";
        }

        return length == CanFrame.FdLengths[dlc]
            ? Make(rawId, length, flags | CanFrame.FrameFlags.Fd, channel, out frame)
            : $"there are {length} bytes of data, and the data length code is {dlc}";

        static bool Bit(ReadOnlySpan<byte> word, CanFrame.FrameFlags flag, ref CanFrame.FrameFlags flags)
        {
            if (word is not [(byte)'0' or (byte)'1'])
                return false;
            flags |= word[0] == '1' ? flag : CanFrame.FrameFlags.None;
            return true;
        }
    }

    private string? Make(uint id, int length, CanFrame.FrameFlags flags, ReadOnlySpan<byte> channel, out CanFrame frame)
    {
        frame = default;
        if (!Decimal.TryParse(channel, out var number))
            return "the channel is no number";
        var hasData = (id & (CanId.RtrFlag | CanId.ErrFlag)) == 0;
        var count = (flags & CanFrame.FrameFlags.Fd) != 0 ? length : Math.Min(length, CanFrame.MaxLength);
        frame = new(id, length, flags, hasData ? Data.AsSpan(0, count) : default, Interfaces.Of(number), FrameTime.FromUnixNanoseconds(_start + _offset));
        return null;
    }

    /// <summary>Reads up to a number of bytes in the file's base; returns how many there are.</summary>
    private int ReadData(ref Words words, int count)
    {
        if (!_isDecimal)
            return words.ReadHexBytes(Data.AsSpan(0, count));
        var read = 0;
        while (read < count)
        {
            var rest = words;
            var word = words.Next();
            if (!Decimal.TryParse(word, out var value) || value > byte.MaxValue || (words.Rest.IsEmpty && !Lines.IsTerminated))
            {
                words = rest;
                break;
            }

            Data[read++] = (byte)value;
        }

        return read;
    }

    private bool TryReadId(ReadOnlySpan<byte> word, out uint id)
    {
        var isExtended = word is [.., (byte)'x' or (byte)'X'];
        if (isExtended)
            word = word[..^1];
        if (!_isDecimal)
        {
            if (!Hex.TryParse(word, out id))
                return false;
        }
        else
        {
            var isNumber = Decimal.TryParse(word, out var value);
            id = (uint)value;
            if (!isNumber)
                return false;
        }

        if (id > CanId.MaxExtended)
            return false;
        if (isExtended || id > CanId.MaxStandard)
            id |= CanId.EffFlag;
        return true;
    }

    /// <summary>The identifier at the end of a line whose third word is a symbolic name: <c>ID = 1785</c>, always decimal.</summary>
    private static bool TryFindId(Words words, out uint id)
    {
        id = 0;
        var at = words.Rest.LastIndexOf(" ID = "u8);
        if (at < 0)
            return false;
        var word = new Words(words.Rest[(at + 6)..]).Next();
        var isExtended = word is [.., (byte)'x'];
        if (!Decimal.TryParse(isExtended ? word[..^1] : word, out var value) || value > CanId.MaxExtended)
            return false;
        id = (uint)value | (isExtended || value > CanId.MaxStandard ? CanId.EffFlag : 0);
        return true;
    }

    /// <summary>Reads a line of the header, or of a trigger block; false if it is another line.</summary>
    private bool ReadHeader(ReadOnlySpan<byte> word, Words words)
    {
        if (Is(word, "date"u8))
        {
            _start = AscDate.TryParse(words.Rest) ?? _start;
            return true;
        }

        if (Is(word, "base"u8))
        {
            _isDecimal = Is(words.Next(), "dec"u8);
            words.Next();
            _isRelative = Is(words.Next(), "relative"u8);
            return true;
        }

        if (Is(word, "begin"u8) && Is(words.Next(), "triggerblock"u8))
        {
            _triggered = AscDate.TryParse(words.Rest);
            return true;
        }

        return false;
    }

    private static bool HasDirection(ReadOnlySpan<byte> line) => line.IndexOf(" Rx "u8) >= 0 || line.IndexOf(" Tx "u8) >= 0;
}
