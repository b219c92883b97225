using System.Reactive;
using System.Reactive.Linq;
using RxCan.J1939;
using RxCan.Tests.Bus;
using static RxCan.Tests.Bus.ProcessState;

namespace RxCan.Tests.SocketCan;

/// <summary>Which threads a bus has. No other tests run beside these, because they count the threads of the process.</summary>
[Collection(nameof(Alone))]
public sealed class BusThreadsTests : IDisposable
{
    private readonly VcanTestBus _wire = new() { IsForJ1939 = true };

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void A_bus_has_one_thread_for_its_frames_and_one_for_all_of_its_engines()
    {
        Eventually.True(() => Threads() == 0, "no thread of an earlier test is left");
        var descriptors = Descriptors();
        var bus = _wire.Open();
        using var other = _wire.Open();
        using var frames = bus.Record();
        Recording<CanFrame>[] changes = [bus.Changes(CanFilter.Id(0x123)).Record(), bus.Changes(CanFilter.Id(0x123)).Record()];
        using var wide = bus.Changes(CanFilter.Range(0x100, 0x4FF)).Record();
        using var job = bus.SendCyclic(new CanFrame(0x222, [2]), TimeSpan.FromMilliseconds(10)).Record();
        using var present = bus.Presence(0x222, TimeSpan.FromSeconds(100)).Record();
        using var session = bus.OpenIsoTp(0x7E0, 0x7E8, new() { Engine = EngineKind.Kernel });
        using var node = bus.OpenJ1939(0x80, new() { Engine = EngineKind.Kernel });
        using var messages = session.Record();
        using var groups = node.Record();

        other.Send(new CanFrame(0x123, [1]));
        other.Send(new CanFrame(0x7E8, [0x01, 0x3E]));
        other.Send(CanFrame.Parse("18FECA90#01", null));

        foreach (var change in changes)
            change.WaitForCount(1);
        wide.WaitFor(f => f.Id == 0x123);
        wide.WaitFor(f => f.Id == 0x222);
        frames.WaitFor(f => f.Id == 0x222);
        messages.WaitForCount(1);
        groups.WaitForCount(1);
        Assert.Equal(2, Threads());

        frames.Dispose();
        Eventually.True(() => Threads() == 1, "the engines' thread is left");
        bus.Dispose();
        foreach (var ended in (Notification<CanFrame>[])[wide.WaitForEnd(), .. changes.Select(change => change.WaitForEnd())])
            Assert.Equal(NotificationKind.OnCompleted, ended.Kind);
        job.WaitForEnd();
        messages.WaitForEnd();
        groups.WaitForEnd();
        other.Dispose();
        Eventually.True(() => Threads() == 0 && Descriptors() <= descriptors, "nothing is left");
    }

    [Fact]
    public void A_lone_subscription_finds_the_sockets_of_the_last_one_if_it_comes_soon()
    {
        Eventually.True(() => Threads() == 0, "no thread of an earlier test is left");
        using var bus = _wire.Open();
        string[] Subscribe()
        {
            using var frames = bus.Subscribe();
            return Opened();
        }

        Eventually.True(() => Subscribe().SequenceEqual(Subscribe()), "the second one opens nothing");
    }

    [Fact]
    public void A_wide_watch_that_ends_leaves_the_engines_thread_to_the_others()
    {
        using var bus = _wire.Open();
        using var other = _wire.Open();
        using var changes = bus.Changes(CanFilter.Id(0x123)).Record();
        for (byte i = 0; i < 20; i++)
        {
            using var wide = bus.Changes(CanFilter.Range(0x100, 0x4FF)).Record();
            other.Send(new CanFrame(0x123, [i]));
            wide.WaitForCount(1);
        }

        changes.WaitForCount(20);
    }
}
