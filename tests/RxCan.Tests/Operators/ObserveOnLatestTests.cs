using System.Reactive.Concurrency;
using System.Reactive.Subjects;

namespace RxCan.Tests.Operators;

public sealed class ObserveOnLatestTests
{
    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void A_busy_observer_gets_the_latest_item_and_a_count_of_the_others()
    {
        using var source = new Subject<string>();
        var items = new List<Bounded<string>>();
        using var subscription = source.ObserveOnLatest(_time).Subscribe(item =>
        {
            items.Add(item);
            if (item.Value == "b")
            {
                source.OnNext("c");
                source.OnNext("d");
                source.OnNext("e");
            }
        });
        source.OnNext("a");
        source.OnNext("b");
        _time.AdvanceBy(TimeSpan.FromTicks(1));
        Assert.Equal([new("b", 1), new("e", 2)], items);
    }

    [Fact]
    public void On_a_bus_it_delivers_on_the_bus_scheduler()
    {
        var bus = new VirtualCanBus(_time);
        using var sender = bus.Connect();
        using var can = bus.Connect();
        var frames = new List<CanFrame>();
        using var subscription = can.ObserveOnLatest().Subscribe(item => frames.Add(item.Value));
        sender.Send(new(0x100, [1]));
        sender.Send(new(0x100, [2]));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.Equal([new(0x100, [2])], frames);
    }
}
