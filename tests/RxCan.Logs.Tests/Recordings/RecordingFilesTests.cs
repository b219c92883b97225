using System.Diagnostics;
using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using CsCheck;
using RxCan.Logs;
using RxCan.Logs.Formats;
using RxCan.Tests.Bus;
using RxCan.Tests.Replay;

namespace RxCan.Tests.Recordings;

/// <summary>Recordings in real files, and in real time.</summary>
public sealed class RecordingFilesTests : IDisposable
{
    private const string ChildPath = "RXCAN_RECORD_UNTIL_KILLED";

    private static readonly Gen<CanFrame> Frames =
        from kind in Gen.Int[0, 4]
        from id in Gen.OneOf(Gen.UInt[0, 0x7FF].Select(i => (CanId)i), Gen.UInt[0, 0x1FFFFFFF].Select(i => CanId.Extended(i)))
        from data in Gen.Byte.Array[0, 8]
        from length in Gen.Int[0, 15]
        from flag in Gen.Bool
        select kind switch
        {
            0 => CanFrame.Remote(id, data.Length),
            1 => CanFrame.Fd(id, new byte[CanFrame.FdLengths[length]].Select((_, i) => (byte)(i + length)).ToArray(), flag, !flag),
            2 => CanFrame.Error(new() { Class = CanErrorClass.BusOff | CanErrorClass.Restarted }),
            _ => new CanFrame(id, data),
        };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("drive.log")]
    [InlineData("drive.log.gz")]
    [InlineData("drive.pcapng")]
    [InlineData("drive.blf")] // has channels instead of interfaces, and knows nothing of the classes of error frames
    public void A_recording_played_back_on_virtual_time_gives_the_same_frames_at_the_same_ticks(string name) =>
        Gen.Select(Frames, Gen.OneOf(Gen.Int[0, 3], Gen.Int[0, 30_000_000])).Array[0, 60].Sample(
            sent =>
            {
                var path = _folder[name];
                var options = new CanBusOptions { ErrorMask = CanErrorClass.All };
                var time = new HistoricalScheduler(LogInMemory.Beginning);
                var bus = new VirtualCanBus(time);
                using ICanBus sender = bus.Connect(), receiver = bus.Connect(options);
                using var received = receiver.Record();
                using var recording = receiver.RecordTo(path, new() { Write = new() { Nanoseconds = true } }).Record();
                if (name.EndsWith(".blf", StringComparison.Ordinal))
                    sent = [.. sent.Where(item => !item.Item1.IsError)];
                foreach (var (frame, wait) in sent)
                {
                    time.AdvanceBy(TimeSpan.FromTicks(wait + 1));
                    sender.Send(frame);
                }

                time.AdvanceBy(TimeSpan.FromTicks(1));
                receiver.Dispose();
                time.Start();
                Assert.True(recording.End is { Exception: null });
                Assert.Equal(sent.Select(item => item.Item1), received.Values);

                var again = new HistoricalScheduler(received.Count > 0 ? received.Values[0].Timestamp : LogInMemory.Beginning);
                using var replay = CanLog.Replay(path, again, new() { Bus = options });
                using var played = replay.Select(frame => (Frame: frame, Now: again.Now)).Record();
                again.Start();

                Assert.True(played.End is { Exception: null });
                Assert.Equal(received.Values, played.Values.Select(item => item.Frame));
                if (name.Contains(".log", StringComparison.Ordinal))
                    Assert.Equal(received.Values.Select(Rest), played.Values.Select(item => Rest(item.Frame)));
                Assert.Equal(received.Values.Select(frame => frame.Timestamp), played.Values.Select(item => item.Now));
            },
            iter: RandomCases.Of(60),
            threads: 1);

    [Fact]
    public void Files_have_numbers_before_both_extensions_and_go_on_after_the_last_one()
    {
        File.WriteAllText(_folder["drive-0041.log.gz"], "");
        File.WriteAllText(_folder["drive-old.log.gz"], "");
        var time = new HistoricalScheduler(LogInMemory.Beginning);
        using var recording = Enumerable.Range(0, 5).Select(i => LogInMemory.At(i, i)).ToObservable()
            .RecordTo(_folder["drive.log.gz"], new() { MaxFrames = 2, MaxFiles = 2 }, time).Record();
        time.Start();

        Assert.Equal(["drive-0043.log.gz", "drive-0044.log.gz", "drive-old.log.gz"], _folder.Names);
        Assert.Equal([LogInMemory.At(2, 2), LogInMemory.At(3, 3)], Read(_folder["drive-0043.log.gz"]));
        Assert.Equal(_folder["drive-0044.log.gz"], Assert.IsType<CanRecordingClosed>(recording.Values[^1]).Path);
        Assert.Equal(new FileInfo(_folder["drive-0044.log.gz"]).Length, ((CanRecordingClosed)recording.Values[^1]).Size);
    }

    [Fact]
    public void The_size_of_all_files_is_limited()
    {
        var time = new HistoricalScheduler(LogInMemory.Beginning);
        using var recording = Enumerable.Range(0, 1000).Select(i => LogInMemory.At(i, i)).ToObservable()
            .RecordTo(_folder["drive.log"], new() { MaxSize = 1000, MaxTotalSize = 5000 }, time).Record();
        time.Start();

        Assert.InRange(_folder.Names.Sum(name => new FileInfo(_folder[name]).Length), 3000, 5100);
        Assert.All(_folder.Names, name => Assert.InRange(new FileInfo(_folder[name]).Length, 1, 1060));
    }

    [Fact]
    public void A_slow_disk_does_not_hold_up_the_bus_and_what_is_lost_is_counted()
    {
        var disk = new DiskInMemory("drive.log", isNumbered: false);
        using var isBlocked = new ManualResetEventSlim();
        using var goesOn = new ManualResetEventSlim();
        disk.Doing = operation =>
        {
            if (operation != "write")
                return;
            isBlocked.Set();
            goesOn.Wait();
        };
        var frames = new Subject<CanFrame>();
        using var recording = CanRecordingExtensions.Record<Unit>(
            frames, disk, null, new() { QueueSize = 100, FlushInterval = TimeSpan.Zero }, DefaultScheduler.Instance, static sink => sink).Record();
        frames.OnNext(LogInMemory.At(0));
        isBlocked.Wait();
        for (var i = 1; i <= 1000; i++)
            frames.OnNext(LogInMemory.At(i, i)); // returns
        frames.OnCompleted();
        goesOn.Set();

        Assert.Null(recording.WaitForEnd().Exception);
        Assert.Equal(new CanRecordingDropped(900, 900), recording.Values.OfType<CanRecordingDropped>().Single());
        Assert.Equal(new CanRecordingClosed("drive.log", 101, 1010), recording.Values[^1]);
    }

    [Fact]
    public void In_real_time_a_recording_is_flushed_and_completed_after_it_was_disposed()
    {
        var frames = new Subject<CanFrame>();
        var path = _folder["drive.log"];
        using var recording = frames.RecordTo(path, new() { FlushInterval = TimeSpan.FromMilliseconds(1) }).Record();
        frames.OnNext(LogInMemory.At(0));
        recording.WaitFor(happened => happened is CanRecordingFlushed { Frames: 1 });
        Assert.Single(Read(path));
        for (var i = 1; i < 1000; i++)
            frames.OnNext(LogInMemory.At(i, i));

        recording.Dispose();
        Eventually.True(() => Read(path).Count == 1000, "the rest is written");
    }

    [Fact]
    public void A_full_disk_is_told_once_and_the_bus_goes_on()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        File.CreateSymbolicLink(_folder["drive.log"], "/dev/full");
        var frames = new Subject<CanFrame>();
        using var recording = frames.RecordTo(_folder["drive.log"], new() { FlushInterval = TimeSpan.Zero }).Record();
        frames.OnNext(LogInMemory.At(0));

        Assert.IsAssignableFrom<IOException>(recording.WaitForEnd().Exception);
        Eventually.True(() => !frames.HasObservers, "the source is not subscribed any more");
        frames.OnNext(LogInMemory.At(1));
        Assert.True(File.Exists("/dev/full"));
    }

    [Fact]
    public void A_removed_folder_is_told_once()
    {
        var frames = new Subject<CanFrame>();
        using var recording = frames.RecordTo(_folder["drive.log"], new() { MaxFrames = 2, FlushInterval = TimeSpan.FromMilliseconds(1) }).Record();
        frames.OnNext(LogInMemory.At(0));
        recording.WaitFor(happened => happened is CanRecordingFlushed);
        Directory.Delete(_folder.Path, recursive: true);
        frames.OnNext(LogInMemory.At(1));

        Assert.IsAssignableFrom<IOException>(recording.WaitForEnd().Exception);
        Assert.False(Directory.Exists(_folder.Path));
    }

    [Fact]
    [Trait("Length", "Long")]
    public void After_a_kill_everything_up_to_the_last_flush_can_be_read()
    {
        foreach (var name in (string[])["drive.log", "drive.log.gz", "drive.blf"])
        {
            var path = _folder[name];
            var start = new ProcessStartInfo("dotnet")
            {
                ArgumentList = { "exec", typeof(RecordingFilesTests).Assembly.Location, "--filter-method", $"*.{nameof(Records_until_it_is_killed)}", "--explicit", "only" },
                RedirectStandardOutput = true,
                WorkingDirectory = AppContext.BaseDirectory,
                Environment = { [ChildPath] = path },
            };
            using var child = Process.Start(start)!;
            _ = child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Eventually.True(() => Flushed(path) > 1000, $"{name}: it flushes");
            child.Kill(); // SIGKILL
            child.WaitForExit();

            var frames = new List<CanFrame>();
            using var reader = LogFormats.OpenReader(path, new());
            try
            {
                while (reader.Read(out var frame))
                    frames.Add(frame);
            }
            catch (CanLogException)
            {
                // the tail was being written
            }

            Assert.True(frames.Count >= Flushed(path), $"{name}: {frames.Count} frames, {Flushed(path)} flushed");
            Assert.Equal(Enumerable.Range(0, frames.Count), frames.Select(frame => BitConverter.ToInt32(frame.Data)));
        }

        static long Flushed(string path) => File.Exists(path + ".flushed") && File.ReadAllLines(path + ".flushed") is { Length: > 1 } lines
            ? long.Parse(lines[^2], System.Globalization.CultureInfo.InvariantCulture) // the last line may be in the making
            : 0;
    }

    /// <summary>The process that <see cref="After_a_kill_everything_up_to_the_last_flush_can_be_read"/> kills.</summary>
    [Fact(Explicit = true)]
    public void Records_until_it_is_killed()
    {
        var path = Environment.GetEnvironmentVariable(ChildPath);
        Assert.SkipWhen(path is null, "another test runs it");
        var frames = new Subject<CanFrame>();
        using var recording = frames.RecordTo(path, new() { FlushInterval = TimeSpan.FromMilliseconds(20) }).Subscribe(happened =>
        {
            if (happened is CanRecordingFlushed flushed)
                File.AppendAllText(path + ".flushed", $"{flushed.Frames}\n");
        });
        using var killed = new ManualResetEventSlim();
        for (var i = 0; ; i++)
        {
            frames.OnNext(new CanFrame(0x123, BitConverter.GetBytes(i)));
            if (i % 100 == 0)
                killed.Wait(1, TestContext.Current.CancellationToken);
        }
    }

    private static (string, bool) Rest(CanFrame frame) => (frame.Interface, frame.IsLocal);

    private static List<CanFrame> Read(string path)
    {
        using var reader = LogFormats.OpenReader(path, new());
        var frames = new List<CanFrame>();
        while (reader.Read(out var frame))
            frames.Add(frame);
        return frames;
    }
}
