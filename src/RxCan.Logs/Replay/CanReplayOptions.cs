namespace RxCan.Logs;

/// <summary>How a log is played back.</summary>
public sealed record CanReplayOptions
{
    /// <summary>The defaults: once, from the beginning, with all gaps.</summary>
    public static CanReplayOptions Default { get; } = new();

    /// <summary>Whether it begins paused, until <see cref="ICanReplay.Resume"/>: to subscribe several streams first.</summary>
    public bool IsPaused { get; init; }

    /// <summary>How often the log is played; null for until the bus is disposed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is zero or negative.</exception>
    public int? Rounds
    {
        get;
        init => field = value is not <= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A log is played at least once.");
    } = 1;

    /// <summary>The time from the last frame of a round to the first one of the next, in the log's time; 1 ms by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or negative.</exception>
    public TimeSpan RoundGap
    {
        get;
        init => field = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The time between rounds must be positive.");
    } = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest time between two frames, in the log's time; longer gaps are cut to it. Null, the default, keeps them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan? MaxGap
    {
        get;
        init => field = value is null || value >= TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A gap cannot be negative. Use null to keep all gaps.");
    }

    /// <summary>
    /// The interfaces of the frames, by the interface or channel in the log: <c>["1"] = "can0"</c>. What is not listed keeps its name. Null for
    /// none.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Interfaces { get; init; }

    /// <summary>
    /// What the bus receives: with <see cref="CanBusOptions.ErrorMask"/>, the frame stream carries the log's error frames, which
    /// <see cref="ICanBus.Events"/> reports anyway; without <see cref="CanBusOptions.Fd"/>, CAN FD frames are left out.
    /// </summary>
    public CanBusOptions Bus { get; init; } = CanBusOptions.Default;

    /// <summary>How the log is read.</summary>
    public CanLogReadOptions Read { get; init; } = new();
}
