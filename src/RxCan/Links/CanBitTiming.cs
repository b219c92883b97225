namespace RxCan.Links;

/// <summary>A bit timing as the kernel computed it. Source: <c>struct can_bittiming</c> of linux/can/netlink.h.</summary>
/// <param name="Bitrate">In bit/s.</param>
/// <param name="SamplePoint">Where in the bit it is sampled, 0 to 1.</param>
/// <param name="TimeQuantum">The time quantum in ns; the segments are in units of it.</param>
/// <param name="PropagationSegment">The propagation segment.</param>
/// <param name="PhaseSegment1">Phase segment 1.</param>
/// <param name="PhaseSegment2">Phase segment 2.</param>
/// <param name="SyncJumpWidth">The synchronisation jump width.</param>
/// <param name="Prescaler">The clocks of a time quantum.</param>
public readonly record struct CanBitTiming(
    int Bitrate,
    double SamplePoint,
    int TimeQuantum,
    int PropagationSegment,
    int PhaseSegment1,
    int PhaseSegment2,
    int SyncJumpWidth,
    int Prescaler);
