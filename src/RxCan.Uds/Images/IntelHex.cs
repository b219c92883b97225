using System.Buffers.Binary;

namespace RxCan.Uds;

/// <summary>Intel HEX: length, offset, type, data, checksum.</summary>
internal static class IntelHex
{
    private const int Header = 4;
    private const int BytesInRecord = 32;
    private const int OffsetBits = 16;

    private enum RecordType : byte
    {
        Data,
        EndOfFile,
        ExtendedSegmentAddress,
        StartSegmentAddress,
        ExtendedLinearAddress,
        StartLinearAddress,
    }

    public static UdsImage Read(RecordReader reader)
    {
        var image = new ImageBuilder();
        var (origin, isSegment) = (0u, false);
        ulong? start = null;
        while (reader.Next() == ':')
        {
            reader.Read(hasType: false);
            var record = reader.Record;
            if (record.Length < Header + 1 || record.Length != Header + 1 + record[0])
                throw reader.Error("has another length than it says");
            var sum = 0;
            foreach (var next in record)
                sum += next;
            if ((byte)sum != 0)
                throw reader.Error("has a wrong checksum");
            var offset = BinaryPrimitives.ReadUInt16BigEndian(record[1..]);
            var data = record[Header..^1];
            switch ((RecordType)record[3])
            {
                case RecordType.Data when isSegment:
                    var beforeWrap = Math.Min(data.Length, (1 << OffsetBits) - offset); // offsets wrap within a segment
                    image.Add(origin + offset, data[..beforeWrap]);
                    image.Add(origin, data[beforeWrap..]);
                    break;
                case RecordType.Data:
                    if ((ulong)origin + offset + (ulong)data.Length > 1UL << 32)
                        throw reader.Error("goes beyond 32-bit addresses");
                    image.Add(origin + offset, data);
                    break;
                case RecordType.EndOfFile when data.IsEmpty:
                    return new(image.Build(reader)) { StartAddress = start };
                case RecordType.ExtendedSegmentAddress when data.Length == 2:
                    (origin, isSegment) = ((uint)BinaryPrimitives.ReadUInt16BigEndian(data) << 4, true);
                    break;
                case RecordType.ExtendedLinearAddress when data.Length == 2:
                    (origin, isSegment) = ((uint)BinaryPrimitives.ReadUInt16BigEndian(data) << OffsetBits, false);
                    break;
                case RecordType.StartSegmentAddress when data.Length == 4: // CS:IP
                    start = ((ulong)BinaryPrimitives.ReadUInt16BigEndian(data) << 4) + BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
                    break;
                case RecordType.StartLinearAddress when data.Length == 4:
                    start = BinaryPrimitives.ReadUInt32BigEndian(data);
                    break;
                default:
                    throw reader.Error("has an unknown type, or a wrong length for its type");
            }
        }

        throw reader.Error(reader.Next() < 0 ? "is the end of the file, but there was no end record (type 01): part of it is missing" : "does not begin with ':'");
    }

    public static void Write(UdsImage image, TextWriter text)
    {
        image.Check32Bits();
        var high = 0u;
        Span<byte> word = stackalloc byte[4];
        foreach (var segment in image.Segments)
        {
            for (var at = 0; at < segment.Data.Length;)
            {
                var address = (uint)segment.Address + (uint)at;
                if (address >> OffsetBits != high)
                {
                    high = address >> OffsetBits;
                    BinaryPrimitives.WriteUInt16BigEndian(word, (ushort)high);
                    Write(text, RecordType.ExtendedLinearAddress, 0, word[..2]);
                }

                var length = Math.Min(Math.Min(BytesInRecord, segment.Data.Length - at), (1 << OffsetBits) - (ushort)address);
                Write(text, RecordType.Data, (ushort)address, segment.Data.Span.Slice(at, length));
                at += length;
            }
        }

        if (image.StartAddress is { } start)
        {
            BinaryPrimitives.WriteUInt32BigEndian(word, checked((uint)start));
            Write(text, RecordType.StartLinearAddress, 0, word);
        }

        Write(text, RecordType.EndOfFile, 0, []);
    }

    private static void Write(TextWriter text, RecordType type, ushort offset, ReadOnlySpan<byte> data)
    {
        byte[] record = [(byte)data.Length, (byte)(offset >> 8), (byte)offset, (byte)type, .. data, 0];
        record[^1] = (byte)-record.Sum(next => next);
        text.Write($":{Convert.ToHexString(record)}\n");
    }
}
