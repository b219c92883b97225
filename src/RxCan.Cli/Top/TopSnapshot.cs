namespace RxCan.Cli.Top;

/// <summary>What <see cref="TopModel"/> knows at one time.</summary>
internal sealed record TopSnapshot
{
    public IReadOnlyList<TopRow> Rows { get; init; } = [];

    /// <summary>The number of frames whose identifiers came when there were <see cref="TopModel.MaxRows"/> already.</summary>
    public long Unlisted { get; init; }

    public long Frames { get; init; }

    /// <summary>Frames per second.</summary>
    public double Rate { get; init; }

    /// <summary>The fraction of the time in which the wire is busy; null if the bit rate is not known.</summary>
    public double? Load { get; init; }

    public double PeakLoad { get; init; }

    /// <summary>The number of error frames.</summary>
    public long Errors { get; init; }

    /// <summary>The number of frames that did not reach this process.</summary>
    public long Lost { get; init; }

    /// <summary>What has happened to the bus last.</summary>
    public string? Event { get; init; }
}

/// <summary>One identifier.</summary>
internal readonly record struct TopRow
{
    public required string Bus { get; init; }

    public required CanId Id { get; init; }

    public bool IsRemote { get; init; }

    /// <summary>The message's name; empty if no database has one.</summary>
    public string Name { get; init; }

    public long Count { get; init; }

    /// <summary>Frames per second.</summary>
    public double Rate { get; init; }

    /// <summary>The mean period in seconds; zero until there is a second frame.</summary>
    public double Period { get; init; }

    /// <summary>The standard deviation of the period in seconds.</summary>
    public double Jitter { get; init; }

    /// <summary>Whether no frame has come for some periods.</summary>
    public bool IsSilent { get; init; }

    public CanFrame Last { get; init; }

    /// <summary>A bit for each byte that changed within the last second.</summary>
    public ulong Changed { get; init; }
}
