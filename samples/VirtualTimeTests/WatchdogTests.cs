using Microsoft.Reactive.Testing;
using RxCan;

namespace VirtualTimeTests;

public sealed class WatchdogTests : ReactiveTest
{
    [Fact]
    public void A_stop_is_sent_half_a_second_after_the_last_heartbeat_and_every_second_until_the_next()
    {
        var time = new TestScheduler();
        var bus = new VirtualCanBus(time);
        using ICanBus controller = bus.Connect(), node = bus.Connect();
        var heartbeats = time.CreateHotObservable([
            .. from i in Enumerable.Range(1, 3_000) // five minutes, with a gap from 2:00.0 to 2:02.8
               where i is <= 1_200 or >= 1_228
               select OnNext(Ms(100 * i), new CanFrame(Watchdog.Heartbeat, [0x05]))]);
        using var beating = heartbeats.Subscribe(frame => controller.Send(frame));

        var sent = time.Start(() => Watchdog.Watch(node), created: 0, subscribed: Ms(50), disposed: Ms(300_000));

        Assert.Equal([120_500, 121_500, 122_500], sent.Messages.Select(message => message.Time / TimeSpan.TicksPerMillisecond));
        Assert.All(sent.Messages, message => Assert.Equal(Watchdog.Stop, message.Value.Value));
    }

    [Fact]
    public void The_drives_are_stopped_if_the_controller_is_never_heard()
    {
        var time = new TestScheduler();
        using var node = new VirtualCanBus(time).Connect();

        var sent = time.Start(() => Watchdog.Watch(node), created: 0, subscribed: Ms(50), disposed: Ms(60_050));

        Assert.Equal(60, sent.Messages.Count);
        Assert.Equal(550, sent.Messages[0].Time / TimeSpan.TicksPerMillisecond);
    }

    private static long Ms(long milliseconds) => milliseconds * TimeSpan.TicksPerMillisecond;
}
