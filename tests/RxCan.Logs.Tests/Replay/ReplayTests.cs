using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Logs;
using RxCan.Logs.Replay;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Replay;

/// <summary>A log as a bus, on virtual time.</summary>
public sealed class ReplayTests
{
    private readonly HistoricalScheduler _time = new(LogInMemory.Beginning);
    private readonly List<(int Index, double Ms)> _got = [];

    [Fact]
    public void Frames_come_at_their_times_to_the_tick_and_then_the_streams_complete()
    {
        using var replay = Play(LogInMemory.Of(0, 0.0001, 1, 1, 2500.0003));
        using var events = replay.Events.Record();
        using var frames = Watch(replay).Record();
        Assert.Empty(_got); // a subscription delivers nothing

        _time.Start();

        Assert.Equal([(0, 0), (1, 0.0001), (2, 1), (3, 1), (4, 2500.0003)], _got);
        Assert.All(frames.Values, frame => Assert.Equal(LogInMemory.Beginning + TimeSpan.FromMilliseconds(Ms(frame)), frame.Timestamp));
        Assert.True(frames.End is { Exception: null });
        Assert.True(events.End is { Exception: null });
        Assert.Equal(2500.0003, Now);

        double Ms(CanFrame frame) => _got.Find(got => got.Index == frame.Data[0]).Ms;
    }

    [Fact]
    public void It_begins_with_the_first_subscription()
    {
        using var replay = Play(LogInMemory.Of(0, 10));
        _time.AdvanceBy(TimeSpan.FromSeconds(5));

        using var first = Watch(replay).Record();
        using var second = replay.Record();
        _time.Start();

        Assert.Equal([(0, 5000), (1, 5010)], _got);
        Assert.Equal(2, second.Count);
    }

    [Fact]
    public void Without_subscriptions_it_stands_still()
    {
        using var replay = Play(LogInMemory.Of(0, 10, 20, 30));
        using (Watch(replay).Take(2).Record())
            Advance(15);

        Advance(1000);
        Assert.Equal(10, replay.Position.TotalMilliseconds);
        using var rest = Watch(replay).Record();
        _time.Start();

        Assert.Equal([(0, 0), (1, 10), (2, 1025), (3, 1035)], _got);
    }

    [Fact]
    public void It_pauses_and_resumes_to_the_tick()
    {
        using var replay = Play(LogInMemory.Of(0, 10, 20), new() { IsPaused = true });
        using var frames = Watch(replay).Record();
        Advance(100);
        Assert.True(replay.IsPaused);
        replay.Resume();
        Advance(13.0001);
        replay.Pause();
        Assert.Equal(13.0001, replay.Position.TotalMilliseconds);
        Advance(50);
        replay.Resume();
        _time.Start();

        Assert.Equal([(0, 100), (1, 110), (2, 170)], _got);
    }

    [Fact]
    public void An_observer_that_pauses_gets_no_more_frames_of_the_same_tick()
    {
        using var replay = Play(LogInMemory.Of(0, 0, 0));
        using var frames = Watch(replay).Do(_ => replay.Pause()).Record();
        _time.Start();
        Assert.Equal([(0, 0)], _got);

        replay.Resume();
        _time.Start();
        Assert.Equal([(0, 0), (1, 0)], _got);
    }

    [Fact]
    public void Speed_can_be_set_at_any_time()
    {
        using var replay = Play(LogInMemory.Of(0, 100, 200, 300), speed: 10);
        using var frames = Watch(replay).Record();
        Advance(15);
        Assert.Equal(150, replay.Position.TotalMilliseconds);
        replay.Speed = 0.5;
        Advance(100);
        replay.Speed = double.PositiveInfinity;
        _time.Start();

        Assert.Equal([(0, 0), (1, 10), (2, 115), (3, 115)], _got);
    }

    [Fact]
    public void It_seeks_forwards_and_backwards()
    {
        var log = LogInMemory.Of(0, 100, 200, 300);
        using var replay = Play(log);
        using var frames = Watch(replay).Record();
        Advance(10);
        replay.Seek(TimeSpan.FromMilliseconds(150));
        Assert.Equal(150, replay.Position.TotalMilliseconds);
        Advance(60);
        replay.Seek(LogInMemory.Beginning);
        Advance(1);
        replay.Seek(LogInMemory.Beginning.AddMilliseconds(300));
        _time.Start();

        Assert.Equal([(0, 0), (2, 60), (0, 70), (3, 71)], _got);
        Assert.Equal(0, log.Open);
    }

    [Fact]
    public void A_seek_to_the_present_frame_plays_it_again()
    {
        using var replay = Play(LogInMemory.Of(0, 100, 200));
        using var frames = Watch(replay).Record();
        Advance(120);
        replay.Seek(TimeSpan.FromMilliseconds(100));
        _time.Start();

        Assert.Equal([(0, 0), (1, 100), (1, 120), (2, 220)], _got);
    }

    [Fact]
    public void A_seek_before_the_first_subscription_or_while_it_pauses_is_where_it_goes_on()
    {
        using var replay = Play(LogInMemory.Of(0, 100, 200));
        replay.Seek(TimeSpan.FromMilliseconds(90));
        using var frames = Watch(replay).Record();
        Advance(10);
        replay.Pause();
        replay.Seek(TimeSpan.FromMilliseconds(195));
        Advance(100);
        Assert.Equal(195, replay.Position.TotalMilliseconds);
        replay.Resume();
        _time.Start();

        Assert.Equal([(1, 10), (2, 115)], _got);
    }

    [Fact]
    public void A_seek_beyond_the_end_ends_it()
    {
        using var replay = Play(LogInMemory.Of(0, 100));
        using var frames = Watch(replay).Record();
        Advance(1);
        replay.Seek(TimeSpan.MaxValue);
        _time.Start();

        Assert.Equal([(0, 0)], _got);
        Assert.NotNull(frames.End);
        Assert.Equal(1, Now);
    }

    [Fact]
    public void Rounds_repeat_the_log()
    {
        var log = LogInMemory.Of(0, 100);
        using var replay = Play(log, new() { Rounds = 3, RoundGap = TimeSpan.FromMilliseconds(10) }, speed: 2);
        using var frames = Watch(replay).Record();
        _time.Start();

        Assert.Equal([(0, 0), (1, 50), (0, 55), (1, 105), (0, 110), (1, 160)], _got);
        Assert.NotNull(frames.End);
        Assert.Equal(0, log.Open);
    }

    [Fact]
    public void It_repeats_until_it_is_disposed_and_time_goes_on_even_with_one_frame()
    {
        using var replay = Play(LogInMemory.Of(7), new() { Rounds = null });
        using var frames = Watch(replay).Record();
        Advance(1000);
        Assert.Equal(1001, frames.Count);

        replay.Dispose();
        _time.Start();
        Assert.NotNull(frames.End);
        Assert.Equal(1001, frames.Count);
    }

    [Fact]
    public void Gaps_are_cut_to_the_maximum()
    {
        using var replay = Play(LogInMemory.Of(0, 100, 5000, 5100), new() { MaxGap = TimeSpan.FromMilliseconds(250) });
        using var frames = Watch(replay).Record();
        Advance(101);
        Assert.Equal(4751, replay.Position.TotalMilliseconds);
        _time.Start();

        Assert.Equal([(0, 0), (1, 100), (2, 350), (3, 450)], _got);
    }

    [Fact]
    public void Stamps_that_go_back_are_delivered_at_once()
    {
        using var replay = Play(LogInMemory.Of(0, 100, 40, -3000, 100, 101));
        using var frames = Watch(replay).Record();
        _time.Start();

        Assert.Equal([(0, 0), (1, 100), (2, 100), (3, 100), (4, 100), (5, 101)], _got);
    }

    [Fact]
    public void Filters_and_engines_work_as_on_every_bus()
    {
        using var replay = Play(new(LogInMemory.At(0, 0, 0x100), LogInMemory.At(1, 1, 0x200), LogInMemory.At(2, 2, 0x100)));
        using var one = replay.Where(CanFilter.Id(0x200)).Record();
        using var absent = replay.Presence(0x100, TimeSpan.FromMilliseconds(1)).Record();
        _time.Start();

        Assert.Equal(1, Assert.Single(one.Values).Data[0]);
        Assert.Contains(absent.Values, presence => !presence.IsPresent);
    }

    [Fact]
    public void Error_frames_are_events_and_frames_only_if_asked_for()
    {
        var error = CanFrame.Error(new() { Class = CanErrorClass.BusOff }).WithTimestamp(LogInMemory.Beginning);
        using var replay = Play(new(error, LogInMemory.At(1)));
        using var open = Play(new(error, LogInMemory.At(1)), new() { Bus = new() { ErrorMask = CanErrorClass.All } });
        using var events = replay.Events.Record();
        using var frames = replay.Record();
        using var all = open.Record();
        _time.Start();

        Assert.Contains(events.Values, happened => happened is CanStateChanged { State: CanState.BusOff });
        Assert.Equal(LogInMemory.At(1), Assert.Single(frames.Values));
        Assert.Equal([error, LogInMemory.At(1)], all.Values);
    }

    [Fact]
    public void Without_CAN_FD_its_frames_are_left_out()
    {
        using var replay = Play(new(CanFrame.Fd(1, new byte[12]).WithTimestamp(LogInMemory.Beginning), LogInMemory.At(5)), new() { Bus = new() { Fd = false } });
        using var frames = Watch(replay).Record();
        _time.Start();

        Assert.Equal([(0, 0)], _got);
    }

    [Fact]
    public void Channels_become_interfaces()
    {
        CanFrame[] frames = [.. new[] { "1", "2", "1", "3" }.Select((channel, i) => LogInMemory.At(i, i).WithInterface(channel))];
        using var replay = Play(new(frames), new() { Interfaces = new Dictionary<string, string> { ["1"] = "can0", ["3"] = "vcan7" } });
        using var got = replay.Record();
        _time.Start();

        Assert.Equal(["can0", "2", "can0", "vcan7"], got.Values.Select(frame => frame.Interface));
    }

    [Fact]
    public void Damage_ends_it_after_everything_before()
    {
        var damage = new CanLogException(CanLogFormat.Blf, "byte 4096", "cut off");
        var log = new LogInMemory(LogInMemory.At(0), LogInMemory.At(5, 1)) { Damage = damage };
        using var replay = Play(log);
        using var events = replay.Events.Record();
        using var frames = Watch(replay).Record();
        _time.Start();

        Assert.Equal([(0, 0), (1, 5)], _got);
        Assert.Same(damage, frames.End!.Exception);
        Assert.Same(damage, Assert.IsType<CanReceiveFailed>(Assert.Single(events.Values)).Exception);
        Assert.True(events.End is { Exception: null });
        Assert.Equal(0, log.Open);
        Assert.Equal(5, Now);
    }

    [Fact]
    public void Damage_at_the_beginning_comes_to_the_subscriber()
    {
        var damage = new CanLogException(CanLogFormat.Candump, "line 1", "no time");
        using var replay = Play(new() { Damage = damage });
        using var frames = replay.Record();
        _time.Start();

        Assert.Same(damage, frames.End!.Exception);
        Assert.Equal(default, replay.Beginning);
    }

    [Fact]
    public void A_seek_over_damage_meets_it_again()
    {
        var damage = new CanLogException(CanLogFormat.Candump, "line 3", "no time");
        using var replay = Play(new(LogInMemory.At(0), LogInMemory.At(5, 1)) { Damage = damage });
        using var frames = Watch(replay).Record();
        replay.Seek(TimeSpan.FromMinutes(1));
        _time.Start();

        Assert.Same(damage, frames.End!.Exception);
        Assert.Empty(_got);
    }

    [Fact]
    public void An_empty_log_completes_however_often_it_repeats()
    {
        using var replay = Play(new(), new() { Rounds = null });
        using var frames = replay.Record();
        _time.Start();

        Assert.True(frames.End is { Exception: null });
    }

    [Fact]
    public void Disposing_completes_the_streams_and_closes_the_log_at_once()
    {
        var log = LogInMemory.Of(0, 10);
        var replay = Play(log);
        using var frames = Watch(replay).Record();
        Advance(1);

        replay.Dispose();
        Assert.Equal(0, log.Open);
        Assert.Null(frames.End);
        _time.Start();
        Assert.NotNull(frames.End);
        Assert.Equal([(0, 0)], _got);

        using var late = replay.Record();
        Assert.NotNull(late.End);
        replay.Pause();
        replay.Resume();
        replay.Seek(TimeSpan.Zero);
        _time.Start();
    }

    [Fact]
    public void An_observer_may_dispose_it()
    {
        var log = LogInMemory.Of(0, 0, 10);
        using var replay = Play(log);
        using var frames = Watch(replay).Do(_ => replay.Dispose()).Record();
        _time.Start();

        Assert.Equal([(0, 0)], _got);
        Assert.NotNull(frames.End);
        Assert.Equal(0, log.Open);
    }

    [Fact]
    public void It_only_receives()
    {
        using var replay = Play(LogInMemory.Of(0));

        var error = Assert.Throws<CanNotSupportedException>(() => replay.Send(new CanFrame(1, [])));
        Assert.Contains("SendTo", error.Message, StringComparison.Ordinal);
        Assert.True(replay.SendAsync(new CanFrame(1, [])).AsTask().Exception?.InnerException is CanNotSupportedException);
    }

    [Fact]
    public void It_is_sent_onto_another_bus()
    {
        var bus = new VirtualCanBus(_time);
        using ICanBus sender = bus.Connect(), receiver = bus.Connect();
        using var received = receiver.Record();
        using var replay = Play(LogInMemory.Of(0, 10, 20));
        using var unsent = replay.SendTo(sender).Record();
        _time.Start();

        Assert.Empty(unsent.Values);
        Assert.Equal([0, 10, 20], received.Values.Select(frame => (frame.Timestamp - LogInMemory.Beginning).TotalMilliseconds));
    }

    [Fact]
    public void Wrong_arguments_are_refused_at_once()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Play(LogInMemory.Of(0), speed: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Play(LogInMemory.Of(0), speed: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanReplayOptions { Rounds = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanReplayOptions { RoundGap = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanReplayOptions { MaxGap = TimeSpan.FromTicks(-1) });
        using var replay = Play(LogInMemory.Of(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => replay.Seek(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => replay.Speed = -1);
        Assert.Throws<FileNotFoundException>(() => CanLog.Replay("/none.log"));
        Assert.Throws<ArgumentException>(() => CanLog.Replay("/none.log", ImmediateScheduler.Instance));
    }

    [Fact]
    public void In_real_time_no_frame_comes_early_and_none_is_lost()
    {
        var log = LogInMemory.Of([.. Enumerable.Range(0, 200).Select(i => (double)i)]);
        using var replay = new CanReplayBus("log", log.NewReader, DefaultScheduler.Instance, new() { IsPaused = true }, 1);
        var late = new List<TimeSpan>();
        var clock = DefaultScheduler.Instance.StartStopwatch();
        var began = TimeSpan.Zero;
        using var frames = replay.Do(frame => late.Add(clock.Elapsed - began - (frame.Timestamp - LogInMemory.Beginning))).Record();
        began = clock.Elapsed;
        replay.Resume();

        Assert.Null(frames.WaitForEnd().Exception);
        Assert.Equal(200, frames.Count);
        Assert.All(late, time => Assert.True(time > TimeSpan.Zero, $"{time}"));
        Assert.False(frames.Overlapped);
    }

    private double Now => (_time.Now - LogInMemory.Beginning).TotalMilliseconds;

    private CanReplayBus Play(LogInMemory log, CanReplayOptions? options = null, double speed = 1) =>
        new("log", log.NewReader, _time, options ?? CanReplayOptions.Default, CanReplayBus.Checked(speed));

    private IObservable<CanFrame> Watch(ICanBus replay) => replay.Do(frame => _got.Add((frame.Data.Length > 0 ? frame.Data[0] : 0, Now)));

    private void Advance(double ms) => _time.AdvanceBy(TimeSpan.FromTicks((long)(ms * TimeSpan.TicksPerMillisecond)));
}
