using System.Reactive;
using System.Reactive.Linq;
using RxCan.IsoTp;
using RxCan.J1939;
using RxCan.Tests.Bus;
using static RxCan.Tests.Bus.Pattern;
using static RxCan.Tests.Bus.ProcessState;

namespace RxCan.Tests.SocketCan;

/// <summary>
/// What the kernel does for a bus that waits for its interface, over its removal: jobs and sessions end and say why, and all work again once it is
/// back. Not run in parallel: it counts the process's own descriptors.
/// </summary>
[Collection(nameof(Alone))]
public sealed class KernelRemovalTests : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);
    private static readonly CanFrame Heartbeat = new(0x701, [5]);

    private readonly VcanTestBus _wire = new();
    private readonly int _descriptors;

    public KernelRemovalTests()
    {
        Eventually.True(() => Threads() == 0, "no thread of an earlier test is left");
        _descriptors = Descriptors();
    }

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void Frames_wait_for_the_interface_but_jobs_and_sessions_end_and_work_again_when_it_is_back()
    {
        var can = _wire.Open(new() { WaitForInterface = true });
        var peer = _wire.Open(new() { WaitForInterface = true });
        using var frames = can.Record();
        using var seen = peer.Where(CanFilter.Id(0x701)).Record();
        var isoTp = can.OpenIsoTp(0x7E0, 0x7E8, new() { Engine = EngineKind.Kernel });
        var ecu = peer.OpenIsoTp(0x7E8, 0x7E0, new() { Engine = EngineKind.Kernel });
        var node = can.OpenJ1939(0x80, new() { Engine = EngineKind.Kernel });
        var other = peer.OpenJ1939(0x90, new() { Engine = EngineKind.Kernel });
        for (var i = 0; i < 3; i++)
        {
            using var job = can.SendCyclic(Heartbeat, Period).Record();
            using var changes = can.Changes(CanFilter.Id(0x20)).Record();
            using var payloads = isoTp.Record();
            using var messages = node.Record();
            seen.WaitForCount(seen.Count + 2);
            ecu.Send(P(20));
            other.Send(0xEF00, P(20), 0x80);
            Assert.Equal([P(20)], payloads.WaitForCount(1).Values);
            messages.WaitForCount(1);
            using var waiting = isoTp.Request([1], new() { P2 = TimeSpan.FromMinutes(5) }).Record();
            Assert.Null(job.End);

            _wire.Remove();
            Assert.All(
                [job.WaitForEnd().Exception, changes.WaitForEnd().Exception, payloads.WaitForEnd().Exception, messages.WaitForEnd().Exception, waiting.WaitForEnd().Exception],
                error => Assert.IsType<CanInterfaceNotFoundException>(error));
            Assert.IsType<CanInterfaceNotFoundException>(can.SendCyclic(Heartbeat, Period).Record().WaitForEnd().Exception);
            Assert.IsType<CanInterfaceNotFoundException>(isoTp.Record().WaitForEnd().Exception);
            Assert.IsType<CanInterfaceNotFoundException>(node.Record().WaitForEnd().Exception);
            Assert.Null(frames.End);

            _wire.Restore();
        }

        Assert.Null(seen.End);
        foreach (var left in (IDisposable[])[isoTp, ecu, node, other, can, peer])
            left.Dispose();
        Assert.Equal(NotificationKind.OnCompleted, frames.WaitForEnd().Kind);
        Eventually.True(() => Threads() == 0, "no thread is left");
        Eventually.True(() => Descriptors() <= _descriptors, "no descriptor is left");
        Assert.All(["raw", "bcm", "isotp", "j1939"], protocol => Assert.Equal(0, Kernel.Receivers(_wire.Name, protocol)));
    }

    [Fact]
    public void A_job_that_is_retried_sends_again_when_the_interface_is_back()
    {
        using var can = _wire.Open(new() { WaitForInterface = true });
        using var peer = _wire.Open(new() { WaitForInterface = true });
        using var seen = peer.Where(CanFilter.Id(0x701)).Record();
        using var job = can.SendCyclic(Heartbeat, Period).RetryWhen(errors => errors.Delay(Period)).Record();
        seen.WaitForCount(2);

        _wire.Remove();
        Eventually.True(() => can.State.Link == CanLinkState.Missing, "it is gone");
        _wire.Restore();
        seen.WaitForCount(seen.Count + 2);

        Assert.Null(job.End);
    }

    [Fact]
    public void Sessions_opened_before_there_is_an_interface_work_once_it_is_there()
    {
        _wire.Remove();
        using var can = _wire.Open(new() { WaitForInterface = true });
        using var isoTp = can.OpenIsoTp(0x7E0, 0x7E8, new() { Engine = EngineKind.Kernel });
        using var node = can.OpenJ1939(0x80, new() { Engine = EngineKind.Kernel });
        Assert.IsType<CanInterfaceNotFoundException>(isoTp.Record().WaitForEnd().Exception);
        Assert.IsType<CanInterfaceNotFoundException>(node.Record().WaitForEnd().Exception);

        _wire.Restore();
        using var payloads = isoTp.Record();
        using var messages = node.Record();
        using var peer = _wire.Open();
        using var ecu = peer.OpenIsoTp(0x7E8, 0x7E0);
        using var other = peer.OpenJ1939(0x90);
        ecu.Send(P(20));
        other.Send(0xEF00, [1], 0x80);

        Assert.Equal([P(20)], payloads.WaitForCount(1).Values);
        messages.WaitForCount(1);
    }
}
