using System.Globalization;

namespace RxCan.Monitor;

/// <summary>The options of the command line.</summary>
internal sealed record MonitorOptions
{
    /// <summary>The interface; null for the simulated vehicle.</summary>
    public string? Interface { get; private init; }

    /// <summary>In bit/s; null for the interface's.</summary>
    public int? Bitrate { get; private init; }

    /// <summary>In bit/s, for the data phase of CAN FD; null for the interface's.</summary>
    public int? DataBitrate { get; private init; }

    /// <summary>What the frames mean; null if the bits are all there is to know.</summary>
    public CanDatabase? Database { get; private init; }

    public TimeSpan StaleAfter { get; private init; }

    public TimeSpan GoneAfter { get; private init; }

    /// <summary>The frames/s of the simulated vehicle; null for a realistic rate.</summary>
    public int? Rate { get; private init; }

    /// <summary>The number of identifiers of the simulated vehicle; null for its default.</summary>
    public int? Ids { get; private init; }

    /// <exception cref="FormatException">A value is wrong.</exception>
    /// <exception cref="IOException">The database cannot be read.</exception>
    public static MonitorOptions From(string[] args, IConfiguration configuration)
    {
        // An option is --name=value or --name value.
        var positional = args.Where((arg, i) => !arg.StartsWith('-') && (i == 0 || !args[i - 1].StartsWith('-') || args[i - 1].Contains('='))).ToArray();
        return positional.Length > 1 ? throw new FormatException($"Only one interface can be given, not {string.Join(" and ", positional)}.") : new()
        {
            Interface = positional.FirstOrDefault(),
            Bitrate = Number("bitrate"),
            DataBitrate = Number("data-bitrate"),
            Database = configuration["dbc"] is { } file ? CanDatabase.Load(file) : null,
            StaleAfter = Seconds("stale-after") ?? TimeSpan.FromSeconds(2),
            GoneAfter = Seconds("gone-after") ?? TimeSpan.FromSeconds(15),
            Rate = Number("rate"),
            Ids = Number("ids"),
        };

        int? Number(string name) => configuration[name] is not { } text ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
            : throw new FormatException($"--{name} takes a whole number above zero, not '{text}'.");

        TimeSpan? Seconds(string name) => configuration[name] is not { } text ? null
            : double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e6 ? TimeSpan.FromSeconds(seconds)
            : throw new FormatException($"--{name} takes a number of seconds above zero, not '{text}'.");
    }
}
