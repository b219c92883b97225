namespace RxCan.Links;

/// <summary>The limits of a controller's bit timings. Source: <c>struct can_bittiming_const</c> of linux/can/netlink.h.</summary>
public sealed record CanBitTimingLimits
{
    /// <summary>The controller's name, such as <c>sja1000</c> (<c>name</c>, up to 15 characters).</summary>
    public required string Hardware { get; init; }

    /// <summary>The minimum of propagation segment and phase segment 1 together, in time quanta (<c>tseg1_min</c>).</summary>
    public required int Segment1Min { get; init; }

    /// <summary>The maximum of propagation segment and phase segment 1 together, in time quanta (<c>tseg1_max</c>).</summary>
    public required int Segment1Max { get; init; }

    /// <summary>The minimum phase segment 2, in time quanta (<c>tseg2_min</c>).</summary>
    public required int Segment2Min { get; init; }

    /// <summary>The maximum phase segment 2, in time quanta (<c>tseg2_max</c>).</summary>
    public required int Segment2Max { get; init; }

    /// <summary>The maximum synchronization jump width, in time quanta (<c>sjw_max</c>).</summary>
    public required int SyncJumpWidthMax { get; init; }

    /// <summary>The minimum prescaler: controller clocks per time quantum (<c>brp_min</c>).</summary>
    public required int PrescalerMin { get; init; }

    /// <summary>The maximum prescaler (<c>brp_max</c>).</summary>
    public required int PrescalerMax { get; init; }

    /// <summary>The step between two prescalers (<c>brp_inc</c>).</summary>
    public required int PrescalerStep { get; init; }
}
