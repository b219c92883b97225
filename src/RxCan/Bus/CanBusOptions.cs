namespace RxCan;

/// <summary>How a bus is opened. The defaults are the kernel's, but for CAN FD, which is on, and a larger receive buffer.</summary>
/// <remarks>Sources: linux/can/raw.h (<c>CAN_RAW_*</c>), asm/socket.h (<c>SO_*</c>).</remarks>
public sealed record CanBusOptions
{
    /// <summary>The defaults.</summary>
    public static CanBusOptions Default { get; } = new();

    /// <summary>Whether the frames this bus sends come back to its own subscribers (<c>CAN_RAW_RECV_OWN_MSGS</c>), marked <see cref="CanFrame.IsOwn"/>.</summary>
    public bool ReceiveOwnMessages { get; init; }

    /// <summary>Whether the frames this bus sends reach others on this host (<c>CAN_RAW_LOOPBACK</c>).</summary>
    public bool Loopback { get; init; } = true;

    /// <summary>Whether CAN FD frames are received and can be sent (<c>CAN_RAW_FD_FRAMES</c>).</summary>
    public bool Fd { get; init; } = true;

    /// <summary>
    /// The classes of error frames that the frame stream carries (<c>CAN_RAW_ERR_FILTER</c>); none by default, as for any raw socket.
    /// <see cref="ICanBus.Events"/> reports all of them decoded, whatever this says.
    /// </summary>
    public CanErrorClass ErrorMask { get; init; }

    /// <summary>
    /// The receive buffer in bytes. The kernel takes some 650 bytes of it for a waiting frame, and gives no more than
    /// <c>net.core.rmem_max</c> to a process without <c>CAP_NET_ADMIN</c>. What does not fit is lost and reported as
    /// <see cref="CanFramesDropped"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is zero or negative.</exception>
    public int ReceiveBufferSize
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A receive buffer has at least one byte.");
    } = 4 * 1024 * 1024;

    /// <summary>
    /// Whether <see cref="CanFrame.Timestamp"/> is the controller's stamp where there is one (<c>SO_TIMESTAMPING</c>), instead of the kernel's.
    /// </summary>
    public bool HardwareTimestamps { get; init; }
}
