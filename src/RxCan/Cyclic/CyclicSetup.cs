namespace RxCan.Cyclic;

/// <summary>A cyclic job as it is set up, checked.</summary>
internal sealed class CyclicSetup
{
    /// <summary><c>MAX_NFRAMES</c> of net/can/bcm.c.</summary>
    public const int MaxFrames = 256;

    /// <summary>A job of frames that a caller's parameter gave.</summary>
    public CyclicSetup(ReadOnlySpan<CanFrame> frames, TimeSpan period, CyclicOptions? options, string parameter)
        : this(period, options) => Frames = Checked(frames, parameter).ToArray();

    /// <summary>A job whose frames come later, <see cref="With"/>.</summary>
    public CyclicSetup(TimeSpan period, CyclicOptions? options)
    {
        Options = options ?? CyclicOptions.Default;
        Period = BroadcastPeriod.Checked(period, nameof(period));
        if (Options is { Count: 0, SecondPeriod: not null })
        {
            throw new ArgumentException(
                "A second period comes after a burst: set CyclicOptions.Count, or leave SecondPeriod out for one period for ever.", nameof(options));
        }
    }

    private CyclicSetup(CyclicSetup setup, ReadOnlySpan<CanFrame> frames)
    {
        (Period, Options) = (setup.Period, setup.Options);
        Frames = Checked(frames, nameof(frames)).ToArray();
    }

    /// <summary>1 to 256 frames of one identifier and kind.</summary>
    public CanFrame[] Frames { get; } = [];

    /// <summary>The period; that of the burst if there is one.</summary>
    public TimeSpan Period { get; }

    public CyclicOptions Options { get; }

    public CyclicSetup With(ReadOnlySpan<CanFrame> frames) => new(this, frames);

    /// <summary>Checks frames that are to replace those of this job.</summary>
    public void CheckUpdate(ReadOnlySpan<CanFrame> frames)
    {
        if (frames.Length != Frames.Length)
            throw new ArgumentException($"This job sends a sequence of {Frames.Length} frames, and an update has as many, not {frames.Length}.", nameof(frames));
        if (!IsAlike(Checked(frames, nameof(frames))[0], Frames[0]))
        {
            throw new ArgumentException(
                $"This job sends {Frames[0]}, and an update has its identifier and kind, which {frames[0]} has not. Make a job for each identifier.",
                nameof(frames));
        }
    }

    private static ReadOnlySpan<CanFrame> Checked(ReadOnlySpan<CanFrame> frames, string parameter)
    {
        if (frames.Length is 0 or > MaxFrames)
            throw new ArgumentException($"A cyclic job sends a sequence of 1 to {MaxFrames} frames, not {frames.Length}.", parameter);
        foreach (ref readonly var frame in frames)
        {
            if (frame.IsError)
                throw new ArgumentException($"{frame} is an error frame: a cyclic job sends data or remote frames.", parameter);
            if (!IsAlike(frame, frames[0]))
            {
                throw new ArgumentException(
                    $"A sequence is of one identifier and kind, not of {frames[0]} and {frame}. Make a job for each identifier.", parameter);
            }
        }

        return frames;
    }

    private static bool IsAlike(in CanFrame left, in CanFrame right) => left.RawId == right.RawId && left.IsFd == right.IsFd;
}
