using CsCheck;
using RxCan.Mqtt;
using RxCan.Mqtt.Batches;

namespace RxCan.Tests.Batches;

/// <summary>The form of a batch: what goes in comes out, in how many bytes, and what damage does.</summary>
public sealed class BatchTests
{
    private static readonly Gen<CanId> Id = Gen.OneOf(
        Gen.UInt[0x100, 0x108].Select(CanId.Standard), Gen.UInt[0, CanId.MaxStandard].Select(CanId.Standard), Gen.UInt[0, CanId.MaxExtended].Select(CanId.Extended));

    private static readonly Gen<CanFrame> AnyFrame = Gen.OneOf(
        Gen.Select(Id, Gen.Byte.Array[0, 8], (id, data) => new CanFrame(id, data)),
        Gen.Select(Id, Gen.Byte.Array[8], Gen.Int[8, 15], (id, data, dlc) => new CanFrame(id, data).WithDlc(dlc)),
        Gen.Select(Id, Gen.Int[0, 8], CanFrame.Remote),
        Gen.Select(Id, Gen.Int[8, 15], (id, dlc) => CanFrame.Remote(id, 8).WithDlc(dlc)),
        Gen.Select(Id, Gen.Int[0, 15].SelectMany(dlc => Gen.Byte.Array[CanFrame.FdLengths[dlc]]), Gen.Bool, Gen.Bool, (id, data, brs, esi) => CanFrame.Fd(id, data, brs, esi)),
        Gen.Select(Gen.UInt[0, 0x3FF], Gen.Byte.Array[8], (classes, data) => CanFrame.Parse($"{0x2000_0000 | classes:X8}#{Convert.ToHexString(data)}", null)),
        Gen.Select(Id, Gen.Bool, (id, own) => new CanFrame(id, [1, 2]).WithOrigin(true, own)));

    private static readonly Gen<CanFrame[]> AnyFrames =
        Gen.Select(AnyFrame, Gen.OneOf(Gen.Long[0, 5_000_000], Gen.Long[1_700_000_000_000_000_000, 1_800_000_000_000_000_000]), (f, time) => f.WithUnixTimeNanoseconds(time)).Array[0, 60];

    [Theory]
    [InlineData(MqttCompression.None)]
    [InlineData(MqttCompression.Deflate)]
    public void Every_kind_of_frame_comes_out_as_it_went_in(MqttCompression compression)
    {
        var decoder = new BatchDecoder();
        AnyFrames.Sample(frames =>
        {
            decoder.Decode(Pack(frames, compression));
            AssertSame(frames, [.. decoder.Entries.ToArray().Select(e => e.Frame)]);
        }, iter: RandomCases.Of(1_000), threads: 1);
    }

    [Theory]
    [InlineData(MqttCompression.None)]
    [InlineData(MqttCompression.Deflate)]
    public void More_identifiers_than_the_table_holds_are_written_out(MqttCompression compression)
    {
        CanFrame[] frames = [.. Enumerable.Range(0, 2000).Select(i => new CanFrame(CanId.Extended((uint)(i % 700)), [(byte)i, 1]).WithUnixTimeNanoseconds(i + 1))];

        AssertSame(frames, MqttBatch.Decode(Pack(frames, compression)).Frames);
    }

    [Fact]
    public void Events_keep_their_place_between_the_frames()
    {
        var encoder = new BatchEncoder(10, 1000, MqttCompression.Deflate);
        encoder.TryAdd(new CanFrame(1, [1]), 1000);
        encoder.TryAdd(EntryKind.LinkDown, 500); // a clock that was set back
        encoder.TryAdd(EntryKind.LinkUp, 2000);
        encoder.TryAdd(new CanFrame(2, [2]), 3000);
        var decoder = new BatchDecoder();
        decoder.Decode(encoder.Take(7, 8));

        Assert.Equal([EntryKind.Frame, EntryKind.LinkDown, EntryKind.LinkUp, EntryKind.Frame], decoder.Entries.ToArray().Select(e => e.Kind));
        Assert.Equal([1000L, 1000, 2000, 3000], decoder.Entries.ToArray().Select(e => e.Frame.UnixTimeNanoseconds));
        Assert.Equal((7UL, 8UL), (decoder.Stream, decoder.Sequence));
    }

    [Fact]
    public void A_batch_has_the_documented_bytes()
    {
        var encoder = new BatchEncoder(10, 1000, MqttCompression.None);
        encoder.TryAdd(new CanFrame(0x123, [0xAA, 0xBB]), 0x0102);
        encoder.TryAdd(new CanFrame(CanId.Extended(0x1ABCDEF0), []), 0x0102 + 300);
        encoder.TryAdd(CanFrame.Fd(0x123, [0xCC], bitRateSwitch: true), 0x0102 + 299);

        Assert.Equal(
            "5258" + "01" + "00" + "8877665544332211" + "0500000000000000" + "0201000000000000" + "0300" + "0B000000" + "04000000" +
            "22" + "2301" + "60" + "F0DEBC1A" + "11" + "83" + "00" +
            "00" + "AC02" + "01" +
            "AABB" + "CC",
            Convert.ToHexString(encoder.Take(0x1122334455667788, 5)));
    }

    [Fact]
    public void A_typical_frame_of_eight_bytes_takes_at_most_14_bytes_and_compressed_9()
    {
        var plain = BytesPerFrame(MqttCompression.None);
        var deflated = BytesPerFrame(MqttCompression.Deflate);
        TestContext.Current.TestOutputHelper?.WriteLine($"{plain:F2} plain, {deflated:F2} deflated");

        Assert.InRange(plain, 8, 14);
        Assert.InRange(deflated, 1, 9);

        static double BytesPerFrame(MqttCompression compression)
        {
            const int Batch = 256, Overhead = 2 + 3 + 2 + 20; // PUBLISH: header, length, packet id, a topic of 18 characters
            var batches = TypicalTraffic.Of(100 * Batch).Chunk(Batch).Select(frames => Pack(frames, compression).Length + Overhead);
            return batches.Sum() / (100.0 * Batch);
        }
    }

    [Fact]
    public void Packing_allocates_nothing_per_frame()
    {
        var frames = TypicalTraffic.Of(1000);
        var encoder = new BatchEncoder(1000, 64 * 1024, MqttCompression.None);
        encoder.Take(0, 0);

        Assert.InRange(
            Allocation.Of(() =>
            {
                foreach (var frame in frames)
                    Assert.True(encoder.TryAdd(frame, frame.UnixTimeNanoseconds));
                encoder.Take(0, 0);
            }),
            0,
            16_000); // the payload
    }

    [Fact]
    public void A_full_batch_takes_no_more()
    {
        var byCount = new BatchEncoder(2, 1000, MqttCompression.None);
        Assert.True(byCount.TryAdd(new CanFrame(1, []), 0));
        Assert.True(byCount.TryAdd(new CanFrame(1, []), 0));
        Assert.False(byCount.TryAdd(new CanFrame(1, []), 0));
        Assert.False(byCount.TryAdd(EntryKind.LinkUp, 0));

        var bySize = new BatchEncoder(100, 200, MqttCompression.None);
        var count = 0;
        while (bySize.TryAdd(CanFrame.Fd(1, new byte[64]), 0))
            count++;
        Assert.Equal(2, count);
        Assert.Equal(2, MqttBatch.Decode(bySize.Take(0, 0)).Frames.Count);
    }

    [Theory]
    [InlineData("", "not a batch")]
    [InlineData("525801", "not a batch")]
    [InlineData("52580200" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "0000" + "0000000000000000", "version 2")]
    [InlineData("52580102" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "0000" + "0000000000000000", "flags 02")]
    [InlineData("52580100" + "0000000000000000" + "0000000000000080" + "0000000000000000" + "0000" + "0000000000000000", "announces")]
    [InlineData("52580100" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "FFFF" + "0000000000000000", "announces 65535")]
    [InlineData("52580100" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "0100" + "0000000000000000", "announces 1 entries")]
    [InlineData("52580100" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "0100" + "FFFFFFFFFFFFFFFF" + "202301" + "00", "columns of 4294967295")]
    [InlineData("52580101" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "0100" + "0100000001000000" + "FFFFFFFF", "damaged")]
    [InlineData("52580100" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "0100" + "03000000" + "01000000" + "222301" + "00" + "", "within an entry")]
    [InlineData("52580100" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "0100" + "02000000" + "01000000" + "0000" + "00" + "", "identifier 0 of 0")]
    [InlineData("52580100" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "0100" + "03000000" + "01000000" + "20FF0F" + "00" + "", "too many bits")]
    [InlineData("52580100" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "0100" + "03000000" + "01000000" + "202301" + "00" + "00", "follow the last entry")]
    [InlineData("52580100" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "0100" + "01000000" + "01000000" + "85" + "00" + "", "unknown kind 5")]
    [InlineData("52580100" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "0100" + "03000000" + "0B000000" + "202301" + "FFFFFFFFFFFFFFFFFFFF00" + "", "more than ten bytes")]
    public void Damage_is_told(string payload, string expected) =>
        Assert.Contains(expected, Assert.Throws<MqttBatchException>(() => MqttBatch.Decode(Convert.FromHexString(payload))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_small_batch_that_inflates_without_end_is_refused_within_the_bound()
    {
        using var bomb = new MemoryStream();
        bomb.Write(Convert.FromHexString("52580101" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "0100" + "0100000001000000"));
        using (var deflate = new System.IO.Compression.DeflateStream(bomb, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var i = 0; i < 100; i++)
                deflate.Write(new byte[1 << 20]);
        }

        var payload = bomb.ToArray();
        Assert.InRange(payload.Length, 1, 200_000);
        Assert.InRange(Allocation.Of(() => Assert.Throws<MqttBatchException>(() => MqttBatch.Decode(payload))), 0, 900_000);
    }

    /// <summary>Mutations of good batches and noise.</summary>
    [Fact]
    [Trait("Length", "Long")]
    public void Fuzzed_batches_throw_only_the_documented_exception_and_allocate_within_the_bound()
    {
        var seeds = Enumerable.Range(0, 8).Select(i => Pack([.. TypicalTraffic.Of(1 + (40 * i), i)], i % 2 == 0 ? MqttCompression.None : MqttCompression.Deflate)).ToArray();
        var random = new Random();
        var seed = random.Next();
        random = new(seed);
        var decoder = new BatchDecoder();
        var refused = 0;
        var cases = RandomCases.Of(20_000);
        for (var n = 0; n < cases; n++)
        {
            byte[] payload = [.. seeds[random.Next(seeds.Length)]];
            for (var changes = random.Next(1, 5); changes > 0; changes--)
                payload[random.Next(random.Next(2) == 0 ? BatchFormat.HeaderLength : 0, payload.Length)] = (byte)random.Next(256);
            var cut = payload.AsSpan(0, random.Next(4) == 0 ? random.Next(payload.Length) : payload.Length);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                decoder.Decode(cut);
                Assert.InRange(decoder.Entries.Length, 0, BatchFormat.MaxEntries);
            }
            catch (MqttBatchException)
            {
                refused++;
                Assert.Equal(0, decoder.Entries.Length);
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}, case {n}: {e}");
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        }

        Assert.InRange(refused, cases / 20, cases);
    }

    internal static byte[] Pack(IReadOnlyList<CanFrame> frames, MqttCompression compression, ulong stream = 1, ulong sequence = 0)
    {
        var encoder = new BatchEncoder(BatchFormat.MaxEntries, BatchFormat.MaxBody, compression);
        foreach (var frame in frames)
            Assert.True(encoder.TryAdd(frame, frame.UnixTimeNanoseconds));
        return encoder.Take(stream, sequence);
    }

    private static void AssertSame(IReadOnlyList<CanFrame> expected, IReadOnlyList<CanFrame> actual)
    {
        Assert.Equal(expected, actual);
        Assert.Equal(expected.Select(Rest), actual.Select(Rest));

        static (long, bool, bool, int) Rest(CanFrame frame) => (frame.UnixTimeNanoseconds, frame.IsLocal, frame.IsOwn, frame.Dlc);
    }
}
