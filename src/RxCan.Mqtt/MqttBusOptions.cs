namespace RxCan.Mqtt;

/// <summary>How a remote bus behaves.</summary>
public sealed record MqttBusOptions
{
    /// <summary>The defaults.</summary>
    public static MqttBusOptions Default { get; } = new();

    /// <summary>
    /// How long the broker keeps this bus's subscription, and the frames that come, while it is not connected; zero, the default, for not at all.
    /// It needs <see cref="MqttLink.ClientId"/>, and a broker that stores sessions if they are to survive its restart. What does not fit into the
    /// broker's queue is a gap.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan SessionExpiry
    {
        get;
        init => field = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The time cannot be negative.");
    }

    /// <summary>How often the bus says again what it wants. An uplink that sends on demand forgets it after three times this; 10 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is less than 100 ms or more than 20 minutes.</exception>
    public TimeSpan RefreshPeriod
    {
        get;
        init => field = value.TotalMilliseconds >= 100 && value.TotalMinutes <= 20
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The period must be 100 ms to 20 minutes.");
    } = TimeSpan.FromSeconds(10);
}
