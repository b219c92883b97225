using System.Reactive;
using System.Reactive.Linq;
using DynamicData;
using Microsoft.Reactive.Testing;

namespace RxCan.Tests.DynamicData;

/// <summary>The rows on the scheduler that users use in their tests.</summary>
public sealed class TestSchedulerTests : ReactiveTest
{
    private const long Tick = 500_000; // 50 ms

    [Fact]
    public void Rows_appear_change_go_stale_and_leave_at_the_exact_ticks()
    {
        var time = new TestScheduler();
        var options = new CanRowOptions { Tick = new(Tick), StaleAfter = new(4 * Tick), LeaveAfter = new(10 * Tick) };
        var frames = time.CreateHotObservable(
            OnNext(Subscribed + 10, CanFrame.Parse("100#01")),
            OnNext(Subscribed + 20, CanFrame.Parse("100#02")),
            OnNext(Subscribed + Tick + 10, CanFrame.Parse("100#03")));

        var changes = time.Start(
            () => frames.ToChangeSet(options, time).Select(set => string.Join(", ", set.Select(c => $"{c.Reason} {c.Current}"))),
            Created,
            Subscribed,
            Subscribed + (30 * Tick));

        changes.Messages.AssertEqual(
            OnNext(Subscribed + Tick, "Add 100#02 x2"),
            OnNext(Subscribed + (2 * Tick), "Refresh 100#03 x3"),
            OnNext(Subscribed + (6 * Tick), "Refresh 100#03 x3 stale"),
            OnNext(Subscribed + (12 * Tick), "Remove 100#03 x3 stale"));
        frames.Subscriptions.AssertEqual(Subscribe(Subscribed, Subscribed + (30 * Tick)));
    }

    [Fact]
    public void A_minute_of_200_identifiers_on_a_bus_is_counted_exactly()
    {
        var time = new TestScheduler();
        var bus = new VirtualCanBus(time);
        using var sender = bus.Connect();
        using var can = bus.Connect();
        using var rows = can.ToChangeSet().AsObservableCache();
        using var traffic = Observable.Interval(TimeSpan.FromMilliseconds(1), time).Take(60_000).Subscribe(i => sender.Send(new((int)(i % 200), [])));
        time.AdvanceBy(TimeSpan.FromSeconds(60).Ticks + Tick);
        Assert.Equal(Enumerable.Repeat(300L, 200), rows.Items.Select(r => r.Count));
        Assert.All(rows.Items, r => Assert.Equal((200, 0), (r.Period.Mean.TotalMilliseconds, r.Period.Jitter.TotalMilliseconds)));
        time.AdvanceBy(TimeSpan.FromSeconds(10).Ticks);
        Assert.Empty(rows.Items);
    }
}
