namespace RxCan;

/// <summary>
/// What the timestamps of one identifier's frames say about its period, since the subscription. All zero until there is a second
/// frame; a clock that was set back gives negative periods.
/// </summary>
/// <remarks>
/// To 100 ns. Frames without a timestamp, made here and never sent, have periods of zero. A test makes one as it needs it:
/// <c>new FramePeriod { Count = 9, Mean = TimeSpan.FromMilliseconds(100) }</c>; what is left out is zero, and nothing is checked.
/// </remarks>
public readonly record struct FramePeriod
{
    /// <summary>The number of periods: one less than that of frames.</summary>
    public long Count { get; init; }

    /// <summary>The time between the two newest frames.</summary>
    public TimeSpan Last { get; init; }

    /// <summary>The mean period.</summary>
    public TimeSpan Mean { get; init; }

    /// <summary>The shortest period.</summary>
    public TimeSpan Min { get; init; }

    /// <summary>The longest period.</summary>
    public TimeSpan Max { get; init; }

    /// <summary>The jitter: the standard deviation of the period (RMS). Peak to peak it is <see cref="Max"/> - <see cref="Min"/>.</summary>
    public TimeSpan Jitter { get; init; }
}
