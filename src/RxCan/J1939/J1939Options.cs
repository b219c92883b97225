using System.Reactive.Concurrency;

namespace RxCan.J1939;

/// <summary>How a J1939 node behaves. Time-outs are those of the standard and cannot be changed.</summary>
/// <remarks>Sources: SAE J1939-21, linux/can/j1939.h.</remarks>
public sealed record J1939Options
{
    /// <summary>The defaults.</summary>
    public static J1939Options Default { get; } = new();

    /// <summary>
    /// Whether single frames to other nodes are received too, those of their transport protocols as they are (<c>SO_J1939_PROMISC</c>).
    /// </summary>
    public bool Promiscuous { get; init; }

    /// <summary>The longest message that is received, in bytes; a connection for a longer one is refused. (The kernel's engine loses it.)</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 8.</exception>
    public int MaxLength
    {
        get;
        init => field = value >= 8 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Every node takes messages of 8 bytes.");
    } = 16 * 1024 * 1024;

    /// <summary>How many packets this node clears to send at a time, 1 to 255. The kernel's engine has no other than 255.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is 0.</exception>
    public byte CtsPackets
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least one packet at a time.");
    } = 255;

    /// <summary>
    /// How many times this node holds a connection, every 500 ms (Th), before each clear to send. For simulations of a slow control unit.
    /// The kernel's engine never does.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int Holds
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A number is not negative.");
    }

    /// <summary>The time between the packets of a message to all (BAM), 50 to 200 ms. The kernel's engine has no other than 50.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less or more.</exception>
    public TimeSpan BamSpacing
    {
        get;
        init => field = value >= TimeSpan.FromMilliseconds(50) && value <= TimeSpan.FromMilliseconds(200)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The packets of a BAM are 50 to 200 ms apart.");
    } = TimeSpan.FromMilliseconds(50);

    /// <summary>Who does the work. <see cref="EngineKind.Auto"/> is the portable engine if other options ask for what the kernel's has not.</summary>
    public EngineKind Engine { get; init; }

    /// <summary>The clock of all time-outs; the bus's if null. The kernel's engine takes no other.</summary>
    public IScheduler? Scheduler { get; init; }
}
