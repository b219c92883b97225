using System.Reactive.Linq;
using Microsoft.Reactive.Testing;
using RxCan;

namespace VirtualTimeTests;

public sealed class GatewayTests : ReactiveTest
{
    private readonly TestScheduler _time = new();

    [Fact]
    public void The_newest_speed_is_sent_every_100_ms_and_doors_at_once()
    {
        var powertrain = _time.CreateHotObservable(
            OnNext(Ms(10), CanFrame.Parse("0B4#1388")), // 50 km/h
            OnNext(Ms(95), CanFrame.Parse("0B4#157C")), // 55 km/h
            OnNext(Ms(120), CanFrame.Parse("3A1#01")),
            OnNext(Ms(130), CanFrame.Parse("3FF#01")), // not forwarded
            OnNext(Ms(250), CanFrame.Parse("0B4#FFFF"))); // 655 km/h: more than the cluster can show

        var body = _time.Start(() => Gateway.Forward(powertrain, _time), created: 0, subscribed: 1, disposed: Ms(1000));

        body.Messages.AssertEqual(
            OnNext(Ms(100) + 1, CanFrame.Parse("320#1C")),
            OnNext(Ms(120), CanFrame.Parse("3A1#01")),
            OnNext(Ms(300) + 1, CanFrame.Parse("320#FF")));
    }

    [Fact]
    public void Ten_minutes_of_driving_reach_the_cluster_ten_times_a_second()
    {
        var drive = _time.CreateHotObservable([.. from i in Enumerable.Range(1, 60_000) select OnNext(Ms(10 * i), Speed(kmh: i % 200))]);
        VirtualCanBus powertrain = new(_time), body = new(_time);
        using ICanBus wheels = powertrain.Connect(), input = powertrain.Connect(), output = body.Connect(), cluster = body.Connect();
        var shown = _time.CreateObserver<CanFrame>();
        using var recording = cluster.Subscribe(shown);
        using var gateway = Gateway.Connect(input, output);
        using var driving = drive.Subscribe(frame => wheels.Send(frame));

        _time.AdvanceTo(Ms(10 * 60_000) + Ms(1));

        Assert.Equal(6_000, shown.Messages.Count);
        Assert.All(shown.Messages, message => Assert.Equal(Gateway.ClusterSpeed, message.Value.Value.Id));
    }

    private static long Ms(long milliseconds) => milliseconds * TimeSpan.TicksPerMillisecond;

    private static CanFrame Speed(int kmh) => new(Gateway.WheelSpeed, [(byte)(kmh * 100 >> 8), (byte)(kmh * 100)]);
}
