using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace RxCan.Tests.Formats;

/// <summary>Builds an MDF 4 file block by block.</summary>
internal sealed class Mdf4Builder
{
    private readonly MemoryStream _file = new();

    public Mdf4Builder(bool isUnfinished = false, ushort unfinishedFlags = 0)
    {
        var head = new byte[64];
        Encoding.ASCII.GetBytes(isUnfinished ? "UnFinMF 4.10    test    " : "MDF     4.10    test    ").CopyTo(head, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(28), 410);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(60), unfinishedFlags);
        _file.Write(head);
        Header = Add("HD", [0, 0, 0, 0, 0, 0], [.. BitConverter.GetBytes(Start), .. new byte[24]]);
    }

    public const long Start = 1_700_000_000_000_000_000;

    public long Header { get; }

    public byte[] File => _file.ToArray();

    public long Add(string type, long[] links, byte[] data)
    {
        _file.Write(new byte[(8 - (_file.Length % 8)) % 8]);
        var offset = _file.Length;
        _file.Write(Encoding.ASCII.GetBytes("##" + type + "\0\0\0\0"));
        _file.Write(BitConverter.GetBytes(24L + (8 * links.Length) + data.Length));
        _file.Write(BitConverter.GetBytes((long)links.Length));
        foreach (var link in links)
            _file.Write(BitConverter.GetBytes(link));
        _file.Write(data);
        return offset;
    }

    public void SetLink(long block, int index, long target)
    {
        _file.Position = block + 24 + (8 * index);
        _file.Write(BitConverter.GetBytes(target));
        _file.Position = _file.Length;
    }

    public long Conversion(byte kind, params double[] values) => Add(
        "CC", [0, 0, 0, 0],
        [kind, 0, 0, 0, 0, 0, (byte)values.Length, 0, .. new byte[16], .. values.SelectMany(BitConverter.GetBytes)]);

    public long Channel(
        string name, byte dataType, byte bit, uint at, uint bits, long conversion = 0, byte type = 0, byte sync = 0, long data = 0, long next = 0)
    {
        var text = Add("TX", [], [.. Encoding.UTF8.GetBytes(name), 0]);
        return Add(
            "CN", [next, 0, text, 0, conversion, data, 0, 0],
            [type, sync, dataType, bit, .. BitConverter.GetBytes(at), .. BitConverter.GetBytes(bits), .. new byte[60]]);
    }

    /// <summary>A group; the channels are linked in this order.</summary>
    public long Group(ulong recordId, ulong cycles, uint length, long[] channels, ushort flags = 0)
    {
        for (var i = 1; i < channels.Length; i++)
            SetLink(channels[i - 1], 0, channels[i]);
        return Add(
            "CG", [0, channels.Length > 0 ? channels[0] : 0, 0, 0, 0, 0],
            [
                .. BitConverter.GetBytes(recordId), .. BitConverter.GetBytes(cycles), .. BitConverter.GetBytes(flags), .. new byte[6],
                .. BitConverter.GetBytes(length), 0, 0, 0, 0,
            ]);
    }

    /// <summary>A data group, the first of the file.</summary>
    public long DataGroup(byte idSize, long data, params long[] groups)
    {
        for (var i = 1; i < groups.Length; i++)
            SetLink(groups[i - 1], 0, groups[i]);
        var offset = Add("DG", [0, groups[0], data, 0], [idSize, .. new byte[7]]);
        SetLink(Header, 0, offset);
        return offset;
    }

    /// <summary>A DZ block; transposed if it has a row length.</summary>
    public long Compressed(string type, byte[] data, int rowLength = 0)
    {
        var stored = data;
        if (rowLength > 0)
        {
            var rows = data.Length / rowLength;
            stored = [.. Enumerable.Range(0, rowLength * rows).Select(i => data[(i % rows * rowLength) + (i / rows)]), .. data[(rows * rowLength)..]];
        }

        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(stored);
        return Add(
            "DZ", [],
            [
                .. Encoding.ASCII.GetBytes(type), (byte)(rowLength > 0 ? 1 : 0), 0, .. BitConverter.GetBytes(rowLength), .. BitConverter.GetBytes((long)data.Length),
                .. BitConverter.GetBytes(packed.Length), .. packed.ToArray(),
            ]);
    }

    /// <summary>A DL or LD block of the blocks.</summary>
    public long List(string type, long next, params long[] blocks) =>
        Add(type, [next, .. blocks], [1, 0, 0, 0, .. BitConverter.GetBytes(blocks.Length), .. new byte[8]]);
}
