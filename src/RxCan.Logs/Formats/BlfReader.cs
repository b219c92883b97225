using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using RxCan.Frames;
using static RxCan.Logs.Formats.BlfFormat;

namespace RxCan.Logs.Formats;

/// <summary>
/// Reads a BLF: CAN messages (1, 86), CAN FD messages (100, 101) and error frames (2, 73, 104); other objects are skipped. A container of up
/// to 4 MiB is decompressed and its checksum verified before its first frame is delivered; of a larger one, and of one that the file's end
/// cuts, each part is delivered as it comes. Takes the stream over.
/// </summary>
internal sealed class BlfReader(Stream stream) : ILogReader
{
    private const int MaxContainer = 4 << 20;
    private const int MaxFrameObject = 512;
    private const int MaxPadding = 7;
    private const int MaxReturns = 64; // so that a file of nested lies is not read once for each of them
    private const uint Signature = 0x4A424F4C; // LOBJ

    private readonly BinaryInput _file = new(stream);
    private readonly ContainerContent _content = new();
    private readonly LogInterfaces _interfaces = new();
    private byte[] _plain = new byte[1 << 18]; // the containers' contents
    private int _start;
    private int _end;
    private int _joint; // where the contents of the last container begin
    private bool _isOpen; // the container at this offset has more
    private bool _isCut; // the file ended in it
    private ZLibStream? _inflater;
    private long _containerOffset;
    private long _startTime = long.MinValue;
    private bool _failed;
    private bool _failedInside;
    private int _returns;

    public static bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith(FileSignature);

    public bool Read(out CanFrame frame)
    {
        frame = default;
        if (_failed)
            return false;
        if (_startTime == long.MinValue)
            ReadFileHeader();
        while (NextObject())
        {
            var header = _plain.AsSpan(_start, _end - _start);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
            var type = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
            if (size < BaseHeaderSize)
                throw Damaged($"an object has a size of {size} bytes");
            if (type is not (CanMessage or CanMessage2 or CanFdMessage or CanFdMessage64 or CanErrorExt or CanErrorFrame or CanFdError64))
            {
                SkipObject(size);
                continue;
            }

            var needed = (int)Math.Min(size, MaxFrameObject);
            if (header.Length < needed && !Fill(needed))
                throw Cut();
            if (_start < _joint && _start + size > _joint && !IsFollowed(size))
                throw Damaged("an object does not go on in the next container");
            ParseFrame(_plain.AsSpan(_start, needed), type, out frame);
            SkipObject(size);
            return true;
        }

        return false;
    }

    public bool TrySkip()
    {
        if (!_failed)
            return false;
        _failed = false;
        while (true)
        {
            try
            {
                if (_failedInside ? FindInside() : FindContainer())
                    return true;
                _failed = true;
                return false;
            }
            catch (CanLogException) // the next container is damaged too
            {
                _failed = false;
            }
        }
    }

    public void Dispose()
    {
        _inflater?.Dispose();
        _file.Dispose();
    }

    private void ReadFileHeader()
    {
        _startTime = 0;
        var complete = _file.Fill(EndOffset);
        var header = _file.Buffered;
        if (!header.StartsWith(FileSignature))
            throw DamagedOutside("it does not begin with LOGG");
        if (!complete)
            throw DamagedOutside("the file ends in its header");
        var size = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        if (size is < EndOffset or > 1 << 20)
            throw DamagedOutside($"the file header has a size of {size} bytes");
        _startTime = UnixNanoseconds(header[StartOffset..]);
        if (!_file.Skip(size))
            throw DamagedOutside("the file ends in its header");
    }

    /// <summary>A Windows SYSTEMTIME, read as UTC; 0 if it is none, as in a file whose times count from zero.</summary>
    private static long UnixNanoseconds(ReadOnlySpan<byte> time)
    {
        Span<int> t = stackalloc int[8]; // year, month, day of the week, day, hour, minute, second, millisecond
        for (var i = 0; i < t.Length; i++)
            t[i] = BinaryPrimitives.ReadUInt16LittleEndian(time[(2 * i)..]);
        if (t[0] is < 1970 or > 2199 || t[1] is < 1 or > 12 || t[3] < 1 || t[3] > DateTime.DaysInMonth(t[0], t[1]) ||
            t[4] > 23 || t[5] > 59 || t[6] > 59 || t[7] > 999)
        {
            return 0;
        }

        return (new DateTime(t[0], t[1], t[3], t[4], t[5], t[6], t[7], DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
    }

    /// <summary>Moves to the next object and makes its first 16 bytes available; false at the end of the file.</summary>
    private bool NextObject()
    {
        if (_end - _start < BaseHeaderSize)
            Fill(BaseHeaderSize + MaxPadding);
        var data = _plain.AsSpan(_start, _end - _start);
        if (data.Length >= BaseHeaderSize && BinaryPrimitives.ReadUInt32LittleEndian(data) == Signature)
            return true;
        Fill(BaseHeaderSize + MaxPadding);
        data = _plain.AsSpan(_start, _end - _start);
        var padding = data[..Math.Min(data.Length, MaxPadding + ObjectSignature.Length)].IndexOf(ObjectSignature);
        if (padding < 0)
            return data.Length >= BaseHeaderSize || data.ContainsAnyExcept((byte)0) ? throw Damaged("no object begins here") : false;
        if (data.Length - padding < BaseHeaderSize)
            throw Cut();
        _start += padding;
        return true;
    }

    /// <summary>Whether an object of two containers is one: a lost container shows in what comes after it.</summary>
    private bool IsFollowed(long size)
    {
        var after = _plain.AsSpan(_start, _end - _start);
        return after.Length < size + MaxPadding + ObjectSignature.Length ||
            after.Slice((int)size, MaxPadding + ObjectSignature.Length).IndexOf(ObjectSignature) >= 0;
    }

    private void SkipObject(long size)
    {
        while (size > _end - _start)
        {
            size -= _end - _start;
            _start = _end;
            if (!Fill(1))
                throw Cut();
        }

        _start += (int)size;
    }

    private void ParseFrame(ReadOnlySpan<byte> data, uint type, out CanFrame frame)
    {
        var headerSize = BinaryPrimitives.ReadUInt16LittleEndian(data[4..]);
        if (headerSize < ObjectHeaderSize || headerSize > data.Length)
            throw Damaged($"an object of {data.Length} bytes has a header of {headerSize} bytes");
        var body = data[headerSize..];
        if (body.Length < SmallestBody(type))
            throw Damaged($"an object of type {type} has only {body.Length} bytes of content");
        var time = Time(BinaryPrimitives.ReadUInt32LittleEndian(data[16..]), BinaryPrimitives.ReadUInt64LittleEndian(data[24..]));
        var channel = type is CanFdMessage64 or CanFdError64 ? body[0] : BinaryPrimitives.ReadUInt16LittleEndian(body);
        var number = _interfaces.Of(channel);
        switch (type)
        {
            case CanMessage or CanMessage2:
                {
                    var sent = (body[2] & Sent) != 0;
                    if ((body[2] & Rtr) != 0)
                    {
                        Remote(BinaryPrimitives.ReadUInt32LittleEndian(body[4..]), body[3], sent, number, time, out frame);
                        break;
                    }

                    Classic(BinaryPrimitives.ReadUInt32LittleEndian(body[4..]), body[3], sent, body[8..], number, time, out frame);
                    break;
                }

            case CanFdMessage:
                {
                    var id = BinaryPrimitives.ReadUInt32LittleEndian(body[4..]);
                    var sent = (body[2] & Sent) != 0;
                    if ((body[13] & Edl) != 0)
                        Fd(id, body[3], sent, (body[13] & Brs) != 0, (body[13] & Esi) != 0, Valid(body[20..], body[14]), number, time, out frame);
                    else if ((body[2] & Rtr) != 0)
                        Remote(id, body[3], sent, number, time, out frame);
                    else
                        Classic(id, body[3], sent, body[20..], number, time, out frame);
                    break;
                }

            case CanFdMessage64:
                {
                    var id = BinaryPrimitives.ReadUInt32LittleEndian(body[4..]);
                    var flags = BinaryPrimitives.ReadUInt32LittleEndian(body[12..]);
                    var sent = body[34] != 0;
                    if ((flags & Edl64) != 0)
                        Fd(id, body[1], sent, (flags & Brs64) != 0, (flags & Esi64) != 0, Valid(body[40..], body[2]), number, time, out frame);
                    else if ((flags & Rtr64) != 0)
                        Remote(id, body[1], sent, number, time, out frame);
                    else
                        Classic(id, body[1], sent, Valid(body[40..], body[2]), number, time, out frame);
                    break;
                }

            case CanErrorExt:
                Error(BinaryPrimitives.ReadUInt32LittleEndian(body[16..]), body[10], body[24..], number, time, out frame);
                break;
            case CanFdError64:
                Error(BinaryPrimitives.ReadUInt32LittleEndian(body[12..]), Math.Min(body[1], body[2]), body[44..], number, time, out frame);
                break;
            default:
                Error(0, 0, [], number, time, out frame);
                break;
        }
    }

    private static int SmallestBody(uint type) => type switch
    {
        CanMessage or CanMessage2 => 8,
        CanFdMessage => 20,
        CanFdMessage64 => 40,
        CanErrorExt => 24,
        CanFdError64 => 44,
        _ => 2,
    };

    private static ReadOnlySpan<byte> Valid(ReadOnlySpan<byte> data, int count) => data[..Math.Min(count, data.Length)];

    private void Classic(uint id, int dlc, bool sent, ReadOnlySpan<byte> data, ushort number, long time, out CanFrame frame)
    {
        var length = Math.Min(dlc, CanFrame.MaxLength);
        if (data.Length < length)
            throw Damaged($"a frame of {length} bytes has only {data.Length}");
        frame = new(Id(id), dlc <= 15 ? dlc : length, sent ? CanFrame.FrameFlags.Local : 0, data[..length], number, time);
    }

    private static void Remote(uint id, int dlc, bool sent, ushort number, long time, out CanFrame frame) =>
        frame = new(Id(id) | CanId.RtrFlag, Math.Min(dlc, CanFrame.MaxLength), sent ? CanFrame.FrameFlags.Local : 0, [], number, time);

    private static void Fd(uint id, int dlc, bool sent, bool brs, bool esi, ReadOnlySpan<byte> data, ushort number, long time, out CanFrame frame)
    {
        var length = CanFrame.FdLengths[Math.Min(dlc, 15)];
        var flags = CanFrame.FrameFlags.Fd | (sent ? CanFrame.FrameFlags.Local : 0) | (brs ? CanFrame.FrameFlags.BitRateSwitch : 0) |
            (esi ? CanFrame.FrameFlags.ErrorStateIndicator : 0);
        frame = new(Id(id), length, flags, data[..Math.Min(data.Length, length)], number, time);
    }

    private static void Error(uint id, int dlc, ReadOnlySpan<byte> data, ushort number, long time, out CanFrame frame)
    {
        var length = Math.Min(Math.Min(dlc, CanFrame.MaxLength), data.Length);
        frame = new(CanId.ErrFlag | (id & CanId.MaxExtended), length, 0, data[..length], number, time);
    }

    /// <summary>Bit 31 marks an extended identifier; one above 0x7FF cannot be another.</summary>
    private static uint Id(uint id) => (id & CanId.MaxExtended) is var value && ((id & CanId.EffFlag) != 0 || value > CanId.MaxStandard)
        ? value | CanId.EffFlag
        : value;

    private long Time(uint flags, ulong time)
    {
        if (flags == TenMicroseconds)
            time = time > ulong.MaxValue / 10_000 ? ulong.MaxValue : time * 10_000;
        return FrameTime.FromUnixNanoseconds(time > (ulong)(long.MaxValue - _startTime) ? long.MaxValue : _startTime + (long)time);
    }

    /// <summary>Makes at least so many bytes of the containers' contents available; false if there are no more.</summary>
    private bool Fill(int count)
    {
        while (_end - _start < count)
        {
            if (_start > 0)
            {
                Buffer.BlockCopy(_plain, _start, _plain, 0, _end - _start);
                (_joint, _start, _end) = (Math.Max(_joint - _start, 0), 0, _end - _start);
            }

            if (!_isOpen && !OpenNext())
                return false;
            ReadContent();
        }

        return true;
    }

    /// <summary>Opens the next container; an object outside a container is one with only that object. False at the end of the file.</summary>
    private bool OpenNext()
    {
        if (_isCut)
            throw DamagedOutside("the file ends in a container");
        _containerOffset = _file.Position;
        var complete = _file.Fill(BaseHeaderSize + MaxPadding);
        var padding = _file.Buffered[..Math.Min(_file.Buffered.Length, MaxPadding + ObjectSignature.Length)].IndexOf(ObjectSignature);
        if (padding < 0)
            return complete || _file.Buffered.ContainsAnyExcept((byte)0) ? throw DamagedOutside("no object begins here") : false;
        _file.Advance(padding);
        _containerOffset = _file.Position;
        if (!_file.Fill(BaseHeaderSize))
            throw DamagedOutside("the file ends in the header of an object");
        long size = BinaryPrimitives.ReadUInt32LittleEndian(_file.Buffered[8..]);
        if (size < BaseHeaderSize)
            throw DamagedOutside($"an object has a size of {size} bytes");
        var method = Stored;
        if (BinaryPrimitives.ReadUInt32LittleEndian(_file.Buffered[12..]) == Container)
        {
            if (size < ContainerHeaderSize)
                throw DamagedOutside($"a container has a size of {size} bytes");
            if (!_file.Fill(ContainerHeaderSize))
                throw DamagedOutside("the file ends in the header of a container");
            method = BinaryPrimitives.ReadUInt16LittleEndian(_file.Buffered[16..]);
            if (method is not (Stored or Deflated))
                throw DamagedOutside($"compression method {method} is not known");
            _file.Advance(ContainerHeaderSize);
            size -= ContainerHeaderSize;
        }

        _joint = _end;
        _isOpen = true;
        _content.Begin(_file, size);
        _inflater = method == Deflated ? new(_content, CompressionMode.Decompress, leaveOpen: true) : null;
        return true;
    }

    private void ReadContent()
    {
        var begin = _end;
        try
        {
            while (_end < _plain.Length)
            {
                var read = (_inflater ?? (Stream)_content).Read(_plain, _end, _plain.Length - _end);
                if (read == 0)
                {
                    _isCut = !_file.Skip(_content.Remaining);
                    Close();
                    return;
                }

                _end += read;
                // Room grows with what comes, not with what the header announces.
                if (_end == _plain.Length && _plain.Length < MaxContainer && _inflater is not null)
                    Array.Resize(ref _plain, 2 * _plain.Length);
            }
        }
        catch (Exception exception) when (Inflation.IsDamage(exception))
        {
            Close();
            _isCut = _content.IsCut;
            if (_isCut) // what came before the end is as it was written
                return;
            _end = begin;
            throw DamagedOutside($"the content of a container is damaged: {exception.Message}");
        }
    }

    private void Close()
    {
        _inflater?.Dispose();
        _inflater = null;
        _isOpen = false;
    }

    /// <summary>Looks for an object in what the containers hold.</summary>
    private bool FindInside()
    {
        _start = Math.Min(_start + 1, _end);
        while (Fill(BaseHeaderSize))
        {
            var data = _plain.AsSpan(_start, _end - _start);
            var at = data.IndexOf(ObjectSignature);
            if (at >= 0 && data.Length - at >= BaseHeaderSize)
            {
                _start += at;
                if (IsPlausible(data[at..]))
                    return true;
                _start++;
            }
            else
            {
                _start += at >= 0 ? at : data.Length - (ObjectSignature.Length - 1);
            }
        }

        return false;
    }

    /// <summary>Looks for a container or an object in the file, and then for an object in it.</summary>
    private bool FindContainer()
    {
        var again = _inflater is not null || !_isCut; // what a stored container holds has been delivered
        Close();
        (_start, _end, _joint, _isCut) = (0, 0, 0, false);
        if (again && _returns++ < MaxReturns)
            _file.TryReturn(_containerOffset);
        if (_file.Position <= _containerOffset && _file.Fill(1))
            _file.Advance(1);
        while (_file.Fill(BaseHeaderSize))
        {
            var data = _file.Buffered;
            var at = data.IndexOf(ObjectSignature);
            if (at >= 0 && data.Length - at >= BaseHeaderSize)
            {
                _file.Advance(at);
                _containerOffset = _file.Position;
                if (IsPlausible(data[at..]))
                {
                    _failedInside = true;
                    return FindInside();
                }

                _file.Advance(1);
            }
            else
            {
                _file.Advance(at >= 0 ? at : data.Length - (ObjectSignature.Length - 1));
            }
        }

        return false;
    }

    private static bool IsPlausible(ReadOnlySpan<byte> header)
    {
        var headerSize = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        return headerSize is >= BaseHeaderSize and <= 64 && BinaryPrimitives.ReadUInt16LittleEndian(header[6..]) is 1 or 2 && size >= headerSize &&
            size < 1 << 28 && BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) is > 0 and < 512;
    }

    private CanLogException Cut() => Damaged("the file ends in an object");

    private CanLogException Damaged(string reason)
    {
        (_failed, _failedInside) = (true, true);
        return Exception(_containerOffset, reason);
    }

    private CanLogException DamagedOutside(string reason)
    {
        (_failed, _failedInside) = (true, false);
        return Exception(_containerOffset, reason);
    }

    private static CanLogException Exception(long offset, string reason) =>
        new(CanLogFormat.Blf, string.Create(CultureInfo.InvariantCulture, $"byte {offset}"), reason);

    /// <summary>The bytes of one container in the file.</summary>
    private sealed class ContainerContent : InputStream
    {
        private BinaryInput? _file;

        public long Remaining { get; private set; }

        /// <summary>Whether the file ended before the container.</summary>
        public bool IsCut { get; private set; }

        public void Begin(BinaryInput file, long size) => (_file, Remaining, IsCut) = (file, size, false);

        public override int Read(Span<byte> buffer)
        {
            var read = _file!.Read(buffer[..(int)Math.Min(buffer.Length, Remaining)]);
            IsCut |= read == 0 && Remaining > 0 && buffer.Length > 0;
            Remaining -= read;
            return read;
        }
    }
}
