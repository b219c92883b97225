using System.Buffers.Binary;
using System.Text;

namespace RxCan.Logs.Formats;

/// <summary>
/// Writes a pcapng file of link type 227 with nanoseconds, little-endian: interfaces by name, each described before its first packet, and
/// directions. Takes the stream over. Source: draft-ietf-opsawg-pcapng.
/// </summary>
internal sealed class PcapngWriter : ILogWriter
{
    private const int MaxName = 1_024;

    private readonly BinaryOutput _output;
    private readonly Dictionary<string, uint> _interfaces = [];
    private string? _last;
    private uint _lastNumber;

    public PcapngWriter(Stream stream)
    {
        _output = new(stream);
        var block = Begin(0x0A0D0D0A, 28);
        BinaryPrimitives.WriteUInt32LittleEndian(block, 0x1A2B3C4D);
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], 1); // version 1.0
        BinaryPrimitives.WriteInt64LittleEndian(block[8..], -1); // a section of unknown length
        _output.Advance(28);
    }

    public long Length => _output.Length;

    public void Write(in CanFrame frame)
    {
        var number = NumberOf(frame.Interface);
        var size = frame.IsFd ? SocketCanPacket.MaxLength : 16;
        var length = 44 + size;
        var block = Begin(6, length);
        var time = (ulong)Math.Max(frame.UnixTimeNanoseconds, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(block, number);
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], (uint)(time >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], (uint)time);
        BinaryPrimitives.WriteInt32LittleEndian(block[12..], size);
        BinaryPrimitives.WriteInt32LittleEndian(block[16..], size);
        SocketCanPacket.Write(frame, block[20..]);
        var options = block[(20 + size)..];
        BinaryPrimitives.WriteUInt32LittleEndian(options, 2 | (4 << 16)); // epb_flags
        BinaryPrimitives.WriteUInt32LittleEndian(options[4..], frame.IsLocal ? 2u : 1u);
        BinaryPrimitives.WriteUInt32LittleEndian(options[8..], 0);
        _output.Advance(length);
    }

    public void Flush() => _output.Flush();

    public void Dispose() => _output.Dispose();

    private uint NumberOf(string name)
    {
        if (ReferenceEquals(name, _last))
            return _lastNumber;
        if (!_interfaces.TryGetValue(name, out var number))
        {
            _interfaces.Add(name, number = (uint)_interfaces.Count);
            Describe(name);
        }

        (_last, _lastNumber) = (name, number);
        return number;
    }

    private void Describe(string name)
    {
        var text = Encoding.UTF8.GetBytes(name.Length <= MaxName ? name : name[..MaxName]);
        var padded = (text.Length + 3) & ~3;
        var length = 32 + (text.Length > 0 ? 4 + padded : 0);
        var block = Begin(1, length);
        BinaryPrimitives.WriteUInt32LittleEndian(block, SocketCanPacket.LinkType);
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], 0); // packets are never cut
        block = block[8..];
        if (text.Length > 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(block, 2u | ((uint)text.Length << 16)); // if_name
            block[4..(4 + padded)].Clear();
            text.CopyTo(block[4..]);
            block = block[(4 + padded)..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(block, 9 | (1 << 16)); // if_tsresol
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], 9);
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], 0);
        _output.Advance(length);
    }

    /// <summary>The content of a block of a total length, which is written at both its ends.</summary>
    private Span<byte> Begin(uint type, int length)
    {
        var block = _output.Room(length);
        BinaryPrimitives.WriteUInt32LittleEndian(block, type);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], length);
        BinaryPrimitives.WriteInt32LittleEndian(block[(length - 4)..], length);
        return block[8..];
    }
}
