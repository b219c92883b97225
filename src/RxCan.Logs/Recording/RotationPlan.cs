namespace RxCan.Logs.Recording;

/// <summary>When a recording begins a new file, and which old ones it deletes for it.</summary>
internal sealed class RotationPlan(CanRecordingOptions options)
{
    /// <summary>Whether the files have numbers.</summary>
    public bool IsNumbered => options is not { MaxSize: null, MaxDuration: null, MaxFrames: null };

    /// <summary>Whether the next frame does not belong into a file any more.</summary>
    /// <param name="frames">How many the file has.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="first">The stamp of its first frame, in ticks.</param>
    /// <param name="next">The stamp of the next frame. One that goes back by the limit is as far away.</param>
    public bool IsFull(long frames, long size, long first, long next) => frames > 0 &&
        (frames >= options.MaxFrames || size >= options.MaxSize || Math.Abs(next - first) >= options.MaxDuration?.Ticks);

    /// <summary>How many files to delete before another one is created.</summary>
    /// <param name="sizes">The sizes of the files, the oldest first.</param>
    public int Surplus(IReadOnlyList<long> sizes)
    {
        var total = sizes.Sum() + (options.MaxSize ?? 0);
        var surplus = 0;
        for (; surplus < sizes.Count && (sizes.Count - surplus >= options.MaxFiles || total > options.MaxTotalSize); surplus++)
            total -= sizes[surplus];
        return surplus;
    }
}
