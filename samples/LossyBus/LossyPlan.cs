namespace LossyBus;

/// <summary>What a bad bus does to frames. The same seed does the same to the same frames.</summary>
public sealed record LossyPlan
{
    /// <summary>The seed of the random numbers.</summary>
    public int Seed { get; init; }

    /// <summary>The share of frames that are lost: 0, the default, to 1.</summary>
    public double Loss { get; init; }

    /// <summary>How long a frame takes at most. Frames keep their order.</summary>
    public TimeSpan MaxDelay { get; init; }
}
