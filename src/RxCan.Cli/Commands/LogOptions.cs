using System.CommandLine;
using RxCan.Cli.Text;
using RxCan.Logs;

namespace RxCan.Cli.Commands;

/// <summary>The options that the commands on logs share.</summary>
internal static class LogOptions
{
    private static readonly (string Name, CanLogFormat Format)[] Formats =
    [
        ("candump", CanLogFormat.Candump), ("asc", CanLogFormat.Asc), ("blf", CanLogFormat.Blf), ("trc", CanLogFormat.Trc), ("pcap", CanLogFormat.Pcap),
        ("pcapng", CanLogFormat.Pcapng), ("csv", CanLogFormat.Csv), ("savvycan", CanLogFormat.SavvyCanCsv),
    ];

    public static Option<CanFilter?> Filter() =>
        Read.Option<CanFilter?>("--filter", "Only these frames: 123,100-1FF,7E8:7FF; ~123 takes away, * is all, # error frames; & for both.", "filter", Read.Filter, "-f");

    public static Option<string?> From() => Read.Option<string?>("--from", "Begin here: +10s, a date and time in UTC, or seconds since 1970.", "time", Checked);

    public static Option<string?> Until() => Read.Option<string?>("--until", "End before this.", "time", Checked);

    public static Option<(string From, string To)[]> Map() => Read.Options("--map", "Give a channel another name; may be repeated.", "1=can0", Read.Pair);

    public static Option<bool> SkipDamage() => Read.Switch("--skip-damage", "Read on after a damaged place, and say where it is.");

    public static Option<string?> Format(string name, string help) => Read.Word(name, help, [.. Formats.Select(f => f.Name)]);

    public static CanLogFormat? Named(string? format) => format is null ? null : Array.Find(Formats, f => f.Name == format).Format;

    public static Dictionary<string, string>? Mapped((string From, string To)[]? pairs) => pairs is not { Length: > 0 } ? null
        : pairs.GroupBy(p => p.From).FirstOrDefault(g => g.Count() > 1) is { } twice ? throw new UsageException($"'{twice.Key}' is mapped twice.")
        : pairs.ToDictionary(p => p.From, p => p.To);

    /// <summary>The moment that an option names; one from the beginning of the log needs its first frame.</summary>
    public static DateTimeOffset? Resolve(string? text, string path)
    {
        if (text is null)
            return null;
        if (!text.StartsWith('+'))
            return Read.Moment(text);
        foreach (var frame in CanLog.Enumerate(path))
            return frame.Timestamp + Read.Duration(text[1..])!.Value;
        return null;
    }

    public static void CheckWritable(string path, string? format)
    {
        if (format is null && CanLog.FormatOfName(path) is null or CanLogFormat.Mdf4)
            throw new UsageException($"{path}: the extension is not one of a format that is written. Use .log, .asc, .blf, .trc, .pcap, .pcapng or .csv, or name a --format.");
        CheckFolder(path);
    }

    /// <summary>Checks that a new file is not the log that is read: it would be empty before it is read.</summary>
    public static void CheckOther(string? path, BusName read)
    {
        if (path is not null && read.IsLog && Path.GetFullPath(path) == Path.GetFullPath(read.Name))
            throw new UsageException($"{path} is the log that is read: name another file for what is written.");
    }

    /// <summary>Checks that the folder of a new file is there.</summary>
    public static void CheckFolder(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{folder}: there is no such folder.");
    }

    private static string? Checked(string text)
    {
        if (text.StartsWith('+'))
            Read.Duration(text[1..]);
        else
            Read.Moment(text);
        return text;
    }
}
