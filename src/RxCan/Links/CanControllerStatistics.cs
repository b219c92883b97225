namespace RxCan.Links;

/// <summary>
/// How often things have happened to a controller since its interface was created, 0 or more each. Source: <c>struct can_device_stats</c>
/// of linux/can/netlink.h.
/// </summary>
public readonly record struct CanControllerStatistics
{
    /// <summary>The number of bus errors (<c>bus_error</c>).</summary>
    public long BusErrors { get; init; }

    /// <summary>How often it became <see cref="CanState.ErrorWarning"/> (<c>error_warning</c>).</summary>
    public long ErrorWarnings { get; init; }

    /// <summary>How often it became <see cref="CanState.ErrorPassive"/> (<c>error_passive</c>).</summary>
    public long ErrorPassives { get; init; }

    /// <summary>How often it became <see cref="CanState.BusOff"/> (<c>bus_off</c>).</summary>
    public long BusOffs { get; init; }

    /// <summary>How often it lost arbitration (<c>arbitration_lost</c>).</summary>
    public long ArbitrationsLost { get; init; }

    /// <summary>How often it was restarted after bus-off (<c>restarts</c>).</summary>
    public long Restarts { get; init; }
}
