using RxCan.SocketCan.Interop;

namespace RxCan.Links;

/// <summary>
/// A CAN interface of this machine as it was at one moment: what <c>ip -details -statistics link show</c> says of it.
/// <see cref="CanLinks"/> reads and changes it.
/// </summary>
/// <remarks>Sources: linux/if_link.h (<c>IFLA_*</c>), linux/can/netlink.h (<c>IFLA_CAN_*</c>).</remarks>
public sealed record CanLink
{
    /// <summary>Its name, such as <c>can0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its number, which stays when it is renamed and is another when an adapter comes back.</summary>
    public required int Index { get; init; }

    /// <summary><c>can</c> for a controller, whatever its driver; <c>vcan</c> or <c>vxcan</c>; empty if the driver does not say.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Whether it was set up (<c>IFF_UP</c>).</summary>
    public bool IsUp { get; init; }

    /// <summary>Whether frames can flow (<c>IFF_RUNNING</c>): up, and the controller not bus-off, the peer of a <c>vxcan</c> up.</summary>
    public bool IsRunning { get; init; }

    /// <summary>The bytes of its largest frame: 16 for classic CAN, 72 for CAN FD, more for CAN XL.</summary>
    public int Mtu { get; init; }

    /// <summary>Whether it takes CAN FD frames.</summary>
    public bool IsFd => Mtu >= Abi.CANFD_MTU;

    /// <summary>How many frames wait in its transmit queue at most.</summary>
    public int TransmitQueueLength { get; init; }

    /// <summary>The number of the other end of a <c>vxcan</c>; null if there is none, or in another network namespace.</summary>
    public int? PeerIndex { get; init; }

    /// <summary>The bus and the device it belongs to, such as <c>usb 1-1.4:1.0</c>; empty for <c>vcan</c> and <c>vxcan</c>.</summary>
    public string Device { get; init; } = "";

    /// <summary>Its controller; null for <c>vcan</c> and <c>vxcan</c>, which have none.</summary>
    public CanController? Controller { get; init; }

    /// <summary>What went through it since it exists.</summary>
    public CanLinkStatistics Statistics { get; init; }

    /// <summary>The name, the kind and the state in a line, for logs.</summary>
    public override string ToString() => string.Join(' ', ((string?[])
    [
        Name, Kind, IsUp ? "up" : "down", IsUp && !IsRunning ? "not running" : null, IsFd ? "fd" : null, Controller?.ToString(),
    ]).Where(word => !string.IsNullOrEmpty(word)));
}
