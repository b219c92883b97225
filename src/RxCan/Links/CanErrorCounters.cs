namespace RxCan.Links;

/// <summary>A controller's error counters. Source: <c>struct can_berr_counter</c> of linux/can/netlink.h.</summary>
/// <param name="Transmit">The transmit error counter.</param>
/// <param name="Receive">The receive error counter.</param>
public readonly record struct CanErrorCounters(int Transmit, int Receive);
