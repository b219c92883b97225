using System.Buffers.Binary;
using RxCan.Frames;

namespace RxCan.Logs.Formats.Mdf4;

/// <summary>
/// A channel group (CG): how its records are laid out, and where in them the parts of a CAN frame are. Source: ASAM MDF 4.1, 4.14, and ASAM MDF
/// bus logging 1.0, 4.1 (<c>CAN_DataFrame</c>, <c>CAN_RemoteFrame</c>, <c>CAN_ErrorFrame</c>).
/// </summary>
internal sealed class Mdf4Group
{
    private const int MaxRecord = 1 << 12; // of a group of CAN frames
    private const byte VariableLength = 1;
    private const byte Master = 2;
    private const byte VirtualMaster = 3;
    private const byte ByTime = 1;

    private readonly FrameKind _kind;
    private readonly Mdf4Number? _time;
    private readonly Mdf4Number? _channel;
    private readonly Mdf4Number? _id;
    private readonly Mdf4Number? _ide;
    private readonly Mdf4Number? _dlc;
    private readonly Mdf4Number? _dataLength;
    private readonly Mdf4Number? _direction;
    private readonly Mdf4Number? _edl;
    private readonly Mdf4Number? _brs;
    private readonly Mdf4Number? _esi;
    private readonly int _dataAt = -1;
    private readonly int _dataSize;

    private enum FrameKind
    {
        None,
        Data,
        Remote,
        Error,
    }

    /// <summary>Reads a group and its channels.</summary>
    /// <param name="file">The file.</param>
    /// <param name="block">The CG block.</param>
    /// <param name="index">Its number among the file's groups.</param>
    /// <param name="seen">The blocks that have been read, to notice lists without an end.</param>
    public Mdf4Group(Mdf4File file, Mdf4Block block, int index, HashSet<long> seen)
    {
        var data = block.DataOf(32);
        Index = index;
        Offset = block.Offset;
        RecordId = BinaryPrimitives.ReadUInt64LittleEndian(data);
        Cycles = (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(data[8..]), long.MaxValue);
        IsVariableLength = (data[16] & 1) != 0;
        if (IsVariableLength)
            return;
        long dataLength = BinaryPrimitives.ReadUInt32LittleEndian(data[24..]);
        RecordLength = dataLength + BinaryPrimitives.ReadUInt32LittleEndian(data[28..]);

        Mdf4Number? Number(Mdf4Block channel) => Mdf4Number.Read(file, channel, (int)Math.Min(dataLength, int.MaxValue));

        // The channels of the frame are the members of the channel that is named after it.
        var waiting = new Stack<long>([block.Link(1)]);
        while (waiting.TryPop(out var offset))
        {
            if (offset == 0)
                continue;
            if (!seen.Add(offset))
                throw Mdf4File.Damaged(offset, "a list of channels leads back to itself");
            var channel = file.Block(offset, "CN");
            waiting.Push(channel.Link(0));
            var name = file.Text(channel.Link(2));
            var content = channel.DataOf(24);
            var kind = KindOf(name.AsSpan(0, name.IndexOf('.') is >= 0 and var dot ? dot : name.Length));
            if (kind != FrameKind.None)
            {
                _kind = kind;
                if (channel.Link(1) != 0 && file.Header(channel.Link(1)).Type == "CN")
                    waiting.Push(channel.Link(1));
                if (RecordLength is 0 or > MaxRecord)
                    throw Mdf4File.Damaged(block.Offset, $"a group of CAN frames has records of {RecordLength} bytes");
            }

            if (content[0] is Master or VirtualMaster && content[1] == ByTime)
            {
                _time = Number(channel);
                continue;
            }

            if (_kind == FrameKind.None)
                continue;
            var member = name[(name.LastIndexOf('.') + 1)..];
            if (member == "DataBytes")
            {
                long at = BinaryPrimitives.ReadUInt32LittleEndian(content[4..]);
                var size = (long)BinaryPrimitives.ReadUInt32LittleEndian(content[8..]) / 8;
                if (at + size > dataLength)
                    throw Mdf4File.Damaged(offset, "the data bytes lie outside the record");
                (_dataAt, _dataSize) = ((int)at, (int)size);
                if (content[0] == VariableLength)
                    (HasVariableData, DataLink) = (true, channel.Link(5));
                continue;
            }

            switch (member)
            {
                case "BusChannel":
                    _channel = Number(channel);
                    break;
                case "ID":
                    _id = Number(channel);
                    break;
                case "IDE":
                    _ide = Number(channel);
                    break;
                case "DLC":
                    _dlc = Number(channel);
                    break;
                case "DataLength":
                    _dataLength = Number(channel);
                    break;
                case "Dir":
                    _direction = Number(channel);
                    break;
                case "EDL":
                    _edl = Number(channel);
                    break;
                case "BRS":
                    _brs = Number(channel);
                    break;
                case "ESI":
                    _esi = Number(channel);
                    break;
            }
        }
    }

    public int Index { get; }

    public long Offset { get; }

    public ulong RecordId { get; }

    /// <summary>The number of records; 0 in an unfinished file.</summary>
    public long Cycles { get; }

    public long RecordLength { get; }

    /// <summary>Whether its records are variable-length data that other groups refer to.</summary>
    public bool IsVariableLength { get; }

    /// <summary>Whether the frames' data is elsewhere, where <see cref="DataLink"/> leads: the record has its offset there.</summary>
    public bool HasVariableData { get; }

    public long DataLink { get; }

    public bool HasFrames => _kind != FrameKind.None;

    /// <summary>The offset of the data of a record, if it is variable.</summary>
    public long DataOffset(ReadOnlySpan<byte> record)
    {
        Span<byte> word = stackalloc byte[8];
        record.Slice(_dataAt, Math.Min(_dataSize, 8)).CopyTo(word);
        return BinaryPrimitives.ReadInt64LittleEndian(word);
    }

    /// <summary>Reads a record. Variable data is for <see cref="Mdf4Record.ToFrame"/>.</summary>
    /// <param name="record">The record, without its id.</param>
    /// <param name="index">Its number in the group.</param>
    /// <param name="start">When the measurement began, in nanoseconds since 1970.</param>
    /// <param name="interfaces">The names of the file's channels.</param>
    /// <param name="data">The data in the record.</param>
    public Mdf4Record Parse(ReadOnlySpan<byte> record, long index, long start, LogInterfaces interfaces, out ReadOnlySpan<byte> data)
    {
        var time = (long)Int128.Clamp((Int128)start + (_time?.Nanoseconds(record, index) ?? 0), long.MinValue, long.MaxValue);
        var number = _channel is null ? (ushort)0 : interfaces.Of((int)Math.Clamp(_channel.Integer(record, index), -1, int.MaxValue));
        var id = (uint)Integer(_id, record, index);
        var flags = Integer(_direction, record, index) != 0 ? CanFrame.FrameFlags.Local : 0;
        var dlc = (int)Math.Clamp(Integer(_dlc, record, index), 0, 15);
        var isFd = _kind == FrameKind.Data && Integer(_edl, record, index) != 0;
        // A remote frame's data length may be that of the data that it does not have.
        var hasLength = _dataLength is not null && !(_kind == FrameKind.Remote && _dlc is not null);
        var length = (int)Math.Clamp(hasLength ? Integer(_dataLength, record, index) : CanFrame.FdLengths[dlc], 0, CanFrame.MaxFdLength);
        if (isFd || (length > CanFrame.MaxLength && _kind == FrameKind.Data && hasLength))
        {
            flags |= CanFrame.FrameFlags.Fd;
            if (Integer(_brs, record, index) != 0)
                flags |= CanFrame.FrameFlags.BitRateSwitch;
            if (Integer(_esi, record, index) != 0)
                flags |= CanFrame.FrameFlags.ErrorStateIndicator;
            length = CanFrame.FdLength(length);
        }
        else
        {
            length = Math.Min(length, CanFrame.MaxLength);
        }

        data = _dataAt < 0 || HasVariableData || _kind == FrameKind.Remote
            ? default
            : record.Slice(_dataAt, Math.Min(_dataSize, length));
        var isExtended = Integer(_ide, record, index) != 0 || (id & CanId.EffFlag) != 0 || (id & CanId.MaxExtended) > CanId.MaxStandard;
        id &= CanId.MaxExtended;
        id |= _kind switch
        {
            FrameKind.Error => CanId.ErrFlag,
            FrameKind.Remote => CanId.RtrFlag | (isExtended ? CanId.EffFlag : 0),
            _ => isExtended ? CanId.EffFlag : 0,
        };
        if (length == CanFrame.MaxLength && dlc > length && _kind == FrameKind.Data && (flags & CanFrame.FrameFlags.Fd) == 0)
            length = dlc; // a raw data length code
        return new(id, length, flags, number, time);
    }

    private static long Integer(Mdf4Number? number, ReadOnlySpan<byte> record, long index) => number is null ? 0 : number.Integer(record, index);

    private static FrameKind KindOf(ReadOnlySpan<char> name) => name switch
    {
        "CAN_DataFrame" => FrameKind.Data,
        "CAN_RemoteFrame" => FrameKind.Remote,
        "CAN_ErrorFrame" => FrameKind.Error,
        _ => FrameKind.None,
    };
}

/// <summary>A frame without its data.</summary>
internal readonly record struct Mdf4Record(uint Id, int Length, CanFrame.FrameFlags Flags, ushort Interface, long Time)
{
    public CanFrame ToFrame(ReadOnlySpan<byte> data)
    {
        var length = Math.Min(Length, (Flags & CanFrame.FrameFlags.Fd) != 0 ? CanFrame.MaxFdLength : CanFrame.MaxLength);
        return new(Id, Length, Flags, data[..Math.Min(data.Length, length)], Interface, FrameTime.FromUnixNanoseconds(Time));
    }
}
