namespace LossyBus;

/// <summary>What a bad bus does to frames. The same seed treats the same frames in the same way.</summary>
public sealed record LossyPlan
{
    /// <summary>The seed of the random numbers.</summary>
    public int Seed { get; init; }

    /// <summary>The fraction of frames that are lost: 0 (the default) to 1.</summary>
    public double Loss { get; init; }

    /// <summary>The longest delay of a frame. Frames keep their order.</summary>
    public TimeSpan MaxDelay { get; init; }
}
