using System.Reactive.Concurrency;
using RxCan.IsoTp;
using RxCan.Tests.Bus;
using RxCan.Virtual;

namespace RxCan.Tests.IsoTp;

/// <summary>Two nodes on one wire and a clock, for tests that apply to every bus and engine.</summary>
public abstract class IsoTpBench : IDisposable
{
    /// <summary>The longest a test waits for something.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public abstract ICanBus Tester { get; }

    public abstract ICanBus Ecu { get; }

    /// <summary>The engine under test.</summary>
    public abstract EngineKind Engine { get; }

    /// <summary>The time by the buses' clock.</summary>
    public abstract DateTimeOffset Now { get; }

    /// <summary>Whether thousands of frames take no time.</summary>
    public virtual bool IsQuick => false;

    /// <summary>How late something may be.</summary>
    public abstract TimeSpan Tolerance { get; }

    /// <summary>Lets time pass until a condition is true; fails if it never is.</summary>
    public abstract void Until(Func<bool> condition);

    /// <summary>Lets time pass, to see that something does not happen.</summary>
    public abstract void Pass(TimeSpan time);

    public abstract void Dispose();

    internal Recorder<T> Record<T>(IObservable<T> source)
    {
        var recorder = new Recorder<T>(() => Now);
        recorder.Subscription = source.Subscribe(recorder);
        return recorder;
    }
}

/// <summary>The in-process bus, on a virtual clock.</summary>
public sealed class VirtualIsoTpBench : IsoTpBench
{
    public VirtualIsoTpBench()
        : this(time => new(time))
    {
    }

    internal VirtualIsoTpBench(Func<IScheduler, VirtualCanBus> bus, Func<VirtualCanBus, ICanBus>? connect = null)
    {
        Bus = bus(Clock);
        connect ??= wire => wire.Connect();
        (Tester, Ecu) = (connect(Bus), connect(Bus));
        Tolerance = Ms(Bus.Bitrate is not null || Tester is not VirtualCanNode ? 2 : 0); // some frames' time
    }

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    public HistoricalScheduler Clock { get; } = new(DateTimeOffset.UnixEpoch);

    public VirtualCanBus Bus { get; }

    public override ICanBus Tester { get; }

    public override ICanBus Ecu { get; }

    public override EngineKind Engine => EngineKind.Portable;

    public override DateTimeOffset Now => Clock.Now;

    public override bool IsQuick => true;

    public override TimeSpan Tolerance { get; }

    public override void Until(Func<bool> condition)
    {
        for (var end = Clock.Now + Limit; !condition(); Clock.AdvanceBy(TimeSpan.FromMilliseconds(1)))
            Assert.True(Clock.Now < end, "The condition did not become true.");
    }

    public override void Pass(TimeSpan time) => Clock.AdvanceBy(time);

    public override void Dispose()
    {
        Tester.Dispose();
        Ecu.Dispose();
    }
}
