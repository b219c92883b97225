namespace RxCan.Links;

/// <summary>What bit timings a controller can do, in time quanta. Source: <c>struct can_bittiming_const</c> of linux/can/netlink.h.</summary>
/// <param name="Hardware">The controller's name, such as <c>sja1000</c>.</param>
/// <param name="Segment1Min">The least propagation segment and phase segment 1 together.</param>
/// <param name="Segment1Max">The greatest of them.</param>
/// <param name="Segment2Min">The least phase segment 2.</param>
/// <param name="Segment2Max">The greatest.</param>
/// <param name="SyncJumpWidthMax">The greatest synchronisation jump width.</param>
/// <param name="PrescalerMin">The least prescaler.</param>
/// <param name="PrescalerMax">The greatest.</param>
/// <param name="PrescalerStep">The step between prescalers.</param>
public sealed record CanBitTimingLimits(
    string Hardware,
    int Segment1Min,
    int Segment1Max,
    int Segment2Min,
    int Segment2Max,
    int SyncJumpWidthMax,
    int PrescalerMin,
    int PrescalerMax,
    int PrescalerStep);
