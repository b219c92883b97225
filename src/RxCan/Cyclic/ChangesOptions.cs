using RxCan.Cyclic;

namespace RxCan;

/// <summary>What a watch for changed content reports, in addition to its mask.</summary>
/// <remarks>Source of the terms: <c>RX_SETUP</c> of linux/can/bcm.h.</remarks>
public sealed record ChangesOptions
{
    /// <summary>The defaults: every change at once, length ignored.</summary>
    public static ChangesOptions Default { get; } = new();

    /// <summary>
    /// The minimum time between two reports of one identifier (<c>ival2</c>); zero, the default, for none. A change within it is
    /// reported at its end, with the latest content.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative, between 0 and 1 us, or above 400 days.</exception>
    public TimeSpan Throttle
    {
        get;
        init => field = value == TimeSpan.Zero ? value : BroadcastPeriod.Checked(value, nameof(value));
    }

    /// <summary>Whether a different length is also a change, whatever the mask is (<c>RX_CHECK_DLC</c>).</summary>
    public bool CheckLength { get; init; }
}
