namespace RxCan.Bus;

/// <summary>Points in time on a monotonic clock; the last one never comes.</summary>
internal static class DueTime
{
    public static readonly TimeSpan Never = TimeSpan.MaxValue;

    /// <summary>A point in time plus a delay; never, if the delay is infinite or too long.</summary>
    public static TimeSpan After(TimeSpan now, TimeSpan wait) => wait == Timeout.InfiniteTimeSpan || wait > Never - now ? Never : now + wait;

    /// <summary>The first time after now on the grid of a due time and a period.</summary>
    public static TimeSpan Next(TimeSpan due, TimeSpan now, TimeSpan period) =>
        After(now - TimeSpan.FromTicks((now - due).Ticks % period.Ticks), period);
}
