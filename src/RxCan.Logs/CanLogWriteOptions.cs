namespace RxCan.Logs;

/// <summary>How a log is written.</summary>
public sealed record CanLogWriteOptions
{
    /// <summary>The format; null, the default, for that of the file name's extension.</summary>
    public CanLogFormat? Format { get; init; }

    /// <summary>Whether the file is compressed with gzip; null, the default, if its name ends with <c>.gz</c>. BLF compresses by itself.</summary>
    public bool? Compress { get; init; }

    /// <summary>
    /// Whether candump, ASC and TRC get times to the nanosecond, as <c>candump -L -N</c> writes them. False, the default, writes microseconds,
    /// cut off as candump does: can-utils before 2023 reads nothing else. The other formats always have what they can hold.
    /// </summary>
    public bool Nanoseconds { get; init; }

    /// <summary>
    /// The channel numbers of interfaces, from 1, for formats that number them: ASC, BLF, TRC and CSV. An interface that is not listed keeps its
    /// number if its name is one; the others get the free numbers in order of appearance.
    /// </summary>
    public IReadOnlyDictionary<string, int>? Channels { get; init; }
}
