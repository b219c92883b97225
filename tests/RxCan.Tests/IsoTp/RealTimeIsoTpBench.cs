using System.Diagnostics;
using RxCan.IsoTp;
using RxCan.Tests.Bus;

namespace RxCan.Tests.IsoTp;

/// <summary>A bus on the clock of the machine, which may be loaded.</summary>
public abstract class RealTimeIsoTpBench : IsoTpBench
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public override DateTimeOffset Now => DateTimeOffset.UtcNow;

    public override TimeSpan Tolerance => TimeSpan.FromSeconds(10);

    /// <summary>The options, with time-outs that only a stalled machine misses, if the engine allows them.</summary>
    public static IsoTpOptions Timed(IsoTpOptions options) => options.Engine == EngineKind.Kernel ? options : options with
    {
        NAs = Patience,
        NAr = Patience,
        NBs = Patience,
        NCr = Patience,
        Requests = options.Requests with { P2 = Patience },
    };

    public override void Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Limit, "The condition did not become true.");
            Thread.Sleep(1);
        }
    }

    public override void Pass(TimeSpan time) => Thread.Sleep(time);

    public override void Dispose()
    {
        Tester.Dispose();
        Ecu.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The in-process bus on the thread pool.</summary>
public sealed class InProcessIsoTpBench : RealTimeIsoTpBench
{
    private readonly VirtualCanBus _bus = new();

    public InProcessIsoTpBench()
    {
        Tester = _bus.Connect();
        Ecu = _bus.Connect();
    }

    public override ICanBus Tester { get; }

    public override ICanBus Ecu { get; }

    public override EngineKind Engine => EngineKind.Portable;
}

/// <summary>Two sockets on a <c>vcan</c> interface, with either engine.</summary>
public sealed class VcanIsoTpBench(SharedVcan vcan, EngineKind engine) : RealTimeIsoTpBench
{
    public override ICanBus Tester { get; } = CanBus.Open(vcan.Name);

    public override ICanBus Ecu { get; } = CanBus.Open(vcan.Name);

    public override EngineKind Engine => engine;
}
