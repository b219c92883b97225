using System.Globalization;

namespace RxCan.Mqtt;

/// <summary>Something that happened to an uplink. The records in this namespace are the only ones.</summary>
public abstract record MqttUplinkEvent
{
    private protected MqttUplinkEvent(DateTimeOffset timestamp) => Timestamp = timestamp;

    /// <summary>When it happened, in UTC.</summary>
    public DateTimeOffset Timestamp { get; init; }

    private protected abstract string What { get; }

    /// <summary>Time in UTC with milliseconds, and what happened, on one line.</summary>
    public sealed override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Timestamp.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z uplink: {What}");
}

/// <summary>The broker is there: what waits is sent now.</summary>
/// <param name="Timestamp">When it happened, in UTC.</param>
/// <param name="Waiting">The frames that wait in the outbox.</param>
public sealed record MqttUplinkConnected(DateTimeOffset Timestamp, long Waiting) : MqttUplinkEvent(Timestamp)
{
    private protected override string What => string.Create(CultureInfo.InvariantCulture, $"connected, {Waiting} frames wait");
}

/// <summary>The broker is away: frames wait in the outbox. The next attempt follows.</summary>
/// <param name="Timestamp">When it happened, in UTC.</param>
/// <param name="Reason">Why.</param>
public sealed record MqttUplinkDisconnected(DateTimeOffset Timestamp, Exception Reason) : MqttUplinkEvent(Timestamp)
{
    private protected override string What => $"not connected: {Reason.Message}";
}

/// <summary>Frames were lost: the outbox or its disk is full or damaged, or too slow. Receivers see the gap.</summary>
/// <param name="Timestamp">When it was noticed, in UTC.</param>
/// <param name="Count">The number of frames lost since the previous such event.</param>
/// <param name="Total">The number of frames lost since the uplink began.</param>
public sealed record MqttUplinkLost(DateTimeOffset Timestamp, long Count, long Total) : MqttUplinkEvent(Timestamp)
{
    private protected override string What => string.Create(CultureInfo.InvariantCulture, $"{Count} frames lost, {Total} in all");
}

/// <summary>Messages to this uplink were malformed, or asked to send what <see cref="MqttUplinkOptions.AllowSend"/> does not allow or the bus refused.</summary>
/// <param name="Timestamp">When it happened, in UTC.</param>
/// <param name="Reason">Why.</param>
/// <param name="Total">The number of refusals since the uplink began.</param>
public sealed record MqttUplinkRefused(DateTimeOffset Timestamp, string Reason, long Total) : MqttUplinkEvent(Timestamp)
{
    private protected override string What => string.Create(CultureInfo.InvariantCulture, $"refused, {Total} in all: {Reason}");
}
