using System.Globalization;
using System.Text;

namespace RxCan.Links;

/// <summary>
/// A bit timing as the kernel computed it; only the bit rate for hardware with fixed bit rates. Source: <c>struct can_bittiming</c> of
/// linux/can/netlink.h.
/// </summary>
public readonly record struct CanBitTiming
{
    /// <summary>The bit rate in bit/s (<c>bitrate</c>).</summary>
    public required int Bitrate { get; init; }

    /// <summary>The sample point within the bit, 0 to 1 in steps of 0.001 (<c>sample_point</c>); 0 if unknown.</summary>
    public double SamplePoint { get; init; }

    /// <summary>The time quantum in ns, the unit of the segments (<c>tq</c>).</summary>
    public int TimeQuantum { get; init; }

    /// <summary>The propagation segment in time quanta (<c>prop_seg</c>).</summary>
    public int PropagationSegment { get; init; }

    /// <summary>Phase segment 1 in time quanta (<c>phase_seg1</c>).</summary>
    public int PhaseSegment1 { get; init; }

    /// <summary>Phase segment 2 in time quanta (<c>phase_seg2</c>).</summary>
    public int PhaseSegment2 { get; init; }

    /// <summary>The synchronisation jump width in time quanta (<c>sjw</c>).</summary>
    public int SyncJumpWidth { get; init; }

    /// <summary>The number of controller clocks per time quantum (<c>brp</c>).</summary>
    public int Prescaler { get; init; }

    // With the same digits in every culture.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(
            CultureInfo.InvariantCulture,
            $"Bitrate = {Bitrate}, SamplePoint = {SamplePoint}, TimeQuantum = {TimeQuantum}, PropagationSegment = {PropagationSegment}, " +
            $"PhaseSegment1 = {PhaseSegment1}, PhaseSegment2 = {PhaseSegment2}, SyncJumpWidth = {SyncJumpWidth}, Prescaler = {Prescaler}");
        return true;
    }
}
