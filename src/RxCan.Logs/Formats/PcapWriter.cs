using System.Buffers.Binary;

namespace RxCan.Logs.Formats;

/// <summary>
/// Writes a pcap file of link type 227 with nanoseconds, little-endian: times from 1970 to 2106, and neither interfaces nor directions. Takes the
/// stream over. Source: draft-ietf-opsawg-pcap.
/// </summary>
internal sealed class PcapWriter : ILogWriter
{
    private readonly BinaryOutput _output;

    public PcapWriter(Stream stream)
    {
        _output = new(stream);
        var header = _output.Room(24);
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xA1B23C4D);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], 2 | (4 << 16));
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], SocketCanPacket.MaxLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], SocketCanPacket.LinkType);
        _output.Advance(24);
    }

    public long Length => _output.Length;

    public void Write(in CanFrame frame)
    {
        var (seconds, nanoseconds) = Math.DivRem((ulong)Math.Max(frame.UnixTimeNanoseconds, 0), 1_000_000_000u);
        var record = _output.Room(16 + SocketCanPacket.MaxLength);
        var length = SocketCanPacket.Write(frame, record[16..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)Math.Min(seconds, uint.MaxValue));
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)nanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], length);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], length);
        _output.Advance(16 + length);
    }

    public void Flush() => _output.Flush();

    public void Dispose() => _output.Dispose();
}
