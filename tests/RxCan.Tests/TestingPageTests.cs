using System.Reactive.Linq;
using Microsoft.Reactive.Testing;
using RxCan;
using Xunit;

// The page has no namespaces.
#pragma warning disable CA1050

public sealed class Pump(ICanBus can)
{
    private static readonly CanSignal Bar = new(0, 16, factor: 0.01);

    /// <summary>The pressure; an error when the sensor is silent for half a second.</summary>
    public IObservable<double> Pressure => can.Where(CanFilter.Id(0x1A0)).Signal(Bar).Timeout(TimeSpan.FromMilliseconds(500), can.Scheduler);

    /// <summary>Sends a target once it has not changed for 100 ms.</summary>
    public IDisposable Follow(IObservable<double> targets) => targets.Throttle(TimeSpan.FromMilliseconds(100), can.Scheduler)
        .Select(target => Bar.Encode(target, new CanFrame(0x2A0, [0, 0])))
        .SendTo(can)
        .Subscribe();

    /// <summary>Says every 100 ms that the controller is there.</summary>
    public IDisposable Heartbeat() => can.SendCyclic(new CanFrame(0x701, [5]), TimeSpan.FromMilliseconds(100)).Subscribe();

    /// <summary>Writes parameters, as fast as the bus takes them.</summary>
    public async Task ConfigureAsync(IEnumerable<byte> parameters)
    {
        foreach (var parameter in parameters)
            await can.SendAsync(new CanFrame(0x2A1, [parameter]));
    }
}

public sealed class PumpTests : ReactiveTest
{
    private readonly TestScheduler _time = new();

    [Fact]
    public void A_silent_sensor_is_an_error_after_half_a_second()
    {
        var wire = new VirtualCanBus(_time);
        using ICanBus can = wire.Connect(), sensor = wire.Connect();
        var pressure = _time.CreateObserver<double>();
        new Pump(can).Pressure.Subscribe(pressure);

        _time.AdvanceTo(Ms(400));
        sensor.Send(new CanFrame(0x1A0, [0x2C, 0x01]));
        _time.AdvanceTo(Ms(5000));

        Assert.Equal(3.0, pressure.Messages[0].Value.Value);
        Assert.Equal(Ms(400) + 1, pressure.Messages[0].Time); // a frame arrives one tick after it was sent
        Assert.IsType<TimeoutException>(pressure.Messages[1].Value.Exception);
        Assert.Equal(900, pressure.Messages[1].Time / Ms(1));
    }

    [Fact]
    public void A_target_is_sent_once_it_is_stable()
    {
        var wire = new VirtualCanBus(_time);
        using ICanBus can = wire.Connect(), pump = wire.Connect();
        var sent = _time.CreateObserver<CanFrame>();
        pump.Subscribe(sent);
        var targets = _time.CreateHotObservable(OnNext(Ms(10), 1.0), OnNext(Ms(50), 2.0), OnNext(Ms(300), 3.0));
        using var following = new Pump(can).Follow(targets);

        _time.AdvanceTo(Ms(1000));

        Assert.Equal(["2A0#C800", "2A0#2C01"], sent.Messages.Select(message => message.Value.Value.ToString()));
        Assert.Equal([150, 400], sent.Messages.Select(message => message.Time / Ms(1)));
    }

    [Fact]
    public void The_heartbeat_beats_for_ten_minutes()
    {
        var wire = new VirtualCanBus(_time);
        using ICanBus can = wire.Connect(), pump = wire.Connect();
        var beats = _time.CreateObserver<CanFrame>();
        pump.Where(CanFilter.Id(0x701)).Subscribe(beats);
        using var heart = new Pump(can).Heartbeat();

        _time.AdvanceTo(Ms(10 * 60 * 1000)); // Start() would never return

        Assert.Equal(6000, beats.Messages.Count);
    }

    [Fact]
    public async Task Parameters_are_written_as_fast_as_the_bus_takes_them()
    {
        var wire = new VirtualCanBus(bitrate: 125_000, scheduler: _time); // frames take their time, one after another
        using ICanBus can = wire.Connect(), pump = wire.Connect();
        var written = _time.CreateObserver<CanFrame>();
        pump.Subscribe(written);

        var configuring = new Pump(can).ConfigureAsync(Enumerable.Range(0, 250).Select(i => (byte)i));
        Assert.False(configuring.IsCompleted); // awaiting it here would wait forever
        _time.AdvanceBy(Ms(1000));

        Assert.True(configuring.IsCompleted);
        await configuring; // shows its exception, if there is one
        Assert.Equal(250, written.Messages.Count);
    }

    private static long Ms(long milliseconds) => milliseconds * TimeSpan.TicksPerMillisecond;
}

public sealed class TestingPageTests
{
    [Fact]
    public void The_page_shows_these_tests() => RxCan.Tests.ReadmeCode.AssertCompiled("src/RxCan/Testing.md", "TestingPageTests.cs");
}
