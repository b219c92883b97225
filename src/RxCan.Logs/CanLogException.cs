namespace RxCan.Logs;

/// <summary>A log is damaged, or is not a log: says in which format, where, and why. All frames before the damage have been delivered.</summary>
public sealed class CanLogException : IOException
{
    internal CanLogException(CanLogFormat? format, string where, string reason)
        : base($"{(format is { } f ? f.ToString() : "Log")}, {where}: {reason}") => (Format, Location) = (format, where);

    /// <summary>The format; null if it was not recognised.</summary>
    public CanLogFormat? Format { get; }

    /// <summary>The place of the damage: a line of a text format (<c>line 17</c>), or an offset from the file's beginning (<c>byte 4096</c>).</summary>
    public string Location { get; }
}
