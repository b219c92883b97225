using System.IO.Compression;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Text;
using Microsoft.Reactive.Testing;
using RxCan.Logs;

namespace RxCan.Tests;

/// <summary>Reading, writing and converting files.</summary>
public sealed class CanLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rxcan-logs-").FullName;

    private static CanFrame[] Frames { get; } =
        [.. Enumerable.Range(0, 1_000).Select(i => new CanFrame(i, [(byte)i, 1, 2, 3, 4, 5, 6, 7]).WithInterface("can0").WithUnixTimeNanoseconds(1_700_000_000_000_000_000 + (i * 1_000_000L)))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("drive.log", CanLogFormat.Candump)]
    [InlineData("drive.asc", CanLogFormat.Asc)]
    [InlineData("drive.ASC.GZ", CanLogFormat.Asc)]
    [InlineData("drive.log.gz", CanLogFormat.Candump)]
    [InlineData("drive.trc", CanLogFormat.Trc)]
    [InlineData("drive.csv", CanLogFormat.Csv)]
    [InlineData("drive.blf", CanLogFormat.Blf)]
    [InlineData("drive.pcap", CanLogFormat.Pcap)]
    [InlineData("drive.pcapng", CanLogFormat.Pcapng)]
    public async Task A_file_is_written_by_its_extension_and_read_by_its_content(string name, CanLogFormat format)
    {
        var path = Write(name);
        Assert.Equal(name.EndsWith("gz", StringComparison.OrdinalIgnoreCase), File.ReadAllBytes(path) is [0x1F, 0x8B, ..]);
        var other = path + ".what";
        File.Move(path, other);
        Assert.Equal(format, CanLog.FormatOf(other));
        Assert.Equal(format, CanLog.FormatOfName($"of/another/folder/{name.ToUpperInvariant()}"));
        Assert.Null(CanLog.FormatOfName(other));
        Assert.Equal(Frames, CanLog.Enumerate(other));
        Assert.Equal(Frames, await CanLog.ReadAsync(other, cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Frames.Select(frame => frame.UnixTimeNanoseconds), (await CanLog.Read(other).ToList()).Select(frame => frame.UnixTimeNanoseconds));
    }

    [Fact]
    public void Each_subscription_reads_from_the_beginning_and_is_done_when_Subscribe_returns()
    {
        var log = CanLog.Read(Write("drive.log"));
        for (var i = 0; i < 2; i++)
        {
            var seen = new List<CanFrame>();
            var isCompleted = false;
            log.Subscribe(seen.Add, () => isCompleted = true);
            Assert.Equal(Frames, seen);
            Assert.True(isCompleted);
        }
    }

    [Fact]
    public void Reading_stops_when_the_subscription_ends()
    {
        var stream = new CountingStream(File.ReadAllBytes(Write("drive.log", times: 100)));
        var seen = new List<CanFrame>();
        CanLog.Read(stream).Take(5).Subscribe(seen.Add);
        Assert.Equal(Frames.Take(5), seen);
        Assert.True(stream.Count < stream.Length / 2);
    }

    [Fact]
    public void Reading_on_a_scheduler_leaves_it_to_others_now_and_then()
    {
        var time = new TestScheduler();
        var seen = new List<CanFrame>();
        var subscription = CanLog.Read(Write("drive.log"), scheduler: time).Subscribe(seen.Add);
        Assert.Empty(seen);
        time.AdvanceBy(1);
        Assert.InRange(seen.Count, 1, 999);
        subscription.Dispose();
        var count = seen.Count;
        time.Start();
        Assert.Equal(count, seen.Count);
        File.Delete(Path.Combine(_folder, "drive.log"));

        seen.Clear();
        CanLog.Read(Write("drive.log"), scheduler: time).Subscribe(seen.Add);
        time.Start();
        Assert.Equal(Frames, seen);
    }

    [Fact]
    public void Reading_works_on_every_kind_of_scheduler()
    {
        var log = Write("drive.log");
        foreach (var scheduler in (IScheduler[])[ImmediateScheduler.Instance, CurrentThreadScheduler.Instance, DefaultScheduler.Instance, TaskPoolScheduler.Default])
            Assert.Equal(Frames, CanLog.Read(log, scheduler: scheduler).ToArray().Wait());
    }

    [Fact]
    public void The_frames_before_damage_come_first_then_the_exception_says_where_it_is()
    {
        var path = Path.Combine(_folder, "damaged.log");
        File.WriteAllText(path, "(1.0) can0 123#11\n(2.0) can0 123#GG\n(3.0) can0 123#33\n");
        var seen = new List<string>();
        CanLog.Read(path).Subscribe(frame => seen.Add($"{frame}"), e => seen.Add($"{Assert.IsType<CanLogException>(e).Format} {((CanLogException)e).Location}"));
        Assert.Equal(["123#11", "Candump line 2"], seen);

        seen.Clear();
        CanLog.Read(path, new() { SkipDamage = true, Damaged = e => seen.Add(e.Location) }).Subscribe(frame => seen.Add($"{frame}"));
        Assert.Equal(["123#11", "line 2", "123#33"], seen);
    }

    [Fact]
    public void A_compressed_file_that_is_cut_gives_what_it_has_then_fails()
    {
        var path = Write("drive.log.gz");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^500]);
        var seen = new List<CanFrame>();
        Exception? error = null;
        CanLog.Read(path).Subscribe(seen.Add, e => error = e);
        Assert.IsType<CanLogException>(error);
        Assert.InRange(seen.Count, 1, 999);
        Assert.Equal(Frames.Take(seen.Count), seen);
    }

    [Fact]
    public async Task An_unknown_file_fails_and_says_why()
    {
        var path = Path.Combine(_folder, "letter.txt");
        File.WriteAllText(path, "Dear Sir or Madam,\n");
        Assert.Null(CanLog.FormatOf(path));
        Assert.Contains("no known format", (await Assert.ThrowsAsync<CanLogException>(async () => await CanLog.Read(path))).Message, StringComparison.Ordinal);
        Assert.Contains("UTF-16", Assert.Throws<CanLogException>(() => CanLog.Enumerate(new MemoryStream([0xFF, 0xFE, 1, 0])).Count()).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await CanLog.Read(path + "2"));
        Assert.Throws<ArgumentException>(() => CanLog.Create(Path.Combine(_folder, "drive.xyz")));
        Assert.Throws<ArgumentException>(() => CanLog.Create(Path.Combine(_folder, "drive.mf4")));
        Assert.Throws<ArgumentNullException>(() => CanLog.Read((Stream)null!));
    }

    [Fact]
    public void A_stream_stays_open_and_is_read_again_only_if_it_can_seek()
    {
        var file = new MemoryStream(File.ReadAllBytes(Write("drive.asc")));
        var log = CanLog.Enumerate(file);
        Assert.Equal(Frames, log);
        Assert.Equal(Frames, log);
        var once = CanLog.Enumerate(new DeflateStream(new MemoryStream(Deflated(file.ToArray())), CompressionMode.Decompress));
        Assert.Equal(Frames, once);
        Assert.Throws<InvalidOperationException>(() => once.Count());
    }

    [Fact]
    public void Converting_takes_over_what_the_options_say()
    {
        var to = Path.Combine(_folder, "some.asc.gz");
        var start = Frames[0].Timestamp;
        var result = CanLog.Convert(Write("drive.log"), to, new()
        {
            Filter = CanFilter.Range(0x010, 0x0FF),
            From = start.AddMilliseconds(20),
            Until = start.AddMilliseconds(30),
            Interfaces = new Dictionary<string, string> { ["can0"] = "3" },
        });
        Assert.Equal(new(10, 0, 0), result);
        Assert.Equal(Frames[20..30].Select(frame => (frame, "3", frame.Timestamp)), CanLog.Enumerate(to).Select(frame => (frame, frame.Interface, frame.Timestamp)));
    }

    [Fact]
    public void A_conversion_that_fails_leaves_everything_as_it_was()
    {
        var from = Write("drive.log");
        File.AppendAllText(from, "garbage\n");
        var to = Path.Combine(_folder, "drive.asc");
        File.WriteAllText(to, "before");
        Assert.Throws<CanLogException>(() => CanLog.Convert(from, to));
        Assert.Throws<OperationCanceledException>(() => CanLog.Convert(from, to, cancellationToken: new(canceled: true)));
        Assert.Equal("before", File.ReadAllText(to));
        Assert.Equal(2, Directory.GetFiles(_folder).Length);

        Assert.Equal(new(1_000, 0, 1), CanLog.Convert(from, to, new() { Reading = new() { SkipDamage = true } }));
        Assert.Equal(Frames, CanLog.Enumerate(to));
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void Frames_that_a_format_does_not_have_are_counted()
    {
        var from = Path.Combine(_folder, "drive.log");
        File.WriteAllText(from, "(1.000000) can0 123#R\n(1.000000) can0 20000001#0000000000000000\n(1.000000) can0 123#11\n");
        Assert.Equal(new(1, 2, 0), CanLog.Convert(from, Path.Combine(_folder, "drive.csv"), new() { Writing = new() { Format = CanLogFormat.SavvyCanCsv } }));
    }

    [Fact]
    public void What_was_flushed_can_be_read_while_the_file_is_written()
    {
        foreach (var name in (string[])["drive.log", "drive.asc", "drive.trc", "drive.csv", "drive.blf", "drive.pcapng"])
        {
            var path = Path.Combine(_folder, name);
            using var writer = CanLog.Create(path);
            foreach (var frame in Frames)
                Assert.True(writer.Write(frame));
            writer.Flush();
            Assert.Equal(Frames, CanLog.Enumerate(path));
            Assert.Equal(Frames.Length, writer.Count);
            Assert.Equal(new FileInfo(path).Length, writer.Length);
        }
    }

    [Theory]
    [InlineData("drive.log")]
    [InlineData("drive.asc")]
    [InlineData("drive.trc")]
    [InlineData("drive.csv")]
    public void A_frame_costs_no_memory(string name)
    {
        var log = new MemoryStream(File.ReadAllBytes(Write(name)));
        using var reader = Logs.Formats.LogFormats.OpenReader(log, new(), leaveOpen: true);
        using var writer = Logs.Formats.LogFormats.CreateWriter(Stream.Null, CanLog.FormatOf(Path.Combine(_folder, name))!.Value, new());
        reader.Read(out var first);
        writer.Write(first);
        Allocation.AssertNone(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                reader.Read(out var frame);
                writer.Write(frame);
            }
        });
    }

    private static byte[] Deflated(byte[] data)
    {
        var stream = new MemoryStream();
        using (var deflater = new DeflateStream(stream, CompressionLevel.Fastest))
            deflater.Write(data);
        return stream.ToArray();
    }

    private string Write(string name, int times = 1)
    {
        var path = Path.Combine(_folder, name);
        using var writer = CanLog.Create(path);
        for (var i = 0; i < times; i++)
        {
            foreach (var frame in Frames)
                Assert.True(writer.Write(frame));
        }

        return path;
    }

    private sealed class CountingStream(byte[] data) : MemoryStream(data)
    {
        public long Count { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = base.Read(buffer, offset, count);
            Count += read;
            return read;
        }
    }
}
