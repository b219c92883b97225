using RxCan.Cyclic;

namespace RxCan;

/// <summary>How a cyclic job sends, beyond its frames and its period.</summary>
/// <remarks>Source of the terms: <c>struct bcm_msg_head</c> and the flags of linux/can/bcm.h.</remarks>
public sealed record CyclicOptions
{
    /// <summary>The defaults: one period for ever, updates without an extra frame.</summary>
    public static CyclicOptions Default { get; } = new();

    /// <summary>
    /// The number of frames sent at the job's period (<c>count</c>), the first of them at once; 0, the default, for ever. After them
    /// comes <see cref="SecondPeriod"/>, or the end.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int Count
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A burst has at least one frame; 0 is no burst.");
    }

    /// <summary>
    /// The period after <see cref="Count"/> frames (<c>ival2</c>), 1 us to 400 days. If null, the job ends with the last of them, and its
    /// observable completes (<c>TX_EXPIRED</c>).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The period is below 1 us or above 400 days.</exception>
    public TimeSpan? SecondPeriod
    {
        get;
        init => field = value is { } period ? BroadcastPeriod.Checked(period, nameof(value)) : null;
    }

    /// <summary>
    /// Whether an update is sent at once, as an extra frame between two periods (<c>TX_ANNOUNCE</c>), which counts for
    /// <see cref="Count"/>. Otherwise it waits for the next period.
    /// </summary>
    public bool AnnounceUpdates { get; init; }
}
