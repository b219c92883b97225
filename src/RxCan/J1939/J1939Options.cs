using System.Reactive.Concurrency;
using RxCan.Bus;

namespace RxCan.J1939;

/// <summary>How a J1939 node behaves. Its time-outs are the standard's and cannot be changed.</summary>
/// <remarks>Sources: SAE J1939-21, linux/can/j1939.h.</remarks>
public sealed record J1939Options
{
    /// <summary>The defaults.</summary>
    public static J1939Options Default { get; } = new();

    /// <summary>
    /// Whether single frames to other nodes are received too, including transport protocol frames, unassembled (<c>SO_J1939_PROMISC</c>).
    /// </summary>
    public bool Promiscuous { get; init; }

    /// <summary>
    /// The longest message received, in bytes; a connection for a longer one is refused. (The kernel's engine loses the message.) All messages by
    /// the extended protocol under way may have four times as many bytes together; memory grows with what arrives.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 8.</exception>
    public int MaxLength
    {
        get;
        init => field = value >= 8 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The maximum message length must be at least 8 bytes.");
    } = 16 * 1024 * 1024;

    /// <summary>
    /// The priority of all transport protocol frames this node sends, 0 (highest) to 7, the default of SAE J1939-21; null for the priority of the
    /// message. The kernel's engine answers with the priority of the sender.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not 0 to 7.</exception>
    public int? TransportPriority
    {
        get;
        init => field = value is null or (>= 0 and <= 7)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The priority must be 0 (highest) to 7.");
    } = 7;

    /// <summary>How many packets this node clears to send at a time, 1 to 255. The kernel's engine supports only 255.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is 0.</exception>
    public byte CtsPackets
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The number of packets must be 1 to 255.");
    } = 255;

    /// <summary>
    /// How many times this node holds a connection, every 500 ms (Th), before each clear to send. Use it to simulate a slow control unit.
    /// The kernel's engine supports only 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int Holds
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The number of holds cannot be negative.");
    }

    /// <summary>The time between the packets of a message to all (BAM), 50 to 200 ms. The kernel's engine supports only 50.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less or more.</exception>
    public TimeSpan BamSpacing
    {
        get;
        init => field = value >= TimeSpan.FromMilliseconds(50) && value <= TimeSpan.FromMilliseconds(200)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The time between the packets of a BAM must be 50 to 200 ms.");
    } = TimeSpan.FromMilliseconds(50);

    /// <summary>The engine that runs the node. <see cref="EngineKind.Auto"/> uses the portable one if the kernel's does not support other options.</summary>
    public EngineKind Engine { get; init; }

    /// <summary>The clock of all time-outs; the bus's if null. The kernel's engine supports only null.</summary>
    public IScheduler? Scheduler { get; init => field = value.Checked(); }
}
