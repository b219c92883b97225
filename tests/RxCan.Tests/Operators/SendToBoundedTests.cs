using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Operators;

public sealed class SendToBoundedTests
{
    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);
    private readonly Subject<CanFrame> _source = new();

    [Theory]
    [InlineData(OverflowPolicy.DropOldest, new byte[] { 0, 8, 9 }, new byte[] { 1, 2, 3, 4, 5, 6, 7 })]
    [InlineData(OverflowPolicy.DropNewest, new byte[] { 0, 1, 2 }, new byte[] { 3, 4, 5, 6, 7, 8, 9 })]
    public void Only_so_many_frames_wait_and_each_dropped_one_is_reported(OverflowPolicy policy, byte[] sent, byte[] dropped)
    {
        var bus = new VirtualCanBus(bitrate: 8_000, transmitQueueLength: 0, scheduler: _time); // a frame takes some 7 ms
        using var node = bus.Connect();
        node.Send(new CanFrame(0x700, []));
        using var received = bus.Connect().Where(CanFilter.Id(1)).Record();
        using var unsent = _source.SendTo(node, new() { Capacity = 2, Policy = policy }).Record();

        for (byte i = 0; i < 10; i++)
            _source.OnNext(new CanFrame(1, [i]));
        _source.OnCompleted();
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Equal(sent, received.Values.Select(f => f.Data[0]));
        Assert.Equal(dropped, unsent.Values.Select(u => u.Frame.Data[0]));
        Assert.All(unsent.Values, u => Assert.IsType<CanQueueFullException>(u.Reason));
        Assert.Equal(NotificationKind.OnCompleted, unsent.End!.Kind);
    }

    [Fact]
    public void No_frame_is_sent_that_is_too_old()
    {
        var bus = new VirtualCanBus(bitrate: 8_000, transmitQueueLength: 0, scheduler: _time);
        using var node = bus.Connect();
        using var received = bus.Connect().Record();
        using var unsent = _source.SendTo(node, new() { MaxAge = TimeSpan.FromMilliseconds(20) }).Record();

        for (byte i = 0; i < 50; i++)
            _source.OnNext(new CanFrame(1, [i]));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Equal(50, received.Count + unsent.Count);
        Assert.All(unsent.Values, u => Assert.IsType<TimeoutException>(u.Reason));
        Assert.All(received.Values, f => Assert.InRange(f.Timestamp - DateTimeOffset.UnixEpoch, TimeSpan.Zero, TimeSpan.FromMilliseconds(28)));
        Assert.InRange(received.Count, 3, 4);
    }

    [Fact]
    public void It_outlives_a_link_that_goes_down_and_an_interface_that_is_removed()
    {
        var bus = new VirtualCanBus(_time);
        using var node = bus.Connect();
        using var received = bus.Connect(new() { WaitForInterface = true }).Record();
        using var unsent = Observable.Interval(TimeSpan.FromSeconds(1), _time).Select(i => new CanFrame(1, [(byte)i]))
            .SendTo(node, CanSendOptions.Default).Record();

        foreach (var change in new[] { bus.LinkDown, bus.LinkUp, bus.Remove, bus.LinkUp, () => { } })
        {
            _time.AdvanceBy(TimeSpan.FromSeconds(2.0001));
            change();
        }

        Assert.Equal([0, 1, 4, 5, 8, 9], received.Values.Select(f => (int)f.Data[0]));
        Assert.Equal([2, 3, 6, 7], unsent.Values.Select(u => (int)u.Frame.Data[0]));
        node.Dispose();
        _time.AdvanceBy(TimeSpan.FromSeconds(2));
        Assert.IsType<ObjectDisposedException>(unsent.Values[^1].Reason);
        Assert.Equal(NotificationKind.OnCompleted, unsent.End!.Kind);
    }

    [Fact]
    public void The_error_of_the_source_comes_after_the_waiting_frames_and_disposing_withdraws_them()
    {
        var bus = new VirtualCanBus(bitrate: 8_000, transmitQueueLength: 0, scheduler: _time);
        using var node = bus.Connect();
        using var received = bus.Connect().Record();
        using var failing = _source.SendTo(node, CanSendOptions.Default).Record();
        using var other = new Subject<CanFrame>();
        var withdrawn = other.SendTo(node, CanSendOptions.Default).Record();

        for (byte i = 0; i < 5; i++)
            _source.OnNext(new CanFrame(1, [i]));
        _source.OnError(new InvalidTimeZoneException("the source's"));
        Assert.Null(failing.End);
        for (byte i = 0; i < 5; i++)
            other.OnNext(new CanFrame(2, [i]));
        withdrawn.Dispose();
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.IsType<InvalidTimeZoneException>(failing.End!.Exception);
        Assert.Equal(5, received.Count);
        Assert.Empty(withdrawn.Values);
    }

    [Fact]
    public void A_capacity_or_an_age_that_is_not_positive_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanSendOptions { Capacity = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanSendOptions { MaxAge = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanSendOptions { Policy = (OverflowPolicy)7 });
    }
}
