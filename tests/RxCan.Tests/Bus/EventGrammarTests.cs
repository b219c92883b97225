using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace RxCan.Tests.Bus;

/// <summary>The events of a bus keep Rx's grammar and their order, whatever their observers do within them.</summary>
public sealed class EventGrammarTests : IDisposable
{
    private readonly HistoricalScheduler _time = new();
    private readonly VirtualCanBus _bus;
    private readonly ICanBus _can;

    public EventGrammarTests()
    {
        _bus = new(_time);
        _can = _bus.Connect();
    }

    public void Dispose() => _can.Dispose();

    [Fact]
    public void A_thousand_observers_that_throw_are_reported_after_what_they_threw_at()
    {
        using var sender = _bus.Connect();
        using var first = _can.Events.Record();
        for (var i = 0; i < 1000; i++)
            _can.Events.Subscribe(_ => throw new InvalidTimeZoneException("on purpose"));
        using var last = _can.Events.Record();

        sender.Send(CanFrame.Error(new() { Class = CanErrorClass.Protocol }));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        foreach (var events in new[] { first.Values, last.Values })
        {
            Assert.IsType<CanErrorReported>(events[0]);
            Assert.Equal(1000, events.Skip(1).Count(e => e is CanObserverFailed));
        }
    }

    [Fact]
    public void Nothing_follows_the_end_of_events_when_an_observer_disposes_the_bus_within_them()
    {
        var notifications = new List<Notification<CanBusEvent>>();
        var late = new List<Notification<CanBusEvent>>();
        using var disposing = _can.Events.Where(e => e is CanLinkRemoved).Subscribe(_ => _can.Dispose());
        using var subscribing = _can.Events.Where(e => e is CanLinkRemoved).Subscribe(_ => _can.Events.Materialize().Subscribe(late.Add));
        using var recording = _can.Events.Materialize().Subscribe(notifications.Add);

        _bus.Remove();
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Equal([NotificationKind.OnNext, NotificationKind.OnCompleted], notifications.Select(n => n.Kind));
        Assert.IsType<CanLinkRemoved>(notifications[0].Value);
        Assert.Equal(NotificationKind.OnCompleted, Assert.Single(late).Kind);
    }

    [Fact]
    public void Retrying_at_once_lets_virtual_time_advance()
    {
        var (tries, error) = (0, (Exception?)null);
        using var retrying = Observable.Defer(() =>
        {
            tries++;
            return _can;
        }).Retry().Record();
        using var ended = _can.Subscribe(_ => { }, e => error = e);

        _bus.Remove();
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.IsType<CanInterfaceNotFoundException>(error);
        Assert.InRange(tries, 10, 1000);
        _bus.LinkUp();
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        using var sender = _bus.Connect();
        sender.Send(new CanFrame(1, []));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Single(retrying.Values);
    }

    [Fact]
    public void Events_of_two_buses_whose_observers_subscribe_to_each_other_do_not_deadlock()
    {
        var (left, right) = (new VirtualCanBus(), new VirtualCanBus()); // in real time, on two threads
        using ICanBus a = left.Connect(), b = right.Connect(), atLeft = left.Connect(), atRight = right.Connect();
        var (seenAtA, seenAtB) = (0, 0);
        using var first = a.Events.Subscribe(_ =>
        {
            using (b.Events.Subscribe())
                Interlocked.Increment(ref seenAtA);
        });
        using var second = b.Events.Subscribe(_ =>
        {
            using (a.Events.Subscribe())
                Interlocked.Increment(ref seenAtB);
        });

        var error = CanFrame.Error(new() { Class = CanErrorClass.Protocol });
        Parallel.Invoke(() => Send(atLeft), () => Send(atRight));

        Eventually.True(() => Volatile.Read(ref seenAtA) >= 500 && Volatile.Read(ref seenAtB) >= 500, "both buses have told all of it");

        void Send(ICanBus sender)
        {
            for (var i = 0; i < 500; i++)
                sender.Send(error);
        }
    }
}
