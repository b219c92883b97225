using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Virtual;

/// <summary>What an in-process bus does beyond the contract: any scheduler, exact times.</summary>
public sealed class VirtualCanBusTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly HistoricalScheduler _time = new(Start);

    [Fact]
    public void A_frame_has_the_scheduler_time_and_is_delivered_only_by_the_scheduler()
    {
        var bus = new VirtualCanBus(_time);
        using var sender = bus.Connect();
        using var receiver = bus.Connect();
        using var received = receiver.Record();

        _time.Schedule(TimeSpan.FromSeconds(3), () => sender.Send(new CanFrame(1, [1])));
        _time.AdvanceBy(TimeSpan.FromSeconds(2));
        sender.Send(new CanFrame(1, [0]));
        Assert.Empty(received.Values);
        _time.AdvanceBy(TimeSpan.FromSeconds(2));

        Assert.Equal([Start.AddSeconds(2), Start.AddSeconds(3)], received.Values.Select(f => f.Timestamp));
    }

    [Fact]
    public void Time_operators_run_on_the_bus_scheduler()
    {
        var bus = new VirtualCanBus(_time);
        using var sender = bus.Connect();
        using var receiver = bus.Connect();
        using var rates = receiver.Buffer(TimeSpan.FromSeconds(1), receiver.Scheduler).Select(b => b.Count).Record();

        using var traffic = Observable.Interval(TimeSpan.FromMilliseconds(10), _time).Subscribe(_ => sender.Send(new CanFrame(1, [])));
        _time.AdvanceBy(TimeSpan.FromMinutes(1));

        Assert.Equal(60, rates.Count);
        Assert.All(rates.Values, rate => Assert.InRange(rate, 99, 101));
    }

    [Fact]
    public void Time_advances_while_two_nodes_keep_answering_each_other()
    {
        var bus = new VirtualCanBus(_time);
        using var ping = bus.Connect();
        using var pong = bus.Connect();
        var rounds = 0;
        using var a = ping.Where(CanFilter.Id(1)).Where(_ => ++rounds < 1000).Subscribe(_ => ping.Send(new CanFrame(2, [])));
        using var b = pong.Where(CanFilter.Id(2)).Subscribe(_ => pong.Send(new CanFrame(1, [])));

        ping.Send(new CanFrame(2, []));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Equal(1000, rounds);
    }

    [Fact]
    public void Work_that_is_due_runs_between_the_frames_of_an_endless_exchange()
    {
        var bus = new VirtualCanBus(_time);
        using var ping = bus.Connect();
        using var pong = bus.Connect();
        var isStopped = false;
        using var a = ping.Subscribe(f => ping.Send(f));
        using var b = pong.TakeWhile(_ => !isStopped).Subscribe(f => pong.Send(f));
        ping.Send(new CanFrame(1, []));
        _time.Schedule(() => isStopped = true);

        _time.AdvanceBy(TimeSpan.FromSeconds(1)); // would never return if a single action kept delivering what observers send

        Assert.True(isStopped);
    }

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void It_works_on_any_scheduler(string name)
    {
        using var loop = new EventLoopScheduler();
        var bus = new VirtualCanBus(name switch
        {
            nameof(EventLoopScheduler) => loop,
            nameof(TaskPoolScheduler) => TaskPoolScheduler.Default,
            nameof(NewThreadScheduler) => NewThreadScheduler.Default,
            _ => DefaultScheduler.Instance,
        });
        using var sender = bus.Connect();
        using var receiver = bus.Connect();
        using var answers = sender.Record();
        using var received = receiver.Do(f => receiver.Send(f.WithId(2))).Record();

        for (var i = 0; i < 100; i++)
            sender.Send(new CanFrame(1, [(byte)i]));

        Assert.Equal(Enumerable.Range(0, 100), received.WaitForCount(100).Values.Select(f => (int)f.Data[0]));
        Assert.Equal(Enumerable.Range(0, 100), answers.WaitForCount(100).Values.Select(f => (int)f.Data[0]));
        Assert.False(received.Overlapped || answers.Overlapped);
    }

    public static TheoryData<string> Schedulers =>
    [
        nameof(EventLoopScheduler), nameof(TaskPoolScheduler), nameof(NewThreadScheduler), nameof(DefaultScheduler),
    ];

    [Fact]
    public void Disposing_on_virtual_time_completes_streams_when_the_scheduler_runs()
    {
        var bus = new VirtualCanBus(_time);
        var node = bus.Connect();
        using var frames = node.Record();

        node.Dispose();
        Assert.Null(frames.End);
        _time.AdvanceBy(TimeSpan.FromTicks(1));

        Assert.NotNull(frames.End);
    }

    [Fact]
    public void A_node_without_subscribers_keeps_nothing_for_later()
    {
        var bus = new VirtualCanBus(_time);
        using var sender = bus.Connect();
        using var receiver = bus.Connect();
        sender.Send(new CanFrame(1, [1]));
        using (receiver.Record())
            sender.Send(new CanFrame(1, [2]));

        using var late = receiver.Record();
        sender.Send(new CanFrame(1, [3]));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Equal(["001#03"], late.Values.Select(f => f.ToString()));
    }

    [Fact]
    public void Ten_thousand_subscriptions_cost_little_each()
    {
        using var receiver = new VirtualCanBus(_time).Connect();
        foreach (var stream in (IObservable<CanFrame>[])[receiver, receiver.Where(CanFilter.Id(1)), receiver.Where(CanFilter.Range(1, 0x7FF))])
        {
            var subscriptions = new IDisposable[10_000];
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < subscriptions.Length; i++)
                subscriptions[i] = stream.Subscribe();
            foreach (var subscription in subscriptions)
                subscription.Dispose();

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40_000_000);
        }
    }

    [Fact]
    public void A_flood_of_losses_is_few_events_with_the_exact_total()
    {
        var bus = new VirtualCanBus(_time);
        using var sender = bus.Connect();
        using var receiver = bus.Connect(new() { ReceiveBufferSize = 1300 }); // two frames
        using var losses = receiver.Events.OfType<CanFramesDropped>().Record();
        using var frames = receiver.Record();

        for (var i = 0; i < 1000; i++)
        {
            for (var burst = 0; burst < 10; burst++)
                sender.Send(new CanFrame(1, []));
            _time.AdvanceBy(TimeSpan.FromMilliseconds(1));
        }

        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.InRange(losses.Count, 2, 12);
        Assert.Equal(10_000, frames.Count + losses.Values.Sum(e => e.Count));
        Assert.Equal(losses.Values.Sum(e => e.Count), losses.Values[^1].Total);
        Assert.Equal(8, losses.Values[0].Count); // at once
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_last_losses_are_counted_before_the_end(bool disposes)
    {
        var bus = new VirtualCanBus(_time);
        using var sender = bus.Connect();
        var receiver = bus.Connect(new() { ReceiveBufferSize = 1300 }); // two frames
        using var losses = receiver.Events.OfType<CanFramesDropped>().Record();
        using var frames = receiver.Record();

        for (var burst = 0; burst < 2; burst++)
        {
            for (var i = 0; i < 10; i++)
                sender.Send(new CanFrame(1, []));
            if (burst == 1 && !disposes)
                bus.Remove();
            _time.AdvanceBy(TimeSpan.FromMilliseconds(1));
        }

        if (disposes)
            receiver.Dispose();
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.NotNull(frames.End);
        Assert.Equal(16, losses.Values.Sum(e => e.Count));
    }
}
