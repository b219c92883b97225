using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Logs;
using RxCan.Tests.Replay;

namespace RxCan.Tests;

/// <summary>The code about replay and recording in the README, which has relative paths.</summary>
[Collection(nameof(Bus.Alone))]
public sealed class LiveReadmeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Directory.GetCurrentDirectory();
    private readonly ConsoleRecorder Console = new();

    public LiveReadmeTests() => Directory.SetCurrentDirectory(_folder.Path);

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _folder.Dispose();
    }

    [Fact]
    public void A_log_is_a_bus()
    {
        Record("drive.blf");

        using ICanReplay drive = CanLog.Replay("drive.blf", speed: 10);           // in real time, ten times as fast
        drive.Where(CanFilter.Id(0x3E8)).Subscribe(f => Console.WriteLine(f));    // begins with the first subscription

        Assert.Equal(["3E8#00", "3E8#01", "3E8#02"], Console.WaitForLines(3));

        var time = new HistoricalScheduler();                                     // or on virtual time: a day in seconds, exact to the tick
        using var day = CanLog.Replay("drive.blf", time, new() { MaxGap = TimeSpan.FromMinutes(1) });
        day.BusLoad(500_000, TimeSpan.FromSeconds(1)).Subscribe(load => Console.WriteLine(load));
        time.Start();                                                             // returns when the log has ended
    }

    [Fact]
    public void A_log_is_sent_onto_another_bus()
    {
        Record("drive.blf");
        using var can = CanBus.Open("virtual:logs");
        using var other = CanBus.Open("virtual:logs");
        using var received = Bus.RecordingExtensions.Record(other);

        using var log = CanLog.Replay("drive.blf");
        log.Where(f => f.Interface == "1").SendTo(can).Subscribe(unsent => Console.WriteLine(unsent));

        using var registration = CanLog.Register();
        using var named = CanBus.Open("log:drive.blf");
        using var all = Bus.RecordingExtensions.Record(named);
        Assert.Equal(3, all.WaitForCount(3).Values.Count);
        Assert.Null(all.WaitForEnd().Exception);
        Assert.Contains("nothing.blf", Assert.Throws<CanBusException>(() => CanBus.Open("log:nothing.blf")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_is_a_subscription()
    {
        using ICanBus can = CanBus.Open("virtual:recorded"), sender = CanBus.Open("virtual:recorded");

        IDisposable recording = can.RecordTo("drive.asc", new() { MaxSize = 100 << 20, MaxFiles = 20 }).Subscribe(
            happened => Console.WriteLine(happened switch
            {
                CanRecordingClosed { Path: var path, Frames: var count } => $"{path}: {count} frames",    // /data/drive-0001.asc
                CanRecordingDropped { Count: var count } => $"the disk is too slow: {count} frames are not recorded",
                _ => happened.ToString(),
            }),
            error => Console.WriteLine(error.Message));                            // a full disk; without this, Rx would end the process

        // The minutes before a fault, and the seconds after it: fault-0001.blf, fault-0002.blf, ...
        var faults = can.Events.Where(happened => happened is CanStateChanged { State: CanState.BusOff });
        can.RecordAround(faults, "fault.blf", before: TimeSpan.FromMinutes(2), after: TimeSpan.FromSeconds(10))
            .Subscribe(happened => Console.WriteLine(happened), error => Console.WriteLine(error.Message));

        sender.Send(new CanFrame(0x123, [1]));
        sender.Send(CanFrame.Error(new() { Class = CanErrorClass.BusOff }));
        Bus.Eventually.True(() => File.Exists("fault-0001.blf"), "a fault is recorded");
        can.Dispose(); // completes the source
        Bus.Eventually.True(() => Console.Lines.Any(line => line.EndsWith("drive-0001.asc: 1 frames", StringComparison.Ordinal)), "the drive is recorded");
        Bus.Eventually.True(() => Console.Lines.Any(line => line.StartsWith(nameof(CanRecordingClosed), StringComparison.Ordinal)), "the fault's file is complete");
        recording.Dispose();
    }

    /// <summary>Three frames in 20 ms of virtual time.</summary>
    private static void Record(string path)
    {
        var time = new HistoricalScheduler(LogInMemory.Beginning);
        using var frames = new Subject<CanFrame>();
        using var recording = frames.RecordTo(path, scheduler: time).Subscribe();
        for (var i = 0; i < 3; i++)
            frames.OnNext(LogInMemory.At(10 * i, i, 0x3E8));
        frames.OnCompleted();
        time.Start();
    }
}
