using System.IO.Compression;
using System.Text;
using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan.Tests.Formats;

/// <summary>Vectors of BLF, and what a reader does after damage.</summary>
public class BlfReaderTests
{
    private static readonly CanFrame[] Frames = [.. Enumerable.Range(0, 9_000).Select(i =>
        new CanFrame(0x100 + (i % 60), BitConverter.GetBytes(i * 7919L)).WithInterface("1").WithUnixTimeNanoseconds(1_700_000_000_000_000_000 + i))];

    private static byte[] File(CompressionLevel compression = CompressionLevel.Fastest)
    {
        var stream = new MemoryStream();
        using (var writer = new BlfWriter(stream, compression))
        {
            foreach (var frame in Frames)
                writer.Write(frame);
        }

        return stream.ToArray();
    }

    private static int Container(byte[] file, int index)
    {
        var at = 144;
        for (; index > 0; index--)
            at += BitConverter.ToInt32(file, at + 8) + (BitConverter.ToInt32(file, at + 8) % 4);
        return at;
    }

    private static byte[] FileOf(params byte[][] objects) =>
        [.. "LOGG"u8, 144, 0, 0, 0, .. new byte[136], .. objects.SelectMany(o => o)];

    private static byte[] Object(uint type, byte[] content, byte flags = 2) =>
    [
        .. "LOBJ"u8, 32, 0, 1, 0, .. BitConverter.GetBytes(32 + content.Length), .. BitConverter.GetBytes(type), flags, .. new byte[7],
        .. BitConverter.GetBytes(5L), .. content,
    ];

    private static byte[] Container(byte[] content) =>
    [
        .. "LOBJ"u8, 16, 0, 1, 0, .. BitConverter.GetBytes(32 + content.Length), 10, .. new byte[3], 2, .. new byte[7],
        .. BitConverter.GetBytes(content.Length), .. new byte[4], .. content,
    ];

    [Fact]
    public void A_container_is_written_as_other_readers_expect_it()
    {
        var stream = new MemoryStream();
        using (var writer = new BlfWriter(stream, CompressionLevel.NoCompression))
        {
            writer.Write(new CanFrame(CanId.Extended(0x123), [1, 2, 3]).WithInterface("can1").WithOrigin(true).WithUnixTimeNanoseconds(1_700_000_000_000_000_007));
            writer.Write(CanFrame.Remote(0x7FF, 4).WithInterface("can1").WithUnixTimeNanoseconds(1_700_000_000_000_000_008));
        }

        var hex = Convert.ToHexStringLower(stream.ToArray());
        Assert.Equal(
            "4c4f4747" + "90000000" + "0500000002060801" + "1001000000000000" + "1001000000000000" + "02000000" + "00000000" +
            "e7070b0002000e0016000d0014000000" + "e7070b0002000e0016000d0014000000", hex[..144]);
        Assert.Equal("4c4f424a" + "10000100" + "80000000" + "0a000000" + "0000000000000000" + "60000000" + "00000000", hex[288..352]);
        Assert.Equal(
            "4c4f424a" + "20000100" + "30000000" + "01000000" + "02000000" + "00000000" + "0700000000000000" + "0200" + "01" + "03" + "23010080" + "0102030000000000",
            hex[352..448]);
        Assert.Equal(
            "4c4f424a" + "20000100" + "30000000" + "01000000" + "02000000" + "00000000" + "0800000000000000" + "0200" + "80" + "04" + "ff070000" + "0000000000000000",
            hex[448..]);
    }

    [Theory]
    [InlineData(2_000, 0x55)]
    [InlineData(32 + 1, 0x20)] // zlib's header asks for a dictionary
    public void A_damaged_container_is_left_out_and_the_next_goes_on(int at, byte value)
    {
        var file = File();
        var damaged = Container(file, 1);
        file[damaged + at] = value;
        using var reader = new BlfReader(new MemoryStream(file));
        var read = new List<CanFrame>();
        var damage = Assert.Throws<CanLogException>(() => ReadInto(reader, read));
        Assert.Equal($"byte {damaged}", damage.Location);
        var first = read.Count;
        Assert.Equal(Frames[..first], read);
        Assert.False(reader.Read(out _));

        Assert.True(reader.TrySkip());
        ReadInto(reader, read);
        Assert.Equal([.. Frames[..first], .. Frames[(2 * first)..]], read);
    }

    [Fact]
    public void A_cut_container_gives_the_frames_that_came()
    {
        var file = File();
        var cut = Container(file, 1);
        var (read, damage) = BinaryCorpus.Read(new BlfReader(new MemoryStream(file[..((cut + Container(file, 2)) / 2)])));
        Assert.InRange(read.Count, 3_000, 5_400);
        Assert.Equal(Frames[..read.Count], read);
        Assert.Equal($"byte {cut}", damage!.Location);
    }

    [Fact]
    public void A_damaged_object_is_left_out_and_the_next_goes_on()
    {
        var file = File(CompressionLevel.NoCompression);
        file[144 + 32 + (48 * 10) + 8] = 0; // the size of the eleventh
        using var reader = new BlfReader(new MemoryStream(file));
        var read = new List<CanFrame>();
        Assert.Throws<CanLogException>(() => ReadInto(reader, read));
        Assert.Equal(10, read.Count);
        Assert.True(reader.TrySkip());
        ReadInto(reader, read);
        Assert.Equal([.. Frames[..10], .. Frames[11..]], read);
    }

    [Trait("Length", "Long")]
    [Fact]
    public void A_large_unknown_object_is_skipped_without_being_kept()
    {
        var file = FileOf(Object(65, new byte[20_000_000]), Object(2, [3, 0, 0, 0, 0, 0, 0, 0], flags: 1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var frame = Assert.Single(BinaryCorpus.Read(new BlfReader(new MemoryStream(file))).Frames);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
        Assert.True(frame.IsError);
        Assert.Equal("3", frame.Interface);
        Assert.Equal(50_000, frame.UnixTimeNanoseconds);
    }

    [Trait("Length", "Long")]
    [Fact]
    public void A_container_that_decompresses_without_an_end_is_not_kept()
    {
        var content = new MemoryStream();
        using (var zlib = new ZLibStream(content, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var i = 0; i < 300; i++)
                zlib.Write(new byte[1_000_000]);
        }

        var file = FileOf(Container(content.ToArray()));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotNull(BinaryCorpus.Read(new BlfReader(new MemoryStream(file))).Damage);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10 << 20);
    }

    [Fact]
    public void What_is_no_BLF_is_said_to_be_none()
    {
        var damage = Assert.Throws<CanLogException>(() => new BlfReader(new MemoryStream(Encoding.ASCII.GetBytes(new string('x', 1_000)))).Read(out _));
        Assert.Equal("Blf, byte 0: it does not begin with LOGG", damage.Message);
    }

    private static void ReadInto(BlfReader reader, List<CanFrame> frames)
    {
        while (reader.Read(out var frame))
            frames.Add(frame);
    }
}
