namespace RxCan.Bus;

/// <summary>Points in time of a monotonic clock, of which the last one never comes.</summary>
internal static class DueTime
{
    public static readonly TimeSpan Never = TimeSpan.MaxValue;

    /// <summary>A time later; never, if that is infinite or too far away.</summary>
    public static TimeSpan After(TimeSpan now, TimeSpan wait) => wait == Timeout.InfiniteTimeSpan || wait > Never - now ? Never : now + wait;
}
