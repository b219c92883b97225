namespace RxCan;

/// <summary>How to open a bus. The defaults are the kernel's, except that CAN FD is on and the receive buffer is larger.</summary>
/// <remarks>Sources: linux/can/raw.h (<c>CAN_RAW_*</c>), asm/socket.h (<c>SO_*</c>).</remarks>
public sealed record CanBusOptions
{
    /// <summary>The defaults.</summary>
    public static CanBusOptions Default { get; } = new();

    /// <summary>
    /// Whether the bus opens although its interface is missing or down, and waits for it: frames flow once it is there and up. A frame stream
    /// then outlives the removal of the interface, and continues when there is one of that name again; <see cref="ICanBus.State"/> and
    /// <see cref="ICanBus.Events"/> report both. Sending fails while the interface is missing or down.
    /// </summary>
    public bool WaitForInterface { get; init; }

    /// <summary>Whether this bus's subscribers receive the frames that it sends (<c>CAN_RAW_RECV_OWN_MSGS</c>), marked <see cref="CanFrame.IsOwn"/>.</summary>
    public bool ReceiveOwnMessages { get; init; }

    /// <summary>Whether other programs on this host receive the frames that this bus sends (<c>CAN_RAW_LOOPBACK</c>).</summary>
    public bool Loopback { get; init; } = true;

    /// <summary>Whether CAN FD frames are received and can be sent (<c>CAN_RAW_FD_FRAMES</c>).</summary>
    public bool Fd { get; init; } = true;

    /// <summary>
    /// The classes of error frames that the frame stream carries (<c>CAN_RAW_ERR_FILTER</c>); none by default, as for any raw socket.
    /// <see cref="ICanBus.Events"/> reports all of them decoded, independent of this.
    /// </summary>
    public CanErrorClass ErrorMask { get; init; }

    /// <summary>
    /// The receive buffer in bytes. The kernel uses about 650 bytes of it per waiting frame, and limits it to
    /// <c>net.core.rmem_max</c> for a process without <c>CAP_NET_ADMIN</c>. Frames that do not fit are lost and reported as
    /// <see cref="CanFramesDropped"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is zero or negative.</exception>
    public int ReceiveBufferSize
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The receive buffer size must be positive.");
    } = 4 * 1024 * 1024;

    /// <summary>
    /// Whether <see cref="CanFrame.Timestamp"/> is the controller's timestamp if available (<c>SO_TIMESTAMPING</c>), instead of the
    /// kernel's.
    /// </summary>
    public bool HardwareTimestamps { get; init; }
}
