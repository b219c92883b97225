using System.Reactive.Concurrency;
using System.Runtime.CompilerServices;
using RxCan.J1939;
using RxCan.Tests.Bus;
using RxCan.Virtual;

namespace RxCan.Tests.J1939;

/// <summary>Three buses on one wire and a clock, for tests that apply to every bus and engine.</summary>
public abstract class J1939Bench : IDisposable
{
    /// <summary>The longest a test waits for something.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly List<Func<string>> _recorded = [];

    /// <summary>The bus of the node under test.</summary>
    public abstract ICanBus First { get; }

    /// <summary>The bus of the node it talks to.</summary>
    public abstract ICanBus Second { get; }

    /// <summary>The bus on which raw frames are sent and seen.</summary>
    public abstract ICanBus Wire { get; }

    /// <summary>The engine of nodes on <see cref="First"/>.</summary>
    public EngineKind FirstEngine { get; init; } = EngineKind.Portable;

    /// <summary>The engine of nodes on <see cref="Second"/>.</summary>
    public EngineKind SecondEngine { get; init; } = EngineKind.Portable;

    public abstract DateTimeOffset Now { get; }

    /// <summary>How late something may be.</summary>
    public abstract TimeSpan Tolerance { get; }

    /// <summary>Lets time pass until a condition is true; fails if it never is.</summary>
    public abstract void Until(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string? what = null);

    /// <summary>Lets time pass, to see that something does not happen.</summary>
    public abstract void Pass(TimeSpan time);

    public virtual void Dispose()
    {
        First.Dispose();
        Second.Dispose();
        Wire.Dispose();
        GC.SuppressFinalize(this);
    }

    internal Recorder<T> Record<T>(IObservable<T> source)
    {
        var recorder = new Recorder<T>(() => Now);
        _recorded.Add(() => $"{typeof(T).Name}: {string.Join(", ", recorder.Values)} {recorder.Error?.Message}");
        recorder.Subscription = source.Subscribe(recorder);
        return recorder;
    }

    protected string Report(string? what) => $"It did not come to this: {what}. Recorded: {string.Join("; ", _recorded.Select(r => r()))}";
}

/// <summary>The in-process bus, on a virtual clock.</summary>
public sealed class VirtualJ1939Bench : J1939Bench
{
    public VirtualJ1939Bench()
        : this(wire => wire.Connect())
    {
    }

    internal VirtualJ1939Bench(Func<VirtualCanBus, ICanBus> connect)
    {
        Bus = new(Clock);
        (First, Second, Wire) = (connect(Bus), connect(Bus), connect(Bus));
        Tolerance = TimeSpan.FromMilliseconds(First is VirtualCanNode ? 0 : 1);
    }

    public HistoricalScheduler Clock { get; } = new(DateTimeOffset.UnixEpoch);

    public VirtualCanBus Bus { get; }

    public override ICanBus First { get; }

    public override ICanBus Second { get; }

    public override ICanBus Wire { get; }

    public override DateTimeOffset Now => Clock.Now;

    public override TimeSpan Tolerance { get; }

    public override void Until(Func<bool> condition, string? what = null)
    {
        for (var end = Clock.Now + Limit; !condition(); Clock.AdvanceBy(TimeSpan.FromMilliseconds(1)))
            Assert.True(Clock.Now < end, Report(what));
    }

    public override void Pass(TimeSpan time) => Clock.AdvanceBy(time);
}

/// <summary>An interface in the kernel, and real time.</summary>
public sealed class VcanJ1939Bench : J1939Bench
{
    public VcanJ1939Bench(SharedVcan shared)
    {
        Interface = shared.Interface;
        (First, Second, Wire) = (Interface.Open(), Interface.Open(), Interface.Open());
    }

    public VcanTestBus Interface { get; }

    public override ICanBus First { get; }

    public override ICanBus Second { get; }

    public override ICanBus Wire { get; }

    public override DateTimeOffset Now => DateTimeOffset.UtcNow;

    public override TimeSpan Tolerance => TimeSpan.FromSeconds(5);

    public override void Until(Func<bool> condition, string? what = null) =>
        Assert.True(SpinWait.SpinUntil(() => Yield() && condition(), Limit), Report(what));

    public override void Pass(TimeSpan time) => Thread.Sleep(time);

    public override void Dispose()
    {
        base.Dispose();
        Until(() => Kernel.Receivers(Interface.Name, "j1939") == 0); // the nodes' sockets close a little later, and must not get the next test's frames
    }

    private static bool Yield()
    {
        Thread.Sleep(1); // the guest has few cores
        return true;
    }
}
