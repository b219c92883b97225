using System.Buffers.Binary;
using System.IO.Compression;
using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan.Tests.Formats;

/// <summary>MDF 4 files as other tools write them: every way to store records, and every way to break the lists of blocks.</summary>
public class Mdf4ReaderTests
{
    private const int Count = 100;
    private const int RecordLength = 22;

    private static readonly CanFrame[] Expected = [.. Enumerable.Range(0, Count).Select(i => Frame(i, 8))];

    private static byte[] Records => [.. Enumerable.Range(0, Count).SelectMany(i => Record(i, 8, [.. Data(i)]))];

    private static byte[] Data(int i) => [(byte)i, 1, 2, 3, 4, 5, 6, 7];

    private static CanFrame Frame(int i, int length) => new CanFrame(0x100 + i, Data(i).AsSpan(0, length))
        .WithInterface("2").WithUnixTimeNanoseconds(Mdf4Builder.Start + (i * 1_500_000L));

    /// <summary>Time in seconds, channel, id, length, data.</summary>
    private static byte[] Record(int i, byte length, byte[] data) =>
        [.. BitConverter.GetBytes(i * 0.0015), 2, .. BitConverter.GetBytes(0x100 + i), length, .. data];

    private static long[] Channels(Mdf4Builder file, long variable = 0) =>
    [
        file.Channel("t", 4, 0, 0, 64, type: 2, sync: 1),
        file.Channel("CAN_DataFrame", 10, 0, 8, 112),
        file.Channel("CAN_DataFrame.BusChannel", 0, 0, 8, 8),
        file.Channel("CAN_DataFrame.ID", 0, 0, 9, 32),
        file.Channel("CAN_DataFrame.DataLength", 0, 0, 13, 8),
        file.Channel("CAN_DataFrame.DataBytes", 10, 0, 14, 64, type: (byte)(variable != 0 ? 1 : 0), data: variable),
    ];

    private static Mdf4Builder Sorted(Func<Mdf4Builder, long> data, ulong cycles = Count)
    {
        var file = new Mdf4Builder();
        file.DataGroup(0, data(file), file.Group(0, cycles, RecordLength, Channels(file)));
        return file;
    }

    private static (List<CanFrame> Frames, CanLogException? Damage) Read(Mdf4Builder file) =>
        BinaryCorpus.Read(new Mdf4Reader(new MemoryStream(file.File)));

    private static void AssertReads(Mdf4Builder file, IEnumerable<CanFrame> expected)
    {
        var (frames, damage) = Read(file);
        Assert.Null(damage);
        Assert.Equal(expected.Select(BinaryFrames.All), frames.Select(BinaryFrames.All));
    }

    [Fact]
    public void A_compressed_file_is_refused_with_a_sentence()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Sorted(f => f.Add("DT", [], Records)).File);
        compressed.Position = 0;

        var error = Assert.Throws<CanLogException>(() => CanLog.Enumerate(compressed).ToList());
        Assert.Equal(CanLogFormat.Mdf4, error.Format);
        Assert.Contains("decompress it first", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_are_read_from_every_kind_of_block_and_list()
    {
        var half = 13 * RecordLength + 5; // a record lies across blocks
        Func<Mdf4Builder, long>[] ways =
        [
            f => f.Add("DT", [], Records),
            f => f.Compressed("DT", Records),
            f => f.Compressed("DT", Records, RecordLength),
            f => f.Compressed("DT", Records, RecordLength + 3),
            f => f.List("DL", 0, f.Add("DT", [], Records[..half]), f.Compressed("DT", Records[half..], RecordLength)),
            f => f.List("DL", f.List("DL", 0, f.Add("DT", [], Records[half..])), f.Add("DT", [], Records[..half]), f.Add("DT", [], [])),
            f => f.Add("HL", [f.List("DL", 0, f.Compressed("DT", Records[..half]), f.Compressed("DT", Records[half..]))], new byte[8]),
            f => f.List("LD", 0, f.Add("DV", [], Records[..half]), f.Compressed("DV", Records[half..])),
        ];
        Assert.All(ways, way => AssertReads(Sorted(way), Expected));
    }

    [Fact]
    public void Variable_data_is_read_from_its_own_blocks_forwards_and_backwards()
    {
        foreach (var order in new[] { Enumerable.Range(0, Count), Enumerable.Range(0, Count).Reverse() })
        {
            var values = order.SelectMany(i => (byte[])[5, 0, 0, 0, .. Data(i)[..5]]).ToArray();
            var at = order.Select((i, n) => (i, n)).ToDictionary(p => p.i, p => p.n * 9L);
            var records = Enumerable.Range(0, Count).SelectMany(i => Record(i, 5, BitConverter.GetBytes(at[i]))).ToArray();
            Func<Mdf4Builder, long>[] ways =
                [f => f.Add("SD", [], values), f => f.List("DL", 0, f.Compressed("SD", values[..400]), f.Compressed("SD", values[400..]))];
            Assert.All(ways, way =>
            {
                var file = new Mdf4Builder();
                file.DataGroup(0, file.Add("DT", [], records), file.Group(0, Count, RecordLength, Channels(file, way(file))));
                AssertReads(file, Enumerable.Range(0, Count).Select(i => Frame(i, 5)));
            });
        }
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, true, false)]
    [InlineData(true, true, true)]
    public void Groups_in_one_stream_are_put_in_order_with_their_variable_data(bool valueFirst, bool isUnfinished, bool withoutOffsets)
    {
        var file = new Mdf4Builder(isUnfinished, (ushort)(withoutOffsets ? 0x65 : 0x25));
        var values = file.Group(300, 0, 0, [], flags: 1);
        var frames = file.Group(2, 0, RecordLength, Channels(file, values));
        var others = file.Group(7, 0, 3, [file.Channel("speed", 0, 0, 0, 8)]);
        var bytes = new List<byte>();
        foreach (var i in Enumerable.Range(0, Count).Select(i => i ^ 1)) // pairs in the wrong order
        {
            byte[] value = [0x2C, 1, 5, 0, 0, 0, .. Data(i)[..5]];
            byte[] record = [2, 0, .. Record(i, 5, BitConverter.GetBytes(withoutOffsets ? 0L : (i ^ 1) * 9L))];
            bytes.AddRange(valueFirst ? [.. value, .. record] : [.. record, .. value]);
            bytes.AddRange([7, 0, 1, 2, 3]);
        }

        if (isUnfinished)
            bytes.AddRange([2, 0, 1, 2, 3]); // torn
        var group = file.DataGroup(2, 0, others, frames, values);
        var data = file.Add("DT", [], isUnfinished ? [] : [.. bytes]);
        file.SetLink(group, 2, data);
        var whole = isUnfinished ? [.. file.File, .. bytes] : file.File; // a DT block of no length goes on to the end

        var (read, damage) = BinaryCorpus.Read(new Mdf4Reader(new MemoryStream(whole)));
        Assert.Null(damage);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => BinaryFrames.All(Frame(i, 5))), read.Select(BinaryFrames.All));
    }

    [Fact]
    public void Numbers_are_read_in_either_order_across_bytes_and_through_conversions()
    {
        var file = new Mdf4Builder();
        long[] channels =
        [
            file.Channel("t", 1, 0, 0, 48, file.Conversion(1, 0, 1e-6), type: 2, sync: 1), // big-endian microseconds
            file.Channel("CAN_DataFrame", 10, 0, 6, 112),
            file.Channel("CAN_DataFrame.BusChannel", 0, 0, 0, 0, file.Conversion(1, 9, 0), type: 6), // virtual
            file.Channel("CAN_DataFrame.ID", 0, 3, 6, 29),
            file.Channel("CAN_DataFrame.IDE", 0, 0, 6, 1, file.Conversion(6, 0, 0, 5, 1, 1, 0, 7)), // ranges: 0 means 5
            file.Channel("CAN_DataFrame.DLC", 0, 4, 10, 4),
            file.Channel("CAN_DataFrame.DataLength", 0, 4, 10, 4, file.Conversion(5, 0, 0, 8, 8, 9, 12, 10, 16)),
            file.Channel("CAN_DataFrame.EDL", 2, 0, 10, 1, file.Conversion(2, 0, -1, 0, 0, 0, 1)), // rational: -1 means 1
            file.Channel("CAN_DataFrame.BRS", 3, 1, 10, 2),
            file.Channel("CAN_DataFrame.Dir", 5, 0, 27, 32),
            file.Channel("CAN_DataFrame.DataBytes", 10, 0, 11, 128),
        ];
        var record = new byte[31];
        record[5] = 250;
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(6), 0x123 << 3);
        record[10] = 0xA0 | 0x03;
        for (var i = 0; i < 16; i++)
            record[11 + i] = (byte)(0x80 + i);
        BinaryPrimitives.WriteSingleBigEndian(record.AsSpan(27), 1);
        file.DataGroup(0, file.Add("DT", [], record), file.Group(0, 1, (uint)record.Length, channels));
        AssertReads(file, [CanFrame.Fd(CanId.Extended(0x123), record.AsSpan(11, 16), bitRateSwitch: true).WithInterface("9").WithOrigin(true)
            .WithUnixTimeNanoseconds(Mdf4Builder.Start + 250_000)]);
    }

    [Fact]
    public void Lists_that_lead_back_to_themselves_end_after_what_they_hold()
    {
        foreach (var broken in Enumerable.Range(0, 4))
        {
            var file = new Mdf4Builder();
            var channels = Channels(file);
            var group = file.Group(0, Count, RecordLength, channels);
            var list = file.List("DL", 0, file.Add("DT", [], Records));
            var dataGroup = file.DataGroup(0, list, group);
            (long Block, long Target) link = broken switch { 0 => (dataGroup, dataGroup), 1 => (group, group), 2 => (channels[^1], channels[0]), _ => (list, list) };
            file.SetLink(link.Block, 0, link.Target);
            var (frames, damage) = Read(file);
            Assert.NotNull(damage);
            Assert.Equal(CanLogFormat.Mdf4, damage.Format);
            Assert.Equal(broken < 2 ? Count : 0, frames.Count);
        }
    }

    [Fact]
    public void Damage_in_one_group_does_not_keep_the_others_from_being_read()
    {
        var file = new Mdf4Builder();
        var second = file.Add("DG", [0, file.Group(0, Count, RecordLength, Channels(file)), file.Add("DT", [], Records), 0], new byte[8]);
        var first = file.DataGroup(0, file.Add("DT", [], Records[..(10 * RecordLength)]), file.Group(0, Count, RecordLength, Channels(file)));
        file.SetLink(first, 0, second);
        var (frames, damage) = Read(file);
        Assert.Equal(Count + 10, frames.Count);
        Assert.Equal(frames.Select(f => f.UnixTimeNanoseconds).Order(), frames.Select(f => f.UnixTimeNanoseconds));
        Assert.Contains("after 10 of 100 records", damage!.Message, StringComparison.Ordinal);
    }

    [Trait("Length", "Long")]
    [Fact]
    public void What_a_file_announces_is_not_allocated()
    {
        var bomb = Sorted(f => f.Compressed("DT", new byte[40_000_000]), cycles: ulong.MaxValue);
        var stream = new MemoryStream(bomb.File);
        using var reader = new Mdf4Reader(stream);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000_000; i++)
            Assert.True(reader.Read(out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public void A_stream_that_cannot_seek_is_refused_with_what_to_do()
    {
        using var reader = new Mdf4Reader(new DribblingStream(Sorted(f => f.Add("DT", [], Records)).File));
        Assert.Contains("copy it to a file", Assert.Throws<CanLogException>(() => reader.Read(out _)).Message, StringComparison.Ordinal);
    }
}
