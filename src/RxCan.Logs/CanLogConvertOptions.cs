namespace RxCan.Logs;

/// <summary>What <see cref="CanLog.Convert"/> takes over from a log.</summary>
public sealed record CanLogConvertOptions
{
    /// <summary>How the log is read; the default if null.</summary>
    public CanLogReadOptions? Reading { get; init; }

    /// <summary>How the new one is written; by its extension if null.</summary>
    public CanLogWriteOptions? Writing { get; init; }

    /// <summary>The frames that are taken over; null, the default, for all.</summary>
    public CanFilter? Filter { get; init; }

    /// <summary>The time of the first frame that is taken over; null, the default, for the log's beginning.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The time before which frames are taken over; null, the default, for the log's end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>New names of interfaces or channels, such as <c>["1"] = "can0"</c>; the others keep theirs. None by default.</summary>
    public IReadOnlyDictionary<string, string>? Interfaces { get; init; }
}
