using RxCan.Cyclic;

namespace RxCan;

/// <summary>How a cyclic job sends, in addition to its frames and its period.</summary>
/// <remarks>Source of the terms: <c>struct bcm_msg_head</c> and the flags of linux/can/bcm.h.</remarks>
public sealed record CyclicOptions
{
    /// <summary>The defaults: one period without a limit, updates without an extra frame.</summary>
    public static CyclicOptions Default { get; } = new();

    /// <summary>
    /// The number of frames to send at the job's period (<c>count</c>), the first one at once; 0, the default, for no limit. After them,
    /// <see cref="SecondPeriod"/> applies, or the job ends.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int Count
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The count must be positive, or 0 for no burst.");
    }

    /// <summary>
    /// The period after <see cref="Count"/> frames (<c>ival2</c>), 1 us to 400 days. If null, the job ends after the last of them, and its
    /// observable completes (<c>TX_EXPIRED</c>).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The period is below 1 us or above 400 days.</exception>
    public TimeSpan? SecondPeriod
    {
        get;
        init => field = value is { } period ? BroadcastPeriod.Checked(period, nameof(value)) : null;
    }

    /// <summary>
    /// Whether an update is sent at once, as an extra frame between two periods (<c>TX_ANNOUNCE</c>), which counts towards
    /// <see cref="Count"/>. Otherwise it waits for the next period.
    /// </summary>
    public bool AnnounceUpdates { get; init; }
}
