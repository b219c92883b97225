using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace RxCan.Logs.Formats.Mdf4;

/// <summary>The blocks of an MDF 4 file: <c>##XX</c>, 4 bytes, u64 length, u64 number of links, links (offsets in the file), data.</summary>
internal sealed class Mdf4File(Stream stream)
{
    public const int HeaderLength = 24;
    private const int MaxData = 1 << 20; // of a block that describes; those with records are read piece by piece
    private const long MaxMemory = 256 << 20;

    private readonly long _origin = stream.Position;
    private long _memory;

    public long Length { get; } = stream.Length - stream.Position;

    /// <summary>Whether the writer did not get to complete the file: cycle counters and the length of the last data block mean nothing.</summary>
    public bool IsUnfinished { get; init; }

    /// <summary>Whether the offsets of variable-length data mean nothing either: its records follow in the order of those that refer to them.</summary>
    public bool HasNoOffsets { get; init; }

    /// <summary>Reads at an offset; fewer bytes only at the end of the file.</summary>
    public int Read(long offset, Span<byte> target)
    {
        if (offset < 0 || offset >= Length)
            return 0;
        stream.Position = _origin + offset;
        return stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
    }

    /// <summary>A block's type and length; of a length that the file does not have only if it may be cut.</summary>
    public (string Type, long Length) Header(long offset, bool mayBeCut = false)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        if (offset < 64 || Read(offset, header) < HeaderLength)
            throw Damaged(offset, "a link leads out of the file");
        if (!header.StartsWith("##"u8))
            throw Damaged(offset, "a link does not lead to a block");
        var length = BinaryPrimitives.ReadInt64LittleEndian(header[8..]);
        if (length < HeaderLength || (length > Length - offset && !mayBeCut))
            throw Damaged(offset, $"a block has a length of {length} bytes");
        return (Encoding.Latin1.GetString(header[2..4]), length);
    }

    /// <summary>A block that describes, with its links and data.</summary>
    public Mdf4Block Block(long offset, params ReadOnlySpan<string> types)
    {
        var (type, length) = Header(offset);
        if (!types.Contains(type))
            throw Damaged(offset, $"a block of type {type} is where one of type {types[0]} should be");
        Span<byte> word = stackalloc byte[8];
        _ = Read(offset + 16, word);
        var links = BinaryPrimitives.ReadInt64LittleEndian(word);
        if (links < 0 || links > (length - HeaderLength) / 8)
            throw Damaged(offset, $"a block of {length} bytes has {links} links");
        var content = new byte[Math.Min(length - HeaderLength, (8 * links) + MaxData)];
        if (Read(offset + HeaderLength, content) < content.Length)
            throw Damaged(offset, "the file ends in a block");
        return new(offset, type, (int)links, content);
    }

    /// <summary>The text of a TX or MD block; empty if there is none.</summary>
    public string Text(long offset)
    {
        if (offset == 0)
            return "";
        var data = Block(offset, "TX", "MD").Data;
        var end = data.IndexOf((byte)0);
        return Encoding.UTF8.GetString(data[..(end < 0 ? data.Length : end)]);
    }

    /// <summary>Counts memory that data holds, which compressed blocks could make large.</summary>
    public void Reserve(long offset, long bytes)
    {
        _memory += bytes;
        if (_memory > MaxMemory)
            throw Damaged(offset, $"its compressed blocks need more than {MaxMemory >> 20} MiB at a time");
    }

    public static CanLogException Damaged(long offset, string reason) =>
        new(CanLogFormat.Mdf4, string.Create(CultureInfo.InvariantCulture, $"byte {offset}"), reason);
}

/// <summary>A block that describes something.</summary>
internal readonly struct Mdf4Block(long offset, string type, int links, byte[] content)
{
    public long Offset => offset;

    public string Type => type;

    public int Links => links;

    public ReadOnlySpan<byte> Data => content.AsSpan(8 * links);

    /// <summary>A link; 0 if there is none.</summary>
    public long Link(int index) => index < links ? BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(8 * index)) : 0;

    /// <summary>The data, which must have at least a length.</summary>
    public ReadOnlySpan<byte> DataOf(int length) =>
        Data.Length >= length ? Data : throw Mdf4File.Damaged(offset, $"a block of type {type} has only {Data.Length} bytes of data");
}
