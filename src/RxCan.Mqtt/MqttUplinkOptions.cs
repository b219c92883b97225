namespace RxCan.Mqtt;

/// <summary>How an uplink packs, keeps and sends.</summary>
public sealed record MqttUplinkOptions
{
    /// <summary>The defaults.</summary>
    public static MqttUplinkOptions Default { get; } = new();

    /// <summary>
    /// The folder of the outbox, for this uplink only. What the broker has not acknowledged survives there, also a restart or a crash. Null, the
    /// default, keeps it in memory.
    /// </summary>
    public string? Outbox { get; init; }

    /// <summary>The most that waits in the outbox, in bytes, at least 256 KiB; 64 MiB by default.</summary>
    public long OutboxSize
    {
        get;
        init => field = value >= 256 * 1024 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "An outbox needs at least 262144 bytes.");
    } = 64 * 1024 * 1024;

    /// <summary>What a full outbox, or a full disk, gives up.</summary>
    public MqttOverflow WhenFull { get; init; }

    /// <summary>How often what waits is flushed to the medium, so that it survives a loss of power; 1 s by default. Killing the process loses less.</summary>
    public TimeSpan FlushPeriod { get; init => field = Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>The most frames in a batch, 1 to 4096; 256 by default.</summary>
    public int BatchFrames
    {
        get;
        init => field = value is >= 1 and <= 4096 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A batch has 1 to 4096 frames.");
    } = 256;

    /// <summary>The most bytes in a batch before compression, 100 to 131072; 32768 by default.</summary>
    public int BatchBytes
    {
        get;
        init => field = value is >= 100 and <= 131072 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A batch has 100 to 131072 bytes.");
    } = 32768;

    /// <summary>How long the first frame of a batch waits for others; 100 ms by default.</summary>
    public TimeSpan BatchTime { get; init => field = Positive(value); } = TimeSpan.FromMilliseconds(100);

    /// <summary>How batches are compressed; not at all by default.</summary>
    public MqttCompression Compression { get; init; }

    /// <summary>The most messages under way that the broker has not acknowledged, 1 to 1000; 20 by default, as in mosquitto.</summary>
    public int InFlight
    {
        get;
        init => field = value is >= 1 and <= 1000 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 1000 messages can be under way.");
    } = 20;

    /// <summary>
    /// Whether only the frames are sent that remote buses ask for at that time. Off by default: everything is sent, and remote buses pick.
    /// </summary>
    public bool OnDemand { get; init; }

    /// <summary>The frames that remote buses may send to this bus; none if null. Whoever may write to the <c>send</c> topic at the broker can send them.</summary>
    public CanFilter? AllowSend { get; init; }

    private static TimeSpan Positive(TimeSpan value) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The time must be positive.");
}
