using System.Diagnostics.Metrics;

namespace RxCan.Hosting;

/// <summary>
/// The metrics of a bus. Each measurement has the bus's key as <c>can.bus.name</c>. Frames are counted in any case, and read when somebody collects:
/// a listener costs nothing per frame.
/// </summary>
/// <remarks>Names and units follow OpenTelemetry's conventions for metrics.</remarks>
public sealed class CanMetrics : IDisposable
{
    /// <summary>The meter's name, for <c>AddMeter</c> of OpenTelemetry.</summary>
    public const string MeterName = "RxCan";

    private static readonly string[] States = ["missing", "down", "up"];

    private readonly ICanBus _can;
    private readonly KeyValuePair<string, object?> _bus;
    private readonly Meter _meter;
    private readonly bool _isOwn;
    private readonly Counter<long> _events;

    internal CanMetrics(string key, ICanBus can, IMeterFactory? meters)
    {
        _can = can;
        _bus = new("can.bus.name", key);
        _isOwn = meters is null;
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _events = _meter.CreateCounter<long>("can.bus.events", "{event}", "Events of the bus, by kind.");
        _meter.CreateObservableUpDownCounter("can.bus.status", Status, "1", "1 for the state that the interface is in, 0 for the others.");
        if (can is not CanBusBase counted)
            return;
        _meter.CreateObservableCounter("can.frames.received", () => Of(counted.Received), "{frame}", "Frames that the bus has received.");
        _meter.CreateObservableCounter("can.frames.sent", () => Of(counted.Sent), "{frame}", "Frames that were handed to the transmit queue.");
        _meter.CreateObservableCounter("can.frames.dropped", () => Of(counted.Dropped), "{frame}", "Frames that did not fit the receive buffer.");
    }

    internal void Count(CanBusEvent happened)
    {
        if (_events.Enabled && happened is not CanBusStateReported)
            _events.Add(1, _bus, new("can.event.kind", Kind(happened)));
    }

    /// <summary>Ends the measurements.</summary>
    public void Dispose()
    {
        if (_isOwn)
            _meter.Dispose(); // a factory disposes its own
    }

    private static string Kind(CanBusEvent happened) => happened switch
    {
        CanLinkUp => "link_up",
        CanLinkDown => "link_down",
        CanLinkRemoved => "link_removed",
        CanReceiveFailed => "receive_failed",
        CanDataDiscarded => "data_discarded",
        CanStateChanged => "state_changed",
        CanFramesDropped => "frames_dropped",
        CanErrorReported => "error",
        CanObserverFailed => "observer_failed",
        CanCyclicDeleteFailed => "cyclic_delete_failed",
        _ => "other",
    };

    private Measurement<long> Of(long value) => new(value, _bus);

    private IEnumerable<Measurement<int>> Status()
    {
        var now = (int)_can.State.Link;
        return States.Select((state, i) => new Measurement<int>(i == now ? 1 : 0, _bus, new("can.bus.state", state)));
    }
}
