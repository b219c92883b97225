using System.Reactive;

namespace RxCan.Tests.Bus;

/// <content>The state of a bus, and waiting for its interface.</content>
public abstract partial class BusContract
{
    private static readonly CanBusOptions Waiting = new() { WaitForInterface = true };

    [Fact]
    public void State_says_whether_the_interface_is_missing_down_or_up()
    {
        var bus = Open();

        Assert.Equal(CanLinkState.Up, bus.State.Link);
        Wire.LinkDown();
        Assert.Equal(new(CanLinkState.Down, null), bus.State);
        Wire.LinkUp();
        Assert.Equal(CanLinkState.Up, bus.State.Link);
        Wire.Remove();
        Assert.Equal(new(CanLinkState.Missing, null), bus.State);
        Wire.Restore();
        Assert.Equal(CanLinkState.Up, bus.State.Link);
    }

    [Fact]
    public void State_has_what_the_last_error_frame_said_of_the_controller()
    {
        var bus = Open();
        using var events = bus.Events.Record();
        var sender = Open();

        foreach (var (error, state) in new (CanError, CanState)[]
        {
            (new() { Class = CanErrorClass.Controller, Controller = CanControllerStatus.ReceivePassive, ReceiveErrors = 129 }, CanState.ErrorPassive),
            (new() { Class = CanErrorClass.BusOff }, CanState.BusOff),
            (new() { Class = CanErrorClass.Restarted }, CanState.ErrorActive),
        })
        {
            sender.Send(CanFrame.Error(error));
            events.WaitFor(e => e is CanStateChanged changed && changed.State == state);
            Assert.Equal(new(CanLinkState.Up, state), bus.State);
        }
    }

    [Fact]
    public void EventsWithState_begin_with_the_state_and_Events_do_not()
    {
        var bus = Open();
        using var events = bus.Events.Record();
        using var first = bus.EventsWithState().Record();
        first.WaitForCount(1);

        Wire.LinkDown();
        events.WaitForCount(1);
        using var second = bus.EventsWithState().Record();
        second.WaitForCount(1);
        Wire.Remove();
        events.WaitFor(e => e is CanLinkRemoved);
        using var third = bus.EventsWithState().Record();
        third.WaitForCount(1);
        bus.Dispose();

        first.WaitForEnd();
        second.WaitForEnd();
        third.WaitForEnd();
        Assert.Equal([CanLinkState.Up, CanLinkState.Down, CanLinkState.Missing], new[] { first, second, third }.Select(r =>
            Assert.IsType<CanBusStateReported>(r.Values[0]).State.Link));
        Assert.Equal(events.Values, first.Values.Skip(1));
        Assert.IsType<CanLinkRemoved>(second.Values[1]);
        Assert.Single(third.Values);
        Assert.DoesNotContain(events.Values, e => e is CanBusStateReported);
    }

    [Fact]
    public void A_waiting_bus_opens_without_its_interface_and_gets_frames_once_it_is_there()
    {
        Wire.Remove();
        var bus = Open(Waiting);
        using var events = bus.Events.Record(); // first: a bus may tell what happened only to those who listen
        using var frames = bus.Record();
        using var filtered = bus.Where(CanFilter.Id(2)).Record();

        Assert.Equal(CanLinkState.Missing, bus.State.Link);
        Assert.Throws<CanInterfaceNotFoundException>(() => bus.Send(Last));
        events.WaitFor(e => e is CanLinkRemoved);
        Wire.Restore();
        events.WaitFor(e => e is CanLinkUp);
        Open().Send(new CanFrame(1, [1]));
        Open().Send(new CanFrame(2, [2]));

        Assert.Equal(["001#01", "002#02"], frames.WaitForCount(2).Values.Select(f => f.ToString()));
        Assert.Equal(["002#02"], filtered.WaitForCount(1).Values.Select(f => f.ToString()));
        bus.Send(Last);
        Assert.Equal(CanLinkState.Up, bus.State.Link);
    }

    [Fact]
    public void A_waiting_bus_opens_while_the_link_is_down()
    {
        Wire.LinkDown();
        var bus = Open(Waiting);
        using var events = bus.Events.Record();
        using var frames = bus.Record();

        Assert.Equal(CanLinkState.Down, bus.State.Link);
        events.WaitFor(e => e is CanLinkDown);
        Wire.LinkUp();
        events.WaitFor(e => e is CanLinkUp);
        Open().Send(Last);

        Assert.Equal([Last], frames.WaitForCount(1).Values);
    }

    [Fact]
    public void The_streams_of_a_waiting_bus_outlive_every_removal()
    {
        var bus = Open(Waiting);
        using var events = bus.Events.Record();
        using var frames = bus.Record();
        using var filtered = bus.Where(CanFilter.Id(1)).Record();

        for (byte round = 1; round <= 3; round++)
        {
            using (var sender = Open())
                sender.Send(new CanFrame(1, [round]));
            frames.WaitForCount(round);
            Wire.Remove();
            Eventually.True(() => events.Values.Count(e => e is CanLinkRemoved) == round, "the removal is reported");
            Wire.Restore();
            Eventually.True(() => events.Values.Count(e => e is CanLinkUp) == round, "the return is reported");
        }

        Assert.Equal(["001#01", "001#02", "001#03"], filtered.WaitForCount(3).Values.Select(f => f.ToString()));
        Assert.Null(frames.End);
        Assert.Null(filtered.End);
    }

    [Fact]
    public void A_waiting_stream_needs_no_one_who_watches_events()
    {
        var bus = Open(Waiting);
        using var frames = bus.Record();
        using var leaves = bus.Where(CanFilter.Id(1)).Record();
        Wire.Remove();
        Eventually.True(() => bus.State.Link == CanLinkState.Missing, "the interface is gone");
        leaves.Dispose();
        using var late = bus.Where(CanFilter.Id(1)).Record();
        Wire.Restore();

        using var sender = Open();
        Eventually.True(
            () =>
            {
                sender.Send(new CanFrame(1, []));
                return SpinWait.SpinUntil(() => frames.Count > 0 && late.Count > 0, 10);
            },
            "frames flow again");
        Assert.Empty(leaves.Values);
    }

    [Fact]
    public void Disposing_a_bus_that_waits_completes_its_streams()
    {
        Wire.Remove();
        var bus = Open(Waiting);
        using var frames = bus.Record();
        using var events = bus.EventsWithState().Record();
        events.WaitForCount(1);

        bus.Dispose();

        Assert.Equal(NotificationKind.OnCompleted, frames.WaitForEnd().Kind);
        Assert.Equal(NotificationKind.OnCompleted, events.WaitForEnd().Kind);
        Assert.Equal(NotificationKind.OnCompleted, bus.Record().WaitForEnd().Kind);
    }
}
