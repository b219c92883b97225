namespace RxCan.Cyclic;

/// <summary>The setup of a cyclic job, validated.</summary>
internal sealed class CyclicSetup
{
    /// <summary><c>MAX_NFRAMES</c> of net/can/bcm.c.</summary>
    public const int MaxFrames = 256;

    /// <summary>A job whose frames come from a caller's parameter.</summary>
    public CyclicSetup(ReadOnlySpan<CanFrame> frames, TimeSpan period, CyclicOptions? options, string parameter)
        : this(period, options) => Frames = Checked(frames, parameter).ToArray();

    /// <summary>A job whose frames come later, see <see cref="With"/>.</summary>
    public CyclicSetup(TimeSpan period, CyclicOptions? options)
    {
        Options = options ?? CyclicOptions.Default;
        Period = BroadcastPeriod.Checked(period, nameof(period));
        if (Options is { Count: 0, SecondPeriod: not null })
        {
            throw new ArgumentException(
                "SecondPeriod applies after a burst: set CyclicOptions.Count too, or omit SecondPeriod for one period without a limit.", nameof(options));
        }
    }

    private CyclicSetup(CyclicSetup setup, ReadOnlySpan<CanFrame> frames)
    {
        (Period, Options) = (setup.Period, setup.Options);
        Frames = Checked(frames, nameof(frames)).ToArray();
    }

    /// <summary>1 to 256 frames of one identifier and kind.</summary>
    public CanFrame[] Frames { get; } = [];

    /// <summary>The period, or the period of the burst if there is one.</summary>
    public TimeSpan Period { get; }

    public CyclicOptions Options { get; }

    public CyclicSetup With(ReadOnlySpan<CanFrame> frames) => new(this, frames);

    /// <summary>Validates frames to replace those of this job.</summary>
    public void CheckUpdate(ReadOnlySpan<CanFrame> frames)
    {
        if (frames.Length != Frames.Length)
            throw new ArgumentException($"This job sends a sequence of {Frames.Length} frames, so an update must have as many, not {frames.Length}.", nameof(frames));
        if (!IsAlike(Checked(frames, nameof(frames))[0], Frames[0]))
        {
            throw new ArgumentException(
                $"This job sends {Frames[0]}, so an update must have the same identifier and kind, unlike {frames[0]}. Use one job per identifier.",
                nameof(frames));
        }
    }

    private static ReadOnlySpan<CanFrame> Checked(ReadOnlySpan<CanFrame> frames, string parameter)
    {
        if (frames.Length is 0 or > MaxFrames)
            throw new ArgumentException($"A cyclic job must have a sequence of 1 to {MaxFrames} frames, not {frames.Length}.", parameter);
        foreach (ref readonly var frame in frames)
        {
            if (frame.IsError)
                throw new ArgumentException($"{frame} is an error frame: a cyclic job can send only data or remote frames.", parameter);
            if (!IsAlike(frame, frames[0]))
            {
                throw new ArgumentException(
                    $"A sequence must have one identifier and kind, unlike {frames[0]} and {frame}. Use one job per identifier.", parameter);
            }
        }

        return frames;
    }

    private static bool IsAlike(in CanFrame left, in CanFrame right) => left.RawId == right.RawId && left.IsFd == right.IsFd;
}
