using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;

namespace RxCan.Monitor;

/// <summary>The command line of <c>rxcan-monitor</c>.</summary>
internal static class MonitorCommand
{
    private const int MinTokenLength = 8;

    /// <summary>Reads a command line; null if it only asked for help or the version, which is then written.</summary>
    /// <exception cref="FormatException">An argument is wrong; the message says what to write.</exception>
    /// <exception cref="IOException">A database or the workspace cannot be read.</exception>
    public static MonitorOptions? Read(string[] args, TextWriter output)
    {
        var buses = new Argument<IReadOnlyList<BusArgument>>("BUS")
        {
            Description = "Interfaces (can0), any (all interfaces), virtual:NAME (inside this process), and logs to play back (drive.blf, or log:FILE). A simulated vehicle if none is named.",
            Arity = ArgumentArity.ZeroOrMore,
            CustomParser = result => Values(result, BusArgument.Parse),
        };
        var databases = new Option<string[]>("--dbc") { HelpName = "[BUS=]FILE", Description = "A CAN database, of all buses or of one: names of messages, decoded signals, plots and filters by name. May be repeated.", Arity = ArgumentArity.OneOrMore };
        var workspaceFile = Option("--workspace", "FILE", "Databases, transmit list and plots, opened if the file exists, and saved by the page.", text => text);
        var readOnly = new Option<bool>("--read-only") { Description = "Serve pages that cannot send, request or restart." };
        var listen = Option("--listen", "ADDRESS[:PORT]", "Where to serve the page: an address of this machine, or any. Beyond this machine, it takes a token. (localhost:5000)", Endpoint);
        var token = Option("--token", "TOKEN", "What a browser must show first, at least 8 characters. Beyond this machine, one is made up if none is given.", Token);
        var hosts = new Option<string[]>("--allow-host") { HelpName = "NAME", Description = "Another name of this server; may be repeated.", Arity = ArgumentArity.OneOrMore };
        var trace = Option("--trace", "FRAMES", "How many frames the trace keeps, of 80 bytes each. (1000000)", text => Number(text, 1000, 100_000_000));
        var recordTo = Option("--record-to", "FOLDER", "Where recordings are written. (the current folder)", text => Directory.Exists(text)
            ? text
            : throw new FormatException($"there is no folder '{text}'."));
        var stale = Option("--stale-after", "SECONDS", "When a silent identifier turns grey. (2)", Seconds);
        var gone = Option("--gone-after", "SECONDS", "When it leaves the table. (never)", Seconds);
        var bitrate = Option("--bitrate", "BIT/S", "For the bus load. (the interface's, or 500000)", text => Number(text, 1, int.MaxValue));
        var dataBitrate = Option("--data-bitrate", "BIT/S", "For the data phase of CAN FD frames. (the interface's)", text => Number(text, 1, int.MaxValue));
        var rate = Option("--rate", "FRAMES/S", "Of the simulated vehicle, spread evenly over its identifiers. (realistic)", text => Number(text, 1, 1_000_000));
        var ids = Option("--ids", "NUMBER", "Identifiers of the simulated vehicle. (its own)", text => Number(text, 1, 100_000));
        var root = new RootCommand("Shows CAN buses live in the browser. Examples: rxcan-monitor can0 --dbc vehicle.dbc; rxcan-monitor can0 can1 drive.blf; rxcan-monitor can0 --read-only --listen any")
        {
            buses, databases, workspaceFile, readOnly, listen, token, hosts, trace, recordTo, stale, gone, bitrate, dataBitrate, rate, ids,
        };

        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is { } action and not ParseErrorAction) // of help and version
        {
            parsed.Invoke(new InvocationConfiguration { Output = output });
            return null;
        }

        if (parsed.Errors is [var error, ..])
            throw new FormatException(error.Message);
        if (parsed.GetValue(buses) is { Count: > 0 } && (parsed.GetValue(rate) ?? parsed.GetValue(ids)) is not null)
            throw new FormatException("--rate and --ids are of the simulated vehicle: name no bus with them.");
        var (address, port) = parsed.GetValue(listen) ?? (null, new MonitorOptions().Port);
        var options = new MonitorOptions
        {
            Buses = parsed.GetValue(buses) ?? [],
            Bitrate = parsed.GetValue(bitrate),
            DataBitrate = parsed.GetValue(dataBitrate),
            GoneAfter = parsed.GetValue(gone),
            Rate = parsed.GetValue(rate),
            Ids = parsed.GetValue(ids),
            Address = address,
            Port = port,
            Token = parsed.GetValue(token),
            Hosts = parsed.GetValue(hosts) ?? [],
            IsReadOnly = parsed.GetValue(readOnly),
        };
        if (parsed.GetValue(workspaceFile) is { } path)
            options = options with { WorkspaceFile = path, Workspace = File.Exists(path) ? Workspace.Load(path) : null };
        DatabaseFile[] files =
        [
            .. (parsed.GetValue(databases) ?? []).Select(DatabaseFile.Load),
            .. (options.Workspace?.Databases ?? []).Select(item => DatabaseFile.Load(Path.Combine(Path.GetDirectoryName(options.WorkspaceFile) ?? "", item.File), item.Bus ?? "")),
        ];
        if (files.Length > 0)
            options = options with { Database = new(files.DistinctBy(file => (Path.GetFullPath(file.File), file.Bus))) };
        options = options with { StaleAfter = parsed.GetValue(stale) ?? options.StaleAfter, TraceCapacity = parsed.GetValue(trace) ?? options.TraceCapacity, RecordTo = parsed.GetValue(recordTo) ?? options.RecordTo };
        return options.IsOpenToNetwork && options.Token is null
            ? options with { Token = RandomNumberGenerator.GetHexString(20, lowercase: true) }
            : options;
    }

    private static Option<T> Option<T>(string name, string value, string help, Func<string, T> read) => new(name)
    {
        HelpName = value,
        Description = help,
        CustomParser = result => Value(result, read),
    };

    private static T? Value<T>(ArgumentResult result, Func<string, T> read) =>
        Values(result, texts => texts is [var only] ? read(only) : default);

    private static T? Values<T>(ArgumentResult result, Func<IReadOnlyList<string>, T> read)
    {
        try
        {
            return read([.. result.Tokens.Select(token => token.Value)]);
        }
        catch (FormatException e)
        {
            result.AddError($"{(result.Parent is OptionResult { Option.Name: var name } ? name : "BUS")}: {e.Message}");
            return default;
        }
    }

    private static int? Number(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new FormatException($"write a whole number from {min} to {max}, not '{text}'.");

    private static TimeSpan? Seconds(string text) => Numbers.Real(text, "number of seconds") is > 0 and < 1e6 and var seconds
        ? TimeSpan.FromSeconds(seconds)
        : throw new FormatException($"write a number of seconds above zero, not '{text}'.");

    private static string Token(string text) => text.Length >= MinTokenLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? text
        : throw new FormatException($"a token has at least {MinTokenLength} characters: letters, digits, '-', '_' and '.'.");

    /// <summary>An address and a port; the address is null for this machine only.</summary>
    private static (IPAddress? Address, int Port)? Endpoint(string text)
    {
        var colon = text.LastIndexOf(':');
        var hasPort = colon >= 0 && (text.IndexOf(':') == colon || text[colon - 1] == ']');
        var host = hasPort ? text[..colon] : text;
        var port = hasPort ? Number(text[(colon + 1)..], 0, ushort.MaxValue)!.Value : new MonitorOptions().Port;
        return host switch
        {
            "localhost" or "" => (null, port),
            "any" or "*" or "0.0.0.0" or "[::]" or "::" => (IPAddress.IPv6Any, port),
            _ when IPAddress.TryParse(host.Trim('[', ']'), out var address) => (address, port),
            _ => throw new FormatException($"'{host}' is not an address: write localhost, any, or an address of this machine such as 192.168.1.5:5000."),
        };
    }
}
