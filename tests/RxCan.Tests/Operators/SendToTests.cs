using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Operators;

public sealed class SendToTests
{
    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);
    private readonly Subject<CanFrame> _source = new();

    [Fact]
    public void A_timer_sends_again_after_the_link_was_down_and_each_frame_in_between_is_reported()
    {
        var bus = new VirtualCanBus(_time);
        using var node = bus.Connect();
        using var received = bus.Connect().Record();
        using var unsent = Frames(Observable.Interval(TimeSpan.FromSeconds(1), _time)).SendTo(node).Record();

        _time.AdvanceBy(TimeSpan.FromSeconds(2.5));
        bus.LinkDown();
        _time.AdvanceBy(TimeSpan.FromSeconds(3));
        bus.LinkUp();
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Equal(["001#00", "001#01", "001#05"], received.Values.Select(f => f.ToString()));
        Assert.Equal(["001#02", "001#03", "001#04"], unsent.Values.Select(u => u.Frame.ToString()));
        Assert.All(unsent.Values, u => Assert.IsType<CanInterfaceDownException>(u.Reason));
        Assert.StartsWith("001#02: ", unsent.Values[0].ToString(), StringComparison.Ordinal);
        Assert.Null(unsent.End);
    }

    [Fact]
    public void A_full_queue_refuses_frames_at_once()
    {
        var bus = new VirtualCanBus(bitrate: 500_000, transmitQueueLength: 2, scheduler: _time);
        using var node = bus.Connect();
        using var received = bus.Connect().Record();
        using var unsent = Frames(Observable.Range(0, 5)).SendTo(node).Record();

        Assert.Equal(["001#03", "001#04"], unsent.Values.Select(u => u.Frame.ToString()));
        Assert.All(unsent.Values, u => Assert.IsType<CanQueueFullException>(u.Reason));
        Assert.NotNull(unsent.End);
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.Equal(3, received.Count);
    }

    [Fact]
    public void Patient_frames_wait_for_room_in_order_and_no_longer_than_they_may()
    {
        var bus = new VirtualCanBus(bitrate: 8_000, transmitQueueLength: 0, scheduler: _time); // a frame takes some 7 ms
        using var node = bus.Connect();
        using var received = bus.Connect().Record();
        using var unsent = Frames(Observable.Range(0, 100)).SendTo(node, TimeSpan.FromMilliseconds(100)).Record();

        Assert.Null(unsent.End);
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        var all = Enumerable.Range(0, 100).Select(i => Frame(i).ToString()).ToArray();
        Assert.InRange(received.Count, 10, 20);
        Assert.Equal(all[..received.Count], received.Values.Select(f => f.ToString()));
        Assert.Equal(all[received.Count..], unsent.Values.Select(u => u.Frame.ToString()).Order(StringComparer.Ordinal));
        Assert.All(unsent.Values, u => Assert.IsType<TimeoutException>(u.Reason));
        Assert.NotNull(unsent.End);
    }

    [Fact]
    public void Disposing_it_withdraws_the_frames_that_wait()
    {
        var bus = new VirtualCanBus(bitrate: 8_000, transmitQueueLength: 0, scheduler: _time);
        using var node = bus.Connect();
        using var received = bus.Connect().Record();
        var unsent = Frames(Observable.Range(0, 10)).SendTo(node, TimeSpan.MaxValue).Record();

        unsent.Dispose();
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Equal(1, received.Count);
        Assert.Equal(0, unsent.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void It_completes_with_the_first_frame_after_the_bus_was_disposed(int patience)
    {
        var node = new VirtualCanBus(_time).Connect();
        using var unsent = _source.SendTo(node, TimeSpan.FromSeconds(patience)).Record();
        node.Dispose();

        _source.OnNext(Frame(1));

        Assert.IsType<ObjectDisposedException>(Assert.Single(unsent.Values).Reason);
        Assert.Equal(System.Reactive.NotificationKind.OnCompleted, unsent.End?.Kind);
        Assert.False(_source.HasObservers);
    }

    [Fact]
    public void It_fails_with_its_source()
    {
        using var node = new VirtualCanBus(_time).Connect();
        using var unsent = _source.SendTo(node).Record();

        _source.OnError(new InvalidTimeZoneException());

        Assert.IsType<InvalidTimeZoneException>(unsent.End?.Exception);
    }

    [Fact]
    public void Arguments_are_checked_at_once()
    {
        using var node = new VirtualCanBus(_time).Connect();
        Assert.Throws<ArgumentNullException>(() => ((IObservable<CanFrame>)null!).SendTo(node));
        Assert.Throws<ArgumentNullException>(() => _source.SendTo(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => _source.SendTo(node, TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public void A_frame_allocates_nothing()
    {
        using var node = new VirtualCanBus(_time).Connect();
        using var unsent = _source.SendTo(node).Subscribe();
        var frame = Frame(1);

        Allocation.AssertNone(() => _source.OnNext(frame));
    }

    private static CanFrame Frame(long i) => new(1, [(byte)i]);

    private static IObservable<CanFrame> Frames(IObservable<long> numbers) => numbers.Select(Frame);

    private static IObservable<CanFrame> Frames(IObservable<int> numbers) => numbers.Select(i => Frame(i));
}
