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
    /// The channels of interfaces, from 1, for formats that number them: ASC, BLF, TRC, and SavvyCAN's CSV (from 0). By default, an interface whose
    /// name is a number has that channel, <c>can0</c> the first, <c>can1</c> the second, and so on; any other, and any whose channel is taken, gets
    /// the lowest free one.
    /// </summary>
    public IReadOnlyDictionary<string, int>? Channels { get; init; }
}
