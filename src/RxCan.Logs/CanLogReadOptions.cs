namespace RxCan.Logs;

/// <summary>How a log is read.</summary>
public sealed record CanLogReadOptions
{
    /// <summary>The format; null, the default, to recognise it from the content.</summary>
    public CanLogFormat? Format { get; init; }

    /// <summary>
    /// Whether to go on after damage where the format allows: a text format at the next line, a binary one at the next object that can be
    /// read. False, the default, ends with <see cref="CanLogException"/> at the first damage. A file that is no log at all fails anyway.
    /// </summary>
    public bool SkipDamage { get; init; }

    /// <summary>With <see cref="SkipDamage"/>: called for each damage, between the frames before and after it, on the thread that reads.</summary>
    public Action<CanLogException>? Damaged { get; init; }
}
