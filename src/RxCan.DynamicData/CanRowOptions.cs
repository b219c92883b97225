namespace RxCan;

/// <summary>When the rows of a change set change, go stale and leave.</summary>
public sealed record CanRowOptions
{
    /// <summary>The defaults: a tick every 50 ms, stale after 2 s, gone after 10 s.</summary>
    public static CanRowOptions Default { get; } = new();

    /// <summary>
    /// The time between ticks, 50 ms (20 Hz) by default; use up to 60 Hz for a smooth display. All changes come at ticks, which
    /// are at whole multiples of it from the subscription.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or negative.</exception>
    public TimeSpan Tick { get; init => field = Positive(value, nameof(Tick)); } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// How long after the tick of its last frame a row becomes stale, 2 s by default. It should be more than the longest period on the bus.
    /// Rounded up to whole ticks.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or negative.</exception>
    public TimeSpan StaleAfter { get; init => field = Positive(value, nameof(StaleAfter)); } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long after the tick of its last frame a row leaves, 10 s by default; not less than <see cref="StaleAfter"/>. Rounded up to whole
    /// ticks. <see cref="TimeSpan.MaxValue"/> means never: then every identifier seen keeps its row and its memory.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or negative.</exception>
    public TimeSpan LeaveAfter { get; init => field = Positive(value, nameof(LeaveAfter)); } = TimeSpan.FromSeconds(10);

    internal long StaleTicks => (StaleAfter.Ticks / Tick.Ticks) + (StaleAfter.Ticks % Tick.Ticks == 0 ? 0 : 1);

    private static TimeSpan Positive(TimeSpan value, string name) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be positive.");
}
