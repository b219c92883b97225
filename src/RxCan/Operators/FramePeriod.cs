namespace RxCan;

/// <summary>
/// The period of one identifier, measured from its frames' timestamps since the subscription. All values are zero until there is a second
/// frame; a clock that was set back gives negative periods.
/// </summary>
/// <remarks>
/// The resolution is 100 ns. Frames without a timestamp, created here and never sent, have periods of zero. A test can create one:
/// <c>new FramePeriod { Count = 9, Mean = TimeSpan.FromMilliseconds(100) }</c>; other values are zero, and nothing is checked.
/// </remarks>
public readonly record struct FramePeriod
{
    /// <summary>The number of periods: one less than the number of frames.</summary>
    public long Count { get; init; }

    /// <summary>The time between the last two frames.</summary>
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
