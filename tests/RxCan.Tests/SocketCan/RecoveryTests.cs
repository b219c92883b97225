using System.Reactive.Linq;
using RxCan.Links;
using RxCan.Tests.Bus;

namespace RxCan.Tests.SocketCan;

/// <summary>A serial adapter's controller that goes bus-off, and a card that is removed from its slot and reinserted.</summary>
[Collection(nameof(Alone))]
public sealed class RecoveryTests
{
    public RecoveryTests()
    {
        Kernel.Require();
        if (!Directory.Exists("/sys/module/slcan"))
            Assert.Skip("needs the kernel module slcan: run tests/guest");
    }

    [Fact]
    public void An_adapter_with_fixed_bit_rates_can_be_configured_and_carries_frames()
    {
        using var adapter = new SerialAdapter();
        CanLinks.Configure(adapter.Name, new() { Bitrate = 500_000, IsUp = true });
        Assert.EndsWith("S6\rO\r", WaitForSent(adapter, "O\r"), StringComparison.Ordinal);
        var controller = CanLinks.Get(adapter.Name).Controller!;
        Assert.Equal((500_000, null, null), (controller.BitTiming?.Bitrate, controller.Limits, controller.ErrorCounters));
        using var can = CanBus.Open(adapter.Name);
        using var received = can.Record();

        adapter.Say("t1232AABB");
        can.Send(new CanFrame(0x321, [1, 2, 3]));

        Assert.Equal("123#AABB", received.WaitForCount(1).Values[0].ToString());
        WaitForSent(adapter, "t3213010203\r");
        CanLinks.Down(adapter.Name);
        Assert.Throws<CanBusException>(() => CanLinks.Configure(adapter.Name, new() { Bitrate = 123_456 }));
    }

    [Fact]
    public void Controller_states_are_reported_by_the_kernel_or_found_by_polling()
    {
        using var adapter = SetUp();
        using var told = CanLinks.Watch().Where(change => change.Link.Name == adapter.Name).Record();
        using var polled = CanLinks.Watch(TimeSpan.FromMilliseconds(20)).Where(change => change.Link.Name == adapter.Name).Record();
        using var can = CanBus.Open(adapter.Name);
        using var events = can.Events.Record();

        adapter.Say("sw096000");
        polled.WaitFor(change => change.Link.Controller!.State == CanState.ErrorWarning);
        adapter.Say("sp128000");
        polled.WaitFor(change => change.Link.Controller!.State == CanState.ErrorPassive);
        adapter.Say("sb000000");
        events.WaitFor(e => e is CanStateChanged { State: CanState.BusOff });

        var off = told.WaitFor(change => change.Link.Controller!.State == CanState.BusOff).Link;
        Assert.Equal((true, false), (off.IsUp, off.IsRunning));
        Assert.Equal((1, 1, 1), (off.Controller!.Statistics.ErrorWarnings, off.Controller.Statistics.ErrorPassives, off.Controller.Statistics.BusOffs));

        CanLinks.Down(adapter.Name);
        events.WaitFor(e => e is CanLinkDown);
        CanLinks.Up(adapter.Name);
        told.WaitFor(change => change.Link.Controller!.State == CanState.ErrorActive && change.Link.IsRunning);
        adapter.Say("sb000000");
        Eventually.True(() => events.Values.Count(e => e is CanStateChanged { State: CanState.BusOff }) == 2, "bus-off is reported again");
    }

    [Fact]
    public void A_restart_is_attempted_on_bus_off_and_the_kernel_error_is_reported()
    {
        using var adapter = SetUp();
        using var can = CanBus.Open(adapter.Name);
        using var restarts = can.RestartOnBusOff(new() { Delay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(20) }).Record();

        adapter.Say("sb000000");

        // This driver cannot restart; one that can reports it with an error frame, as in the operator's tests.
        var first = restarts.WaitForCount(2).Values[0];
        Assert.Equal((adapter.Name, 1, 10), (first.Interface, first.Attempt, first.Delay.TotalMilliseconds));
        Assert.Contains("doesn't support restart from Bus Off", Assert.IsType<CanNotSupportedException>(first.Error).Message, StringComparison.Ordinal);

        // A subscription checks the state, so it also starts with a controller that is already bus-off.
        restarts.Dispose();
        using var later = can.RestartOnBusOff(new() { Restart = () => CanLinks.Configure(adapter.Name, new() { IsUp = false }) }).Record();
        Assert.Null(later.WaitForCount(1).Values[0].Error);
    }

    [Fact]
    public void Frames_resume_after_a_card_is_removed_from_its_slot_and_reinserted()
    {
        if (!Kernel.HasControllers)
            Assert.Skip("needs two controllers on one wire, can0 and can1: run tests/guest");
        var before = CanLinks.Get("can0");
        using var plugged = CanLinks.Watch()
            .Where(change => change.Kind == CanLinkChangeKind.Added && change.Link.Name == "can0" && change.Link.Index != before.Index) // the first may come late
            .Do(_ => CanLinks.Configure("can0", new() { Bitrate = 500_000, IsUp = true }))
            .Record();
        using var can = CanBus.Open("can0");
        using var peer = CanBus.Open("can1");
        using var events = can.Events.Record();
        using var frames = can.Reconnect().Record();

        File.WriteAllText("/sys/class/net/can0/device/remove", "1");
        events.WaitFor(e => e is CanLinkRemoved);
        Assert.DoesNotContain(CanLinks.All(), link => link.Name == "can0");
        File.WriteAllText("/sys/bus/pci/rescan", "1");
        Eventually.True(() => plugged.End is not null || CanLinks.All().Any(link => link is { Name: "can0", IsRunning: true }), "it is set up");
        Assert.Null(plugged.End);

        Assert.NotEqual(before.Index, CanLinks.Get("can0").Index);
        Eventually.True(
            () =>
            {
                peer.Send(new CanFrame(0x123, [7]));
                return SpinWait.SpinUntil(() => frames.Count > 0, 100); // no more than fit its queue, and none left for the next test
            },
            "frames flow again");
        Assert.Null(frames.End);
    }

    private static SerialAdapter SetUp()
    {
        var adapter = new SerialAdapter();
        CanLinks.Configure(adapter.Name, new() { Bitrate = 500_000, IsUp = true });
        Eventually.True(() => CanLinks.Get(adapter.Name).IsRunning, "it is running");
        return adapter;
    }

    private static string WaitForSent(SerialAdapter adapter, string end)
    {
        Eventually.True(() => adapter.Sent.EndsWith(end, StringComparison.Ordinal), $"{end} is sent");
        return adapter.Sent;
    }
}
