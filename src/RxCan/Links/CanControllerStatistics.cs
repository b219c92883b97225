namespace RxCan.Links;

/// <summary>What happened to a controller since its interface exists. Source: <c>struct can_device_stats</c> of linux/can/netlink.h.</summary>
/// <param name="BusErrors">Bus errors.</param>
/// <param name="ErrorWarnings">How often it became <see cref="CanState.ErrorWarning"/>.</param>
/// <param name="ErrorPassives">How often it became <see cref="CanState.ErrorPassive"/>.</param>
/// <param name="BusOffs">How often it became <see cref="CanState.BusOff"/>.</param>
/// <param name="ArbitrationsLost">Arbitrations lost.</param>
/// <param name="Restarts">Restarts from bus-off.</param>
public readonly record struct CanControllerStatistics(
    long BusErrors, long ErrorWarnings, long ErrorPassives, long BusOffs, long ArbitrationsLost, long Restarts);
