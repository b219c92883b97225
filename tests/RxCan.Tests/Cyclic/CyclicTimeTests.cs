using System.Reactive.Concurrency;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

public class CyclicTimeTests
{
    [Fact]
    [Trait("Length", "Long")]
    public void A_10_ms_job_sends_8_640_000_frames_a_day_exact_to_the_tick()
    {
        var time = new VirtualTime();
        var bus = new VirtualCanBus(time);
        using var can = bus.Connect();
        using var peer = bus.Connect();
        var start = time.Now.UtcTicks;
        var sent = 0;
        var off = 0;
        using var seen = peer.Subscribe(f => off += f.Timestamp.UtcTicks == start + 100_000L * sent++ ? 0 : 1);
        using var job = can.SendCyclic(new CanFrame(0x701, [0x05]), TimeSpan.FromMilliseconds(10)).Subscribe();

        time.AdvanceBy(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));

        Assert.Equal((8_640_000, 0), (sent, off));
    }

    [Fact]
    public void After_a_stall_one_frame_is_sent_immediately_and_the_original_grid_resumes()
    {
        var time = new VirtualTime();
        var bus = new VirtualCanBus(time);
        using var can = bus.Connect();
        using var peer = bus.Connect();
        var seen = new Recorder<CanFrame>();
        using var watch = peer.Subscribe(seen);
        using var job = can.SendCyclic(new CanFrame(0x701, [0x05]), TimeSpan.FromMilliseconds(10)).Subscribe();
        var start = time.Now;

        time.AdvanceBy(TimeSpan.FromMilliseconds(15));
        time.Sleep(TimeSpan.FromMilliseconds(40));
        time.AdvanceBy(TimeSpan.FromMilliseconds(20));

        Assert.Equal([0, 10, 55, 60, 70], seen.Values.Select(f => (f.Timestamp - start).TotalMilliseconds));
    }

    [Fact]
    public void On_a_scheduler_that_truncates_to_milliseconds_frames_are_never_early_and_less_than_1_ms_late()
    {
        var time = new VirtualTime();
        var cutting = new CuttingScheduler(time);
        var bus = new VirtualCanBus(time);
        using var can = bus.Connect();
        using var peer = bus.Connect();
        var seen = new Recorder<CanFrame>();
        using var watch = peer.Subscribe(seen);
        var period = TimeSpan.FromMicroseconds(2_345);
        using var job = can.SendCyclic(new CanFrame(0x701, [0x05]), period, scheduler: cutting).Subscribe();
        var start = time.Now;

        time.AdvanceBy(period * 1_000);

        var late = seen.Values.Select((f, i) => f.Timestamp - start - period * i).ToArray();
        Assert.InRange(late.Length, 1_000, 1_001);
        Assert.All(late, l => Assert.InRange(l, TimeSpan.Zero, TimeSpan.FromMilliseconds(1) - TimeSpan.FromTicks(1)));
        Assert.InRange(cutting.Scheduled, late.Length, late.Length * 2);
    }

    [Fact]
    public void A_given_scheduler_runs_the_portable_engine()
    {
        var wall = new VirtualTime();
        var time = new VirtualTime();
        var bus = new VirtualCanBus(wall);
        using var can = bus.Connect();
        using var peer = bus.Connect();
        var seen = new Recorder<CanFrame>();
        var silence = new Recorder<CanPresence>();
        using var watch = peer.Subscribe(seen);
        using var node = can.Presence(0x123, TimeSpan.FromSeconds(1), time).Subscribe(silence);
        using var job = can.SendCyclic(new CanFrame(0x701, [0x05]), TimeSpan.FromSeconds(1), scheduler: time).Subscribe();

        wall.AdvanceBy(TimeSpan.FromSeconds(10));
        Assert.Equal((1, 0), (seen.Count, silence.Count));

        time.AdvanceBy(TimeSpan.FromSeconds(3));
        wall.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.Equal((4, 1), (seen.Count, silence.Count));
    }

    /// <summary>Truncates times to whole milliseconds, like the timers of the system's schedulers.</summary>
    private sealed class CuttingScheduler(VirtualTime time) : IScheduler
    {
        public int Scheduled { get; private set; }

        public DateTimeOffset Now => time.Now;

        public IDisposable Schedule<TState>(TState state, Func<IScheduler, TState, IDisposable> action) => time.Schedule(state, action);

        public IDisposable Schedule<TState>(TState state, DateTimeOffset dueTime, Func<IScheduler, TState, IDisposable> action) =>
            Schedule(state, dueTime - Now, action);

        public IDisposable Schedule<TState>(TState state, TimeSpan dueTime, Func<IScheduler, TState, IDisposable> action)
        {
            Scheduled++;
            return time.Schedule(state, TimeSpan.FromMilliseconds((long)dueTime.TotalMilliseconds), action);
        }
    }
}
