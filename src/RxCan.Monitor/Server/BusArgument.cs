namespace RxCan.Monitor;

/// <summary>A bus of the command line.</summary>
/// <param name="Name">What pages call it.</param>
/// <param name="LogFile">The path of a log; null for an interface.</param>
internal sealed record BusArgument(string Name, string? LogFile = null)
{
    private const string Scheme = "log:";

    /// <summary>Reads the arguments of a command line: <c>can0</c>, <c>virtual:bench</c>, <c>drive.blf</c>, <c>log:drive</c>.</summary>
    /// <exception cref="FormatException">An argument is wrong; the message says what to write.</exception>
    public static IReadOnlyList<BusArgument> Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.FirstOrDefault(text => text.StartsWith('-')) is { } option)
            throw new FormatException($"There is no option {option}.");
        var files = arguments.Select(FileOf).ToArray();
        // A file is called by its name, unless another one has the same.
        var names = files.Select(file => file is null ? null : Path.GetFileName(file)).ToArray();
        BusArgument[] buses = [.. arguments.Select((text, i) => files[i] is not { } file ? new BusArgument(text)
            : new(names.Count(name => name == names[i]) == 1 ? names[i]! : file, file))];
        return buses.GroupBy(bus => bus.Name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new FormatException($"{twice.Key} is named twice.")
            : buses;
    }

    /// <summary>The path of a log; null for an interface. An interface wins over a file of the same name in the current folder.</summary>
    private static string? FileOf(string text) =>
        text.StartsWith(Scheme, StringComparison.Ordinal) ? text[Scheme.Length..]
        : text.IndexOf(':') > 1 ? null // another scheme; one letter is a drive
        : text.Contains(Path.DirectorySeparatorChar) || CanLog.FormatOfName(text) is not null ? text
        : null;
}
