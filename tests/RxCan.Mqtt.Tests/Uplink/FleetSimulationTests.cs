using System.Diagnostics.Metrics;
using System.Reactive.Concurrency;
using System.Reactive.Subjects;
using RxCan.Mqtt;
using RxCan.Tests.Brokers;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Uplink;

/// <summary>The arithmetic of the README, with 1,000 vehicles on virtual time; and what the meters say.</summary>
public sealed class FleetSimulationTests
{
    private readonly HistoricalScheduler _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    [Trait("Length", "Long")]
    public void A_thousand_vehicles_send_as_many_messages_as_batches_and_come_back_apart_after_an_outage()
    {
        const int Vehicles = 1000, Seconds = 20, FramesPerSecond = 8;
        var broker = new TestBroker(_time, TimeSpan.FromMilliseconds(20));
        Subject<CanFrame>[] buses = [.. Enumerable.Range(0, Vehicles).Select(_ => new Subject<CanFrame>())];
        IDisposable[] uplinks = [.. buses.Select((bus, i) => MqttUplinkExtensions.Publish(
            bus, null, broker, new MqttLink("broker"), $"v{i}/can0", new() { BatchTime = TimeSpan.FromSeconds(1) }, _time).Subscribe(_ => { }))];
        Advance(1);
        Assert.Equal(Vehicles, broker.Connects);

        Drive(0, Seconds);
        var messages = broker.Published.Count(p => p.Topic.EndsWith("/frames", StringComparison.Ordinal));
        Assert.InRange(messages, Vehicles * (Seconds - 2), Vehicles * (Seconds + 1)); // a batch per second and vehicle

        broker.Stop();
        Drive(Seconds, Seconds);
        broker.Start();
        var connects = new List<int>();
        for (var tenth = 0; tenth < 700; tenth++)
        {
            var before = broker.Connects;
            Advance(0.1);
            connects.Add(broker.Connects - before);
        }

        Assert.Equal(Vehicles, connects.Sum());
        Assert.InRange(connects.Max(), 1, Vehicles / 5); // not all at once
        var frames = broker.Published.Where(p => p.Topic.EndsWith("/frames", StringComparison.Ordinal))
            .GroupBy(p => p.Topic, p => MqttBatch.Decode(p.Payload))
            .Select(batches => batches.SelectMany(b => b.Frames).Select(f => BitConverter.ToInt32(f.Data)).Distinct().ToArray()).ToArray();
        Assert.Equal(Vehicles, frames.Length);
        Assert.All(frames, numbers => Assert.Equal(Enumerable.Range(0, 2 * Seconds * FramesPerSecond), numbers));
        foreach (var uplink in uplinks)
            uplink.Dispose();
        Advance(1);

        void Drive(int first, int seconds)
        {
            for (var i = first * FramesPerSecond; i < (first + seconds) * FramesPerSecond; i++)
            {
                foreach (var bus in buses)
                    bus.OnNext(new CanFrame(0x100, BitConverter.GetBytes(i)));
                Advance(1.0 / FramesPerSecond);
            }
        }
    }

    [Fact]
    public void The_meters_count_frames_and_show_what_waits()
    {
        const string Topic = "meters/can0";
        var (frames, waiting, trips) = (0L, -1L, new List<double>());
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "RxCan.Mqtt")
                    l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (!tags.Contains(new("topic", Topic + "/frames")))
                return;
            if (instrument.Name == "rxcan.mqtt.frames")
                frames += value;
            else if (instrument.Name == "rxcan.mqtt.waiting")
                waiting = value;
        });
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            if (tags.Contains(new("topic", Topic + "/frames")))
                trips.Add(value);
        });
        listener.Start();

        var broker = new TestBroker(_time, TimeSpan.FromMilliseconds(20));
        broker.Stop();
        var bus = new Subject<CanFrame>();
        using var uplink = MqttUplinkExtensions.Publish(bus, null, broker, new MqttLink("broker"), Topic, null, _time).Subscribe(new Recorder<MqttUplinkEvent>());
        for (var i = 0; i < 300; i++)
            bus.OnNext(new CanFrame(1, [1]));
        Advance(1);
        listener.RecordObservableInstruments();
        Assert.Equal((0L, 300L), (frames, waiting));

        broker.Start();
        Advance(70);
        listener.RecordObservableInstruments();
        Assert.Equal((300L, 0L), (frames, waiting));
        Assert.Equal(2, trips.Count);
        Assert.All(trips, trip => Assert.InRange(trip, 0.039, 0.06));
    }

    private void Advance(double seconds) => _time.AdvanceBy(TimeSpan.FromSeconds(seconds));
}
