using System.Runtime.CompilerServices;

namespace RxCan.Logs;

/// <summary>How frames are recorded. By default: one file, flushed every second.</summary>
/// <remarks>
/// With <see cref="MaxSize"/>, <see cref="MaxDuration"/> or <see cref="MaxFrames"/>, a recording is several files with numbers in their names:
/// <c>drive-0001.blf</c>. The numbers go on after those of files that exist, so nothing is overwritten.
/// </remarks>
public sealed record CanRecordingOptions
{
    /// <summary>The defaults.</summary>
    public static CanRecordingOptions Default { get; } = new();

    /// <summary>A new file begins when one has reached this size, in bytes. Null for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is zero or negative.</exception>
    public long? MaxSize
    {
        get;
        init => field = Positive(value);
    }

    /// <summary>A new file begins with the frame whose time stamp is this far from the file's first one. Null for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or negative.</exception>
    public TimeSpan? MaxDuration
    {
        get;
        init => field = value is null || value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A file's duration must be positive.");
    }

    /// <summary>A new file begins when one has this many frames. Null for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is zero or negative.</exception>
    public long? MaxFrames
    {
        get;
        init => field = Positive(value);
    }

    /// <summary>
    /// How many files of this name are kept, those of earlier recordings included: before a new one begins, the ones with the lowest numbers are
    /// deleted. Null for all.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is zero or negative.</exception>
    public int? MaxFiles
    {
        get;
        init => field = (int?)Positive(value);
    }

    /// <summary>
    /// The size of all files of this name, in bytes, those of earlier recordings included: before a new one begins, the ones with the lowest
    /// numbers are deleted, so that it may grow to <see cref="MaxSize"/>. Null for no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is zero or negative.</exception>
    public long? MaxTotalSize
    {
        get;
        init => field = Positive(value);
    }

    /// <summary>
    /// When a frame that was written is flushed, at the latest; after one second by default. From then on it is in the file, whatever happens to
    /// the process. Zero flushes after each write. Frames are written within 50 ms.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan FlushInterval
    {
        get;
        init => field = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The flush interval cannot be negative.");
    } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many frames may wait for the disk: 65,536 by default, at 80 bytes each. More are dropped and reported as
    /// <see cref="CanRecordingDropped"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is zero or negative.</exception>
    public int QueueSize
    {
        get;
        init => field = (int)Positive(value)!.Value;
    } = 65_536;

    /// <summary>
    /// How many frames <see cref="CanRecordingExtensions.RecordAround"/> keeps for the next trigger at most: a million by default, at 80
    /// bytes each.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is zero or negative.</exception>
    public int MaxFramesBefore
    {
        get;
        init => field = (int)Positive(value)!.Value;
    } = 1_000_000;

    /// <summary>How the files are written.</summary>
    public CanLogWriteOptions Write { get; init; } = new();

    private static long? Positive(long? value, [CallerMemberName] string property = "") =>
        value is not <= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"{property} must be positive.");
}
