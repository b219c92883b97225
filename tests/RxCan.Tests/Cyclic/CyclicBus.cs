using System.Diagnostics;
using System.Reactive.Concurrency;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

/// <summary>An interface on which the contract of cyclic jobs and watches is tested, and its clock.</summary>
public abstract class CyclicBus : IDisposable
{
    /// <summary>How far from its due time a frame may be.</summary>
    public abstract TimeSpan Tolerance { get; }

    /// <summary>All jobs, watches and timers that exist.</summary>
    public abstract int JobsLeft { get; }

    public abstract ICanBus Open(CanBusOptions? options = null);

    public abstract void LinkDown();

    public abstract void LinkUp();

    public abstract void Remove();

    /// <summary>Lets time pass.</summary>
    public abstract void Elapse(TimeSpan time);

    /// <summary>Lets time pass until a condition is true; fails if it never is.</summary>
    public abstract void Until(Func<bool> condition);

    public void Elapse(int milliseconds) => Elapse(TimeSpan.FromMilliseconds(milliseconds));

    public abstract void Dispose();
}

/// <summary>A virtual bus on virtual time: exact to the tick, except for the time frames take on a bus with a bit rate.</summary>
public sealed class VirtualCyclicBus : CyclicBus
{
    private readonly VirtualTime _time = new();
    private readonly VirtualCanBus _bus;

    public VirtualCyclicBus() => _bus = new(_time);

    public VirtualCyclicBus(int bitrate, int dataBitrate) => _bus = new(bitrate, dataBitrate, transmitQueueLength: 100, _time);

    public override TimeSpan Tolerance => TimeSpan.FromMilliseconds(_bus.Bitrate is null ? 0 : 1);

    public override int JobsLeft => _time.IsIdle ? 0 : 1;

    public override ICanBus Open(CanBusOptions? options = null) => _bus.Connect(options);

    public override void LinkDown() => _bus.LinkDown();

    public override void LinkUp() => _bus.LinkUp();

    public override void Remove() => _bus.Remove();

    public override void Elapse(TimeSpan time) => _time.AdvanceBy(time);

    public override void Until(Func<bool> condition)
    {
        var deadline = _time.Now + TimeSpan.FromSeconds(10);
        while (!condition())
            Assert.True(_time.RunNext() && _time.Now < deadline, "The condition did not become true within ten seconds.");
    }

    public override void Dispose()
    {
    }
}

/// <summary>A <c>vcan</c> interface in the kernel, in real time.</summary>
public sealed class VcanCyclicBus : CyclicBus
{
    private readonly VcanTestBus _bus = new();

    public override TimeSpan Tolerance => TimeSpan.FromMilliseconds(30); // an emulated processor's timers are late

    public override int JobsLeft => BroadcastOracle.Jobs(_bus.Name).Count + BroadcastOracle.Watches(_bus.Name);

    public override ICanBus Open(CanBusOptions? options = null) => _bus.Open(options);

    public override void LinkDown() => _bus.LinkDown();

    public override void LinkUp() => _bus.LinkUp();

    public override void Remove() => _bus.Remove();

    public override void Elapse(TimeSpan time) => Thread.Sleep(time); // the kernel's clock cannot be advanced

    public override void Until(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20), "The condition did not become true within twenty seconds.");
            Thread.Sleep(1);
        }
    }

    public override void Dispose() => _bus.Dispose();
}

/// <summary>Virtual time that knows whether anything is still scheduled, with a wall clock that can be set while its stopwatches go on.</summary>
internal sealed class VirtualTime() : HistoricalScheduler(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), IScheduler
{
    public TimeSpan WallClockSetBy { get; set; }

    DateTimeOffset IScheduler.Now => Clock + WallClockSetBy;

    public bool IsIdle => GetNext() is null;

    /// <summary>Advances to the next scheduled action and runs it; false if there is none.</summary>
    public bool RunNext()
    {
        if (GetNext() is not { } next)
            return false;
        if (next.DueTime > Clock)
            Clock = next.DueTime;
        next.Invoke();
        return true;
    }
}
