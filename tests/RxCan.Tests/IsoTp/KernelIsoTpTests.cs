using System.Reactive.Concurrency;
using RxCan.IsoTp;
using RxCan.Tests.Bus;
using static RxCan.Tests.Bus.Pattern;
using static RxCan.Tests.Bus.ProcessState;

namespace RxCan.Tests.IsoTp;

/// <summary>The kernel's ISO-TP engine: what it cannot do, short transmit queues, trouble, and that it leaves nothing behind. Not run in parallel.</summary>
[Collection(nameof(Alone))]
public sealed class KernelIsoTpTests : IDisposable
{
    private static readonly IsoTpOptions InKernel = new() { Engine = EngineKind.Kernel };

    private readonly VcanTestBus _wire = new();
    private readonly int _descriptors = Descriptors();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _wire.Dispose();

    public static TheoryData<string, IsoTpOptions> Impossible => new()
    {
        { "NBs", new() { NBs = TimeSpan.FromSeconds(2) } },
        { "NCr", new() { NCr = TimeSpan.FromSeconds(2) } },
        { "NAr", new() { NAr = TimeSpan.FromSeconds(2) } },
        { "NBr", new() { NBr = TimeSpan.FromMilliseconds(1) } },
        { "NCs", new() { NCs = TimeSpan.FromMilliseconds(1) } },
        { "WaitFrames", new() { WaitFrames = 1 } },
        { "max_pdu_size", new() { MaxLength = 10_000 } },
        { "Scheduler", new() { Scheduler = new HistoricalScheduler() } },
    };

    [Theory]
    [MemberData(nameof(Impossible), DisableDiscoveryEnumeration = true)]
    public void Options_the_kernel_lacks_use_the_portable_engine_or_fail_if_the_kernel_is_required(string what, IsoTpOptions options)
    {
        using var bus = _wire.Open();

        using (var session = bus.OpenIsoTp(0x7E0, 0x7E8, options))
            Assert.Equal(EngineKind.Portable, session.Engine);

        var error = Assert.Throws<CanNotSupportedException>(() => bus.OpenIsoTp(0x7E0, 0x7E8, options with { Engine = EngineKind.Kernel }));
        Assert.StartsWith($"{_wire.Name}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void By_default_one_responder_uses_the_kernel_engine_and_functional_addresses_use_the_portable_one()
    {
        using var bus = _wire.Open();

        using var one = bus.OpenIsoTp(0x7E0, 0x7E8);
        using var several = bus.OpenIsoTp(IsoTpAddress.FunctionalObd);
        using var listener = bus.OpenIsoTp(IsoTpAddress.Normal(0x7E8, 0x7DF).WithFunctionalRx());

        Assert.Equal((EngineKind.Kernel, EngineKind.Portable, EngineKind.Portable), (one.Engine, several.Engine, listener.Engine));
        Assert.Throws<CanNotSupportedException>(() => bus.OpenIsoTp(IsoTpAddress.FunctionalObd, InKernel));
    }

    [Theory]
    [InlineData("netem rate 500kbit limit 10", "tc qdisc del")]
    [InlineData("pfifo_fast", "ip link set")]
    public async Task A_message_longer_than_the_transmit_queue_is_not_truncated(string discipline, string remedy)
    {
        VcanTestBus.Ip($"link set {_wire.Name} txqueuelen 10");
        Kernel.Run("tc", $"qdisc replace dev {_wire.Name} root {discipline}");
        using var bus = _wire.Open();
        using var other = _wire.Open();
        var error = Assert.Throws<CanNotSupportedException>(() => bus.OpenIsoTp(0x7E0, 0x7E8, InKernel));
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);

        using var ecu = other.OpenIsoTp(0x7E8, 0x7E0, RealTimeIsoTpBench.Timed(new()));
        using var session = bus.OpenIsoTp(0x7E0, 0x7E8, RealTimeIsoTpBench.Timed(new()));
        using var received = ecu.Record();
        await session.SendAsync(P(4095), Stop);

        Assert.Equal([P(4095)], received.WaitForCount(1).Values);
    }

    [Fact]
    public async Task Messages_of_4095_bytes_pass_a_controller_queue_of_ten_frames_both_ways()
    {
        if (!Kernel.HasControllers)
            Assert.Skip("needs two controllers on one wire, can0 and can1: run tests/guest");
        using var can0 = CanBus.Open("can0");
        using var can1 = CanBus.Open("can1");
        var options = InKernel with { STmin = TimeSpan.FromMilliseconds(1) }; // otherwise the emulated receiver overflows
        using var tester = can0.OpenIsoTp(0x7E0, 0x7E8, options);
        using var ecu = can1.OpenIsoTp(0x7E8, 0x7E0, options);
        using var atTester = tester.Record();
        using var atEcu = ecu.Record();

        await tester.SendAsync(P(4095), Stop);
        await ecu.SendAsync(P(4095), Stop);

        Assert.Equal([P(4095)], atTester.WaitForCount(1).Values);
        Assert.Equal([P(4095)], atEcu.WaitForCount(1).Values);
    }

    [Fact]
    public void Sessions_that_do_not_fit_the_transmit_queue_use_the_portable_engine()
    {
        if (!Kernel.HasControllers)
            Assert.Skip("needs two controllers on one wire, can0 and can1: run tests/guest");
        using var bus = CanBus.Open("can0");
        List<IIsoTpSession> sessions = [.. Enumerable.Range(0, 6).Select(i => bus.OpenIsoTp((uint)(0x400 + i), (uint)(0x600 + i)))];

        Assert.Equal([.. Enumerable.Repeat(EngineKind.Kernel, 5), EngineKind.Portable], sessions.Select(s => s.Engine));
        var error = Assert.Throws<CanNotSupportedException>(() => bus.OpenIsoTp(0x7E0, 0x7E8, InKernel));
        Assert.Contains("ip link set can0 txqueuelen 1000", error.Message, StringComparison.Ordinal);
        sessions.ForEach(s => s.Dispose());
    }

    [Fact]
    public void All_sessions_on_a_bus_share_one_thread()
    {
        var bus = _wire.Open();
        List<IIsoTpSession> sessions = [.. Enumerable.Range(0, 64).Select(i => bus.OpenIsoTp((uint)(0x400 + i), (uint)(0x600 + i), InKernel))];
        Eventually.True(() => Threads() == 1, "they share one thread"); // others may still be ending

        sessions.ForEach(s => s.Dispose());
        Eventually.True(() => Threads() == 0 && Descriptors() <= _descriptors + 1, "only the bus's own socket is left");
        bus.Dispose();

        AssertNothingLeft();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Disposing_in_mid_message_ends_it_and_leaves_nothing_behind(bool isBus)
    {
        var bus = _wire.Open();
        var other = _wire.Open();
        var session = bus.OpenIsoTp(0x7E0, 0x7E8, InKernel);
        var ecu = other.OpenIsoTp(0x7E8, 0x7E0, InKernel with { STmin = TimeSpan.FromMilliseconds(100) });
        using var frames = other.Where(CanFilter.Id(0x7E0)).Record();
        using var hot = session.Record();
        var sending = session.SendAsync(P(4095), Stop);
        frames.WaitForCount(3);

        (isBus ? bus : (IDisposable)session).Dispose();
        (isBus ? session : (IDisposable)bus).Dispose();

        hot.WaitForEnd();
        Assert.IsType<ObjectDisposedException>(sending.Exception?.InnerException);
        Eventually.True(() => Lines(0x7E0) == 3, "the peer's two sockets and the recording are left"); // 585 frames would take a minute
        ecu.Dispose();
        other.Dispose();
        AssertNothingLeft();
    }

    [Fact]
    public void Subscribing_again_reconnects_after_the_interface_returns()
    {
        using var bus = _wire.Open();
        using var session = bus.OpenIsoTp(0x7E0, 0x7E8, InKernel);
        using var hot = session.Record();
        using var request = session.Request([1], new() { P2 = TimeSpan.FromSeconds(60) }).Record();

        _wire.Remove();

        Assert.IsType<CanInterfaceNotFoundException>(hot.WaitForEnd()!.Exception);
        Assert.IsType<CanInterfaceNotFoundException>(request.WaitForEnd()!.Exception);
        Assert.IsType<CanInterfaceNotFoundException>(session.Record().WaitForEnd()!.Exception);

        _wire.Restore();
        using var again = session.Record();
        using var other = _wire.Open();
        using var ecu = other.OpenIsoTp(0x7E8, 0x7E0, InKernel);
        ecu.Send(P(20));
        Assert.Equal([P(20)], again.WaitForCount(1).Values);
    }

    [Fact]
    public void Sending_fails_while_the_link_is_down_and_works_again_when_it_is_up()
    {
        using var bus = _wire.Open();
        using var other = _wire.Open();
        using var session = bus.OpenIsoTp(0x7E0, 0x7E8, InKernel);
        using var ecu = other.OpenIsoTp(0x7E8, 0x7E0, InKernel);
        using var answers = ecu.Subscribe(ecu.SendBack);
        _wire.LinkDown();
        using var failed = session.Request([1]).Record();
        Assert.IsType<CanInterfaceDownException>(failed.WaitForEnd()!.Exception);

        _wire.LinkUp();
        using var next = session.Request(P(100), new() { P2 = TimeSpan.FromSeconds(30) }).Record();
        next.WaitForEnd();
        Assert.Equal([P(100)], next.Values);
    }

    [Fact]
    public void A_transfer_reports_its_end_as_progress()
    {
        using var bus = _wire.Open();
        using var other = _wire.Open();
        using var session = bus.OpenIsoTp(0x7E0, 0x7E8, InKernel);
        using var ecu = other.OpenIsoTp(0x7E8, 0x7E0, InKernel);
        using var sent = session.Progress.Record();
        using var received = ecu.Progress.Record();

        session.Send(P(100));

        Assert.Equal([new(true, 100, 100)], sent.WaitForCount(1).Values);
        Assert.Equal([new(false, 100, 100)], received.WaitForCount(1).Values);
    }

    private int Lines(uint id) => Directory.GetFiles("/proc/net/can", "rcvlist_*").SelectMany(File.ReadLines)
        .Count(line => line.Contains(_wire.Name, StringComparison.Ordinal) && line.Contains($" {id:x3} ", StringComparison.Ordinal));

    private void AssertNothingLeft()
    {
        Eventually.True(() => Threads() == 0, "no thread is left");
        Eventually.True(() => Descriptors() <= _descriptors, "no descriptor is left");
        Eventually.True(() => Kernel.Receivers(_wire.Name, "isotp") == 0, "the kernel receives nothing for it");
    }
}
