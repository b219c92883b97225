using RxCan.SocketCan.Interop;

namespace RxCan.Links;

/// <summary>
/// A snapshot of a CAN interface of this machine: what <c>ip -details -statistics link show</c> prints.
/// <see cref="CanLinks"/> reads and changes it.
/// </summary>
/// <remarks>Sources: linux/if_link.h (<c>IFLA_*</c>), linux/can/netlink.h (<c>IFLA_CAN_*</c>).</remarks>
public sealed record CanLink
{
    /// <summary>Its name, such as <c>can0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its number, which stays when the interface is renamed and changes when an adapter comes back.</summary>
    public required int Index { get; init; }

    /// <summary><c>can</c> for a controller with any driver; <c>vcan</c> or <c>vxcan</c>; empty if the driver does not report it.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Whether it was set up (<c>IFF_UP</c>).</summary>
    public bool IsUp { get; init; }

    /// <summary>Whether frames can flow (<c>IFF_RUNNING</c>): it is up, its controller is not bus-off, and the peer of a <c>vxcan</c> is up.</summary>
    public bool IsRunning { get; init; }

    /// <summary>The size in bytes of its largest frame: 16 for classic CAN, 72 for CAN FD, more for CAN XL.</summary>
    public int Mtu { get; init; }

    /// <summary>Whether it accepts CAN FD frames.</summary>
    public bool IsFd => Mtu >= Abi.CANFD_MTU;

    /// <summary>The maximum number of frames in its transmit queue.</summary>
    public int TransmitQueueLength { get; init; }

    /// <summary>The number of the other end of a <c>vxcan</c>; null if there is none or it is in another network namespace.</summary>
    public int? PeerIndex { get; init; }

    /// <summary>The bus and the device it belongs to, such as <c>usb 1-1.4:1.0</c>; empty for <c>vcan</c> and <c>vxcan</c>.</summary>
    public string Device { get; init; } = "";

    /// <summary>Its controller; null for <c>vcan</c> and <c>vxcan</c>, which have none.</summary>
    public CanController? Controller { get; init; }

    /// <summary>What has passed through it since it was created.</summary>
    public CanLinkStatistics Statistics { get; init; }

    /// <summary>The name, the kind and the state on one line, for logs.</summary>
    public override string ToString() => string.Join(' ', ((string?[])
    [
        Name, Kind, IsUp ? "up" : "down", IsUp && !IsRunning ? "not running" : null, IsFd ? "fd" : null, Controller?.ToString(),
    ]).Where(word => !string.IsNullOrEmpty(word)));
}
