using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using RxCan.Frames;

namespace RxCan.Logs.Formats;

/// <summary>
/// Reads a pcapng file: the packets of its interfaces with link type 227, 113 or 276, of any resolution and offset, in sections of either byte
/// order. Packets of other interfaces are skipped. A frame of a simple packet block has no time. Takes the stream over.
/// Source: draft-ietf-opsawg-pcapng.
/// </summary>
internal sealed class PcapngReader(Stream stream) : ILogReader
{
    private const int MaxPacketBlock = 1 << 15; // of a CAN interface: a frame and its options, such as comments
    private const int MaxInterfaces = 1 << 16;
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint InterfaceDescription = 1;
    private const uint Packet = 2; // obsolete
    private const uint SimplePacket = 3;
    private const uint EnhancedPacket = 6;
    private const uint ByteOrderMagic = 0x1A2B3C4D;
    private const int OptionEnd = 0;
    private const int InterfaceName = 2;
    private const int TimeResolution = 9;
    private const int TimeOffset = 14;
    private const int PacketFlags = 2;

    private readonly BinaryInput _file = new(stream);
    private readonly LogInterfaces _names = new();
    private readonly List<Interface> _interfaces = [];
    private bool _isBigEndian;
    private bool _hasSection;
    private bool _failed;
    private long _failedAt;

    public static bool Recognises(ReadOnlySpan<byte> head) => head.Length >= 12 && BinaryPrimitives.ReadUInt32LittleEndian(head) == SectionHeader &&
        (BinaryPrimitives.ReadUInt32LittleEndian(head[8..]) == ByteOrderMagic || BinaryPrimitives.ReadUInt32BigEndian(head[8..]) == ByteOrderMagic);

    public bool Read(out CanFrame frame)
    {
        frame = default;
        if (_failed)
            return false;
        while (_file.Fill(12))
        {
            _failedAt = _file.Position;
            var type = UInt32(_file.Buffered);
            if (type == SectionHeader)
            {
                var magic = BinaryPrimitives.ReadUInt32LittleEndian(_file.Buffered[8..]);
                _isBigEndian = magic != ByteOrderMagic;
                if (_isBigEndian && magic != BinaryPrimitives.ReverseEndianness(ByteOrderMagic))
                    throw Damaged("a section has no byte order");
                _hasSection = true;
                _interfaces.Clear();
            }
            else if (!_hasSection)
            {
                throw Damaged("it does not begin with a section header");
            }

            long length = UInt32(_file.Buffered[4..]);
            if (length < 12 || length % 4 != 0)
                throw Damaged($"a block has a length of {length} bytes");
            if (Parse(type, length, out frame))
                return true;
        }

        return _file.Buffered.IsEmpty ? false : throw Damaged("the file ends in a block");
    }

    /// <summary>Looks for the next block: a known type, and a length that stands at its end too.</summary>
    public bool TrySkip()
    {
        if (!_failed)
            return false;
        if (_file.Position <= _failedAt)
            _file.Advance(Math.Min(_file.Buffered.Length, 4));
        while (_file.Fill(12))
        {
            var type = UInt32(_file.Buffered);
            var length = UInt32(_file.Buffered[4..]);
            var isPlausible = type == SectionHeader
                ? Recognises(_file.Buffered)
                : _hasSection && type is > 0 and <= 11 && length is >= 12 and <= MaxPacketBlock && length % 4 == 0 && _file.Fill((int)length) &&
                    UInt32(_file.Buffered[((int)length - 4)..]) == length;
            if (isPlausible)
            {
                _failed = false;
                return true;
            }

            _file.Advance(4);
        }

        return false;
    }

    public void Dispose() => _file.Dispose();

    private bool Parse(uint type, long length, out CanFrame frame)
    {
        frame = default;
        var smallest = type switch { SectionHeader => 28, InterfaceDescription => 20, SimplePacket => 16, EnhancedPacket or Packet => 32, _ => 12 };
        if (length < smallest)
            throw Damaged($"a block of type {type} has only {length} bytes");
        var isRead = type is InterfaceDescription or SimplePacket || (type is EnhancedPacket or Packet && IsCan(type));
        if (!isRead || length > MaxPacketBlock)
        {
            if (isRead && type != InterfaceDescription)
                throw Damaged($"a packet block of a CAN interface has {length} bytes");
            // The buffer need not hold the block: only its length at the end is read.
            if (!_file.Skip(length - 4) || !_file.Fill(4))
                throw Damaged("the file ends in a block");
            if (type == InterfaceDescription)
                throw Damaged("the description of an interface is too long");
            if (UInt32(_file.Buffered) != length)
                throw Damaged("a block does not end with its length");
            _file.Advance(4);
            return false;
        }

        if (!_file.Fill((int)length))
            throw Damaged("the file ends in a block");
        var block = _file.Buffered[..(int)length];
        if (UInt32(block[^4..]) != length)
            throw Damaged("a block does not end with its length");
        block = block[..^4];
        var outcome = type switch
        {
            InterfaceDescription => Describe(block[8..]),
            SimplePacket => ParseSimple(block, out frame),
            _ => ParsePacket(type, block, out frame),
        };
        if (outcome == SocketCanPacket.Outcome.Damaged)
        {
            var exception = Damaged($"a block of type {type} does not hold a CAN frame, or it was cut when it was captured");
            _file.Advance((int)length);
            throw exception;
        }

        _file.Advance((int)length);
        return outcome == SocketCanPacket.Outcome.Frame;
    }

    private int InterfaceOf(uint type, ReadOnlySpan<byte> block) => type == Packet
        ? _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(block[8..]) : BinaryPrimitives.ReadUInt16LittleEndian(block[8..])
        : (int)Math.Min(UInt32(block[8..]), int.MaxValue);

    private bool IsCan(uint type)
    {
        var index = InterfaceOf(type, _file.Buffered);
        return index < _interfaces.Count
            ? SocketCanPacket.IsCan(_interfaces[index].LinkType)
            : throw Damaged($"a packet has interface {index}, but only {_interfaces.Count} are described");
    }

    private SocketCanPacket.Outcome Describe(ReadOnlySpan<byte> body)
    {
        var linkType = _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(body) : BinaryPrimitives.ReadUInt16LittleEndian(body);
        var described = new Interface(linkType, 0, 6, 0);
        for (var options = body[8..]; TryOption(ref options, out var code, out var value);)
        {
            described = code switch
            {
                InterfaceName when value.TrimEnd((byte)0) is { IsEmpty: false } name => described with { Number = _names.Of(Encoding.UTF8.GetString(name)) },
                TimeResolution when value.Length == 1 => described with { Resolution = value[0] },
                TimeOffset when value.Length == 8 => described with
                {
                    OffsetSeconds = _isBigEndian ? BinaryPrimitives.ReadInt64BigEndian(value) : BinaryPrimitives.ReadInt64LittleEndian(value),
                },
                _ => described,
            };
        }

        if (_interfaces.Count == MaxInterfaces)
            throw Damaged($"more than {MaxInterfaces} interfaces");
        _interfaces.Add(described);
        return SocketCanPacket.Outcome.Other;
    }

    private SocketCanPacket.Outcome ParseSimple(ReadOnlySpan<byte> block, out CanFrame frame)
    {
        frame = default;
        if (_interfaces.Count == 0)
            throw Damaged("a packet comes before the description of its interface");
        var of = _interfaces[0];
        if (!SocketCanPacket.IsCan(of.LinkType))
            return SocketCanPacket.Outcome.Other;
        var packet = block[12..];
        var length = (int)Math.Min(UInt32(block[8..]), packet.Length);
        return SocketCanPacket.TryParse(packet[..length], of.LinkType, length, _isBigEndian, false, _names, of.Number, 0, out frame);
    }

    private SocketCanPacket.Outcome ParsePacket(uint type, ReadOnlySpan<byte> block, out CanFrame frame)
    {
        frame = default;
        var of = _interfaces[InterfaceOf(type, block)];
        var time = of.Time(((ulong)UInt32(block[12..]) << 32) | UInt32(block[16..]));
        var length = UInt32(block[20..]);
        var rest = block[28..];
        if (length > rest.Length)
            throw Damaged($"a packet of {length} bytes is longer than its block");
        var isLocal = false;
        for (var options = rest[(int)Math.Min((length + 3) & ~3u, rest.Length)..]; TryOption(ref options, out var code, out var value);)
        {
            if (code == PacketFlags && value.Length == 4)
                isLocal = (UInt32(value) & 3) == 2; // outbound
        }

        return SocketCanPacket.TryParse(rest[..(int)length], of.LinkType, length, _isBigEndian, isLocal, _names, of.Number, time, out frame);
    }

    private bool TryOption(ref ReadOnlySpan<byte> options, out int code, out ReadOnlySpan<byte> value)
    {
        code = OptionEnd;
        value = default;
        if (options.Length < 4)
            return false;
        code = _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(options) : BinaryPrimitives.ReadUInt16LittleEndian(options);
        int length = _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(options[2..]) : BinaryPrimitives.ReadUInt16LittleEndian(options[2..]);
        if (code == OptionEnd || length > options.Length - 4)
            return false;
        value = options.Slice(4, length);
        options = options[Math.Min(4 + ((length + 3) & ~3), options.Length)..];
        return true;
    }

    private uint UInt32(ReadOnlySpan<byte> bytes) =>
        _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private CanLogException Damaged(string reason)
    {
        _failed = true;
        return new(CanLogFormat.Pcapng, string.Create(CultureInfo.InvariantCulture, $"byte {_file.Position}"), reason);
    }

    private readonly record struct Interface(int LinkType, ushort Number, byte Resolution, long OffsetSeconds)
    {
        /// <summary>The time of a stamp: powers of ten, or with the highest bit of the resolution powers of two.</summary>
        public long Time(ulong stamp)
        {
            var exponent = Resolution & 0x7F;
            Int128 nanoseconds;
            if ((Resolution & 0x80) != 0)
                nanoseconds = (Int128)(((UInt128)stamp * 1_000_000_000) >> exponent);
            else if (exponent <= 9)
                nanoseconds = (Int128)stamp * (long)Power(9 - exponent);
            else
                nanoseconds = exponent - 9 <= 19 ? stamp / Power(exponent - 9) : 0;
            nanoseconds += (Int128)OffsetSeconds * 1_000_000_000;
            return FrameTime.FromUnixNanoseconds((long)Int128.Clamp(nanoseconds, long.MinValue, long.MaxValue));
        }

        private static ulong Power(int exponent)
        {
            var power = 1UL;
            for (; exponent > 0; exponent--)
                power *= 10;
            return power;
        }
    }
}
