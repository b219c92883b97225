using System.IO.Compression;
using CsCheck;
using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan.Tests.Formats;

/// <summary>What is written in a binary format is read back, as far as the format can say it.</summary>
[Trait("Length", "Long")]
public class BinaryRoundTripTests
{
    public static TheoryData<CanLogFormat> Formats => [.. BinaryFrames.Formats];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Frames_of_every_kind_are_read_back_as_far_as_the_format_can_say(CanLogFormat format) =>
        BinaryFrames.Frame.Array[0, 60].Sample(
            frames =>
            {
                var (read, damage) = BinaryCorpus.Read(BinaryFrames.Open(format, new MemoryStream(BinaryFrames.File(format, frames))));
                Assert.Null(damage);
                Assert.Equal(frames.Select(f => BinaryFrames.All(BinaryFrames.As(f, format, frames[0]))), read.Select(BinaryFrames.All));
            },
            iter: RandomCases.Of(1_000));

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void A_BLF_of_many_containers_is_read_back(CompressionLevel compression)
    {
        var frames = BinaryFrames.Some(20_000);
        var stream = new MemoryStream();
        using (var writer = new BlfWriter(stream, compression))
        {
            foreach (var frame in frames)
                writer.Write(frame);
        }

        var (read, damage) = BinaryCorpus.Read(new BlfReader(new DribblingStream(stream.ToArray())));
        Assert.Null(damage);
        Assert.Equal(frames.Select(f => BinaryFrames.All(BinaryFrames.As(f, CanLogFormat.Blf, frames[0]))), read.Select(BinaryFrames.All));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_frame_without_a_time_comes_back_from_1970(CanLogFormat format)
    {
        var frame = Assert.Single(BinaryCorpus.Read(BinaryFrames.Open(format, new MemoryStream(BinaryFrames.File(format, [new CanFrame(0x123, [1, 2])])))).Frames);
        Assert.Equal(new CanFrame(0x123, [1, 2]), frame);
        Assert.Equal(0, frame.UnixTimeNanoseconds);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_was_flushed_is_read_whatever_the_writer_did_then(CanLogFormat format)
    {
        var frames = BinaryFrames.Some(3_000);
        var stream = new MemoryStream();
        using var writer = BinaryFrames.Write(format, stream);
        for (var i = 0; i < frames.Length; i++)
        {
            writer.Write(frames[i]);
            if (i % 1_000 == 499)
            {
                writer.Flush();
                var (read, damage) = BinaryCorpus.Read(BinaryFrames.Open(format, new MemoryStream(stream.ToArray())));
                Assert.Null(damage);
                Assert.Equal(frames[..(i + 1)].Select(f => BinaryFrames.As(f, format, frames[0])), read);
            }
        }

        var flushed = (int)stream.Length;
        writer.Dispose();
        Assert.Equal(stream.ToArray().Length, writer.Length);
        var file = stream.ToArray();
        for (var length = flushed; length < file.Length; length += 97)
        {
            var (read, _) = BinaryCorpus.Read(BinaryFrames.Open(format, new MemoryStream(file[..length])));
            Assert.True(read.Count >= 2_500);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_stream_that_cannot_seek_is_enough(CanLogFormat format)
    {
        var frames = BinaryFrames.Some(500);
        var stream = new DribblingStream();
        using (var writer = BinaryFrames.Write(format, stream))
        {
            foreach (var frame in frames)
                writer.Write(frame);
            writer.Flush();
        }

        var (read, damage) = BinaryCorpus.Read(BinaryFrames.Open(format, new DribblingStream(stream.Written)));
        Assert.Null(damage);
        Assert.Equal(frames.Select(f => BinaryFrames.As(f, format, frames[0])), read);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_format_recognises_its_own_files_only(CanLogFormat format)
    {
        var head = BinaryFrames.File(format, [new CanFrame(1, [])]).AsSpan(0, 16);
        Assert.Equal(format == CanLogFormat.Blf, BlfReader.Recognises(head));
        Assert.Equal(format == CanLogFormat.Pcap, PcapReader.Recognises(head));
        Assert.Equal(format == CanLogFormat.Pcapng, PcapngReader.Recognises(head));
        Assert.False(Mdf4Reader.Recognises(head));
        Assert.True(Mdf4Reader.Recognises("MDF     4.10    "u8));
        Assert.True(Mdf4Reader.Recognises("UnFinMF 4.11    "u8));
        Assert.False(Mdf4Reader.Recognises("MDF     3.30    "u8));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Reading_and_writing_cost_no_memory_per_frame(CanLogFormat format)
    {
        var frames = BinaryFrames.Some(2_000);
        using var writer = BinaryFrames.Write(format, new MemoryStream(1 << 20));
        writer.Write(frames[0]);
        var next = 0;
        Allocation.AssertNone(() =>
        {
            for (var i = 0; i < 200; i++)
                writer.Write(frames[next++ % frames.Length]);
        });

        using var reader = BinaryFrames.Open(format, new MemoryStream(BinaryFrames.File(format, frames)));
        Assert.True(reader.Read(out _));
        Allocation.AssertNone(() =>
        {
            for (var i = 0; i < 200; i++)
                Assert.True(reader.Read(out _));
        });
    }

    [Fact]
    public void Channels_follow_numbers_and_names_that_end_in_one()
    {
        var channels = new ChannelNumbers(null, max: 5);
        Assert.Equal([1, 2, 3, 4, 5, 5, 1, 3], new[] { "can0", "can1", "3", "engine", "vcan0", "more", "can0", "3" }.Select(channels.Of));
    }

    [Fact]
    public void A_file_brings_at_most_a_thousand_interface_names()
    {
        var interfaces = new LogInterfaces();
        Assert.All(Enumerable.Range(1, 1_000), i => Assert.NotEqual(0, interfaces.Of(i)));
        Assert.Equal(0, interfaces.Of(1_001));
        Assert.Equal(0, interfaces.Of("can0"));
        Assert.NotEqual(0, interfaces.Of(7));
    }
}
