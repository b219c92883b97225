using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Logs;
using RxCan.Tests.Bus;
using RxCan.Tests.Replay;

namespace RxCan.Tests.Recordings;

/// <summary>Recordings on virtual time.</summary>
public sealed class RecordToTests
{
    private readonly HistoricalScheduler _time = new(LogInMemory.Beginning);
    private readonly Subject<CanFrame> _frames = new();

    [Fact]
    public void What_was_queued_is_in_the_file_before_the_recording_completes()
    {
        var disk = new DiskInMemory("drive.asc", isNumbered: false);
        using var recording = Record(disk);
        for (var i = 0; i < 5; i++)
            _frames.OnNext(LogInMemory.At(i, i));
        Assert.Empty(disk.Files); // whoever delivers does nothing with the disk
        _frames.OnCompleted();
        Assert.Null(recording.End);

        _time.Start();

        Assert.Equal([new CanRecordingOpened("drive.asc"), new CanRecordingClosed("drive.asc", 5, 50)], recording.Values);
        Assert.True(recording.End is { Exception: null });
        Assert.Equal(Enumerable.Range(0, 5).Select(i => LogInMemory.At(i, i)), disk.Of("drive.asc"));
        Assert.Equal(LogInMemory.Beginning, _time.Now);
    }

    [Fact]
    public void It_flushes_after_the_interval_and_then_rests()
    {
        var disk = new DiskInMemory("drive.asc", isNumbered: false);
        using var recording = Record(disk, new() { FlushInterval = TimeSpan.FromSeconds(2) });
        Advance(1000);
        _frames.OnNext(LogInMemory.At(0));
        Advance(500);
        _frames.OnNext(LogInMemory.At(1, 1));
        Advance(1499);
        Assert.Empty(disk.Of("drive.asc"));
        Advance(1);
        Assert.Equal(2, disk.Of("drive.asc").Length);
        Assert.Equal(new CanRecordingFlushed("drive.asc", 2, 20), recording.Values[^1]);

        _time.Start(); // nothing more is scheduled
        Assert.Equal(LogInMemory.Beginning.AddSeconds(3), _time.Now);
        _frames.OnNext(LogInMemory.At(2, 2));
        _time.Start();
        Assert.Equal(LogInMemory.Beginning.AddSeconds(5), _time.Now);
        Assert.Equal(3, disk.Of("drive.asc").Length);
    }

    [Fact]
    public void Disposing_writes_what_was_queued_and_tells_nothing_more()
    {
        var disk = new DiskInMemory("drive.asc", isNumbered: false);
        var recording = Record(disk);
        _frames.OnNext(LogInMemory.At(0));
        Advance(1);
        _frames.OnNext(LogInMemory.At(1, 1));

        recording.Dispose();
        Assert.False(_frames.HasObservers);
        _time.Start();

        Assert.Equal(2, disk.Of("drive.asc").Length);
        Assert.Equal([new CanRecordingOpened("drive.asc")], recording.Values);
        Assert.Null(recording.End);
    }

    [Fact]
    public void An_error_of_the_source_comes_after_the_file_is_complete()
    {
        var disk = new DiskInMemory("drive.asc", isNumbered: false);
        using var recording = Record(disk);
        _frames.OnNext(LogInMemory.At(0));
        _frames.OnError(new CanInterfaceNotFoundException("can0", "gone"));
        _time.Start();

        Assert.Equal(new CanRecordingClosed("drive.asc", 1, 10), recording.Values[^1]);
        Assert.IsType<CanInterfaceNotFoundException>(recording.End!.Exception);
    }

    [Fact]
    public void Frames_that_do_not_fit_the_queue_are_counted()
    {
        var disk = new DiskInMemory("drive.asc", isNumbered: false);
        using var recording = Record(disk, new() { QueueSize = 3 });
        for (var i = 0; i < 5; i++)
            _frames.OnNext(LogInMemory.At(i, i));
        Advance(1);
        for (var i = 5; i < 12; i++)
            _frames.OnNext(LogInMemory.At(i, i));
        _frames.OnCompleted();
        _time.Start();

        Assert.Equal(
            [new CanRecordingOpened("drive.asc"), new CanRecordingDropped(2, 2), new CanRecordingDropped(4, 6), new CanRecordingClosed("drive.asc", 6, 60)],
            recording.Values);
        Assert.Equal([0, 1, 2, 5, 6, 7], disk.Of("drive.asc").Select(frame => (int)frame.Data[0]));
    }

    [Fact]
    public void Frames_without_a_time_get_the_schedulers()
    {
        var disk = new DiskInMemory("drive.asc", isNumbered: false);
        using var recording = Record(disk);
        Advance(7);
        _frames.OnNext(new CanFrame(1, []));
        _frames.OnCompleted();
        _time.Start();

        Assert.Equal(LogInMemory.Beginning.AddMilliseconds(7), Assert.Single(disk.Of("drive.asc")).Timestamp);
    }

    [Theory]
    [InlineData("frames")]
    [InlineData("size")]
    [InlineData("time")]
    public void Files_begin_at_the_limits_and_nothing_is_lost_between_them(string limit)
    {
        var disk = new DiskInMemory("drive.asc", isNumbered: true);
        using var recording = Record(disk, limit switch
        {
            "frames" => new() { MaxFrames = 4 },
            "size" => new() { MaxSize = 40 },
            _ => new() { MaxDuration = TimeSpan.FromMilliseconds(40) },
        });
        for (var i = 0; i < 10; i++)
            _frames.OnNext(LogInMemory.At(10 * i, i));
        _frames.OnCompleted();
        _time.Start();

        Assert.Equal(["drive-0001.asc", "drive-0002.asc", "drive-0003.asc"], disk.Files.Keys);
        Assert.Equal([4, 4, 2], disk.Files.Values.Select(file => file.Count));
        Assert.Equal(Enumerable.Range(0, 10), disk.Files.Values.SelectMany(file => file).Select(frame => (int)frame.Data[0]));
        Assert.Equal(new CanRecordingClosed("drive-0003.asc", 2, 20), recording.Values[^1]);
    }

    [Fact]
    public void Numbers_go_on_and_the_oldest_files_are_deleted()
    {
        var disk = new DiskInMemory("drive.asc", isNumbered: true);
        disk.Files["drive-0007.asc"] = [LogInMemory.At(0)];
        disk.Files["drive-0009.asc"] = [LogInMemory.At(0)];
        using var recording = Record(disk, new() { MaxFrames = 1, MaxFiles = 3 });
        for (var i = 0; i < 3; i++)
            _frames.OnNext(LogInMemory.At(i, i));
        _frames.OnCompleted();
        _time.Start();

        Assert.Equal(["drive-0010.asc", "drive-0011.asc", "drive-0012.asc"], disk.Files.Keys);
        Assert.Equal(
            ["drive-0007.asc", "drive-0009.asc"], recording.Values.OfType<CanRecordingDeleted>().Select(deleted => deleted.Path));
    }

    [Theory]
    [InlineData("list", 0)]
    [InlineData("create", 0)]
    [InlineData("write", 0)]
    [InlineData("flush", 2)] // what was flushed before
    [InlineData("close", 2)]
    public void An_error_of_the_disk_is_told_once_and_leaves_only_what_is_whole(string operation, int left)
    {
        var disk = new DiskInMemory("drive.asc", isNumbered: true);
        using var recording = Record(disk, new() { MaxFrames = 100 });
        if (left > 0)
        {
            _frames.OnNext(LogInMemory.At(0));
            _frames.OnNext(LogInMemory.At(1, 1));
            Advance(1000);
        }

        disk.Doing = now =>
        {
            if (now == operation)
                throw new IOException("No space left on device");
        };
        _frames.OnNext(LogInMemory.At(2, 2));
        _frames.OnNext(LogInMemory.At(3, 3));
        Advance(operation == "close" ? 1 : 1000);
        if (operation == "close")
            _frames.OnCompleted();
        _time.Start();

        Assert.Equal("No space left on device", recording.End!.Exception!.Message);
        Assert.False(_frames.HasObservers);
        Assert.Equal(left, disk.Files.Values.Sum(file => file.Count));
        Assert.Equal(left > 0 ? 1 : 0, disk.Files.Count);
    }

    [Fact]
    public void A_file_that_cannot_be_replaced_is_not_deleted()
    {
        var disk = new DiskInMemory("drive.asc", isNumbered: false);
        disk.Files["drive.asc"] = [LogInMemory.At(0)];
        disk.Doing = now => throw new UnauthorizedAccessException(now);
        using var recording = Record(disk);
        _time.Start();

        Assert.IsType<UnauthorizedAccessException>(recording.End!.Exception);
        Assert.Single(disk.Of("drive.asc"));
    }

    [Fact]
    public void A_file_that_is_gone_is_an_error_at_the_next_flush()
    {
        var disk = new DiskInMemory("drive.asc", isNumbered: false);
        using var recording = Record(disk);
        _frames.OnNext(LogInMemory.At(0));
        Advance(10);
        disk.Files.Clear();
        Advance(1000);

        Assert.Contains("deleted or moved", Assert.IsType<FileNotFoundException>(recording.End!.Exception).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trigger_writes_what_led_to_it_and_what_follows()
    {
        var disk = new DiskInMemory("fault.asc", isNumbered: true);
        var trigger = new Subject<string>();
        using var recording = RecordAround(disk, trigger, before: 30, after: 15);
        Play(from: 0, to: 100);
        Assert.Empty(disk.Files);
        trigger.OnNext("fault"); // at 100
        Play(from: 110, to: 200);
        trigger.OnNext("another"); // at 200
        Play(from: 210, to: 210);
        trigger.OnNext("within the time after it, which begins again"); // at 210
        Play(from: 220, to: 300);
        _frames.OnCompleted();
        _time.Start();

        Assert.Equal([7, 8, 9, 10, 11], Indices("fault-0001.asc"));
        Assert.Equal([17, 18, 19, 20, 21, 22], Indices("fault-0002.asc"));
        Assert.Equal(2, disk.Files.Count);
        Assert.Equal(new CanRecordingClosed("fault-0002.asc", 6, 60), recording.Values[^1]);
        Assert.True(recording.End is { Exception: null });

        void Play(int from, int to)
        {
            for (var ms = from; ms <= to; ms += 10)
            {
                _time.AdvanceTo(LogInMemory.Beginning.AddMilliseconds(ms));
                _frames.OnNext(LogInMemory.At(ms, ms / 10));
            }
        }

        IEnumerable<int> Indices(string path) => disk.Of(path).Select(frame => (int)frame.Data[0]);
    }

    [Fact]
    public void The_time_after_a_trigger_ends_on_a_silent_bus_too()
    {
        var disk = new DiskInMemory("fault.asc", isNumbered: true);
        var trigger = new Subject<Unit>();
        using var recording = RecordAround(disk, trigger, before: 1000, after: 500);
        _frames.OnNext(LogInMemory.At(0));
        Advance(60_000);
        trigger.OnNext(Unit.Default);
        Advance(499);
        Assert.DoesNotContain(recording.Values, happened => happened is CanRecordingClosed);
        Advance(1);
        Assert.Equal(new CanRecordingClosed("fault-0001.asc", 1, 10), recording.Values[^1]);
        trigger.OnCompleted();
        Advance(1);
        Assert.Null(recording.End);
    }

    [Fact]
    public void An_error_of_the_trigger_ends_the_recording_with_the_file_complete()
    {
        var disk = new DiskInMemory("fault.asc", isNumbered: true);
        var trigger = new Subject<Unit>();
        using var recording = RecordAround(disk, trigger, before: 1000, after: 500);
        _frames.OnNext(LogInMemory.At(0));
        trigger.OnNext(Unit.Default);
        trigger.OnError(new InvalidOperationException("detector"));
        _time.Start();

        Assert.Equal("detector", recording.End!.Exception!.Message);
        Assert.Single(disk.Of("fault-0001.asc"));
        Assert.False(_frames.HasObservers);
    }

    [Fact]
    public void Wrong_arguments_are_refused_at_once()
    {
        Assert.Throws<ArgumentException>(() => _frames.RecordTo("drive.xyz"));
        Assert.Throws<ArgumentException>(() => _frames.RecordTo("drive.log", new() { MaxFiles = 3 }));
        Assert.Throws<ArgumentException>(() => _frames.RecordTo("drive.log", scheduler: CurrentThreadScheduler.Instance));
        Assert.Throws<ArgumentOutOfRangeException>(() => _frames.RecordAround(_frames, "drive.log", TimeSpan.FromTicks(-1), TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanRecordingOptions { MaxSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanRecordingOptions { MaxDuration = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanRecordingOptions { MaxFrames = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanRecordingOptions { MaxFiles = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanRecordingOptions { MaxTotalSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanRecordingOptions { FlushInterval = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanRecordingOptions { QueueSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanRecordingOptions { MaxFramesBefore = 0 });
    }

    private Recording<CanRecordingEvent> Record(DiskInMemory disk, CanRecordingOptions? options = null) =>
        CanRecordingExtensions.Record<Unit>(_frames, disk, null, options ?? CanRecordingOptions.Default, _time, static sink => sink).Record();

    private Recording<CanRecordingEvent> RecordAround<T>(DiskInMemory disk, IObservable<T> trigger, int before, int after) => CanRecordingExtensions.Record(
        _frames, disk, trigger, CanRecordingOptions.Default, _time,
        sink => new Logs.Recording.TriggeredSink(sink, new(TimeSpan.FromMilliseconds(before), 1000), TimeSpan.FromMilliseconds(after))).Record();

    private void Advance(double ms) => _time.AdvanceBy(TimeSpan.FromMilliseconds(ms));
}
