using System.Diagnostics.Metrics;

namespace RxCan.Mqtt.Uplink;

/// <summary>The instruments of the meter <c>RxCan.Mqtt</c>; each measurement has the tag <c>topic</c>.</summary>
internal static class UplinkMeters
{
    private static readonly Meter Meter = new("RxCan.Mqtt");
    private static readonly Lock Gate = new();
    private static readonly List<Uplink> Uplinks = [];

    public static readonly Counter<long> Frames = Meter.CreateCounter<long>("rxcan.mqtt.frames", "{frame}", "Frames that the broker acknowledged.");
    public static readonly Counter<long> Bytes = Meter.CreateCounter<long>("rxcan.mqtt.bytes", "By", "Bytes of payload that the broker acknowledged.");
    public static readonly Counter<long> Lost = Meter.CreateCounter<long>("rxcan.mqtt.lost", "{frame}", "Frames that the outbox lost.");
    public static readonly Histogram<double> RoundTrip = Meter.CreateHistogram<double>("rxcan.mqtt.round_trip", "s", "From publishing a message to its acknowledgement.");

    static UplinkMeters()
    {
        Meter.CreateObservableGauge("rxcan.mqtt.waiting", () => Observe(u => u.Waiting), "{frame}", "Frames in the outbox.");
        Meter.CreateObservableGauge("rxcan.mqtt.outbox", () => Observe(u => u.OutboxBytes), "By", "Bytes in the outbox.");
        Meter.CreateObservableGauge("rxcan.mqtt.in_flight", () => Observe(u => u.InFlight), "{message}", "Messages that were published and not yet acknowledged.");
    }

    public static void Add(Uplink uplink)
    {
        lock (Gate)
            Uplinks.Add(uplink);
    }

    public static void Remove(Uplink uplink)
    {
        lock (Gate)
            Uplinks.Remove(uplink);
    }

    private static Measurement<long>[] Observe(Func<Uplink, long> value)
    {
        lock (Gate)
            return [.. Uplinks.Select(u => new Measurement<long>(value(u), u.Tag))];
    }
}
