using System.CommandLine;
using System.Reactive.Linq;
using System.Text;
using RxCan.Cli.Text;
using RxCan.Dbc;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan decode FILE --dbc DB</c>.</summary>
internal static class DecodeCommand
{
    public static Command Create(Shell shell)
    {
        var source = Read.Argument("FILE", "A log, or a bus, which is decoded until Ctrl+C.", BusName.Parse);
        var dbc = DbcOption();
        dbc.Required = true;
        var format = Read.Word("--format", "How it is printed, text by default; or parquet, a file for notebooks.", ["text", "csv", "jsonl", "parquet"]);
        var output = Read.Option("--output", "The Parquet file. It appears when it is complete.", "file", Read.Text, "-o");
        var json = Read.Switch("--json", "The same as --format jsonl.");
        var values = Read.Word("--values", "The values of signals: physical (default), raw, or named (a name where there is one).", ["physical", "raw", "named"]);
        var filter = LogOptions.Filter();
        var (begin, end) = (LogOptions.From(), LogOptions.Until());
        var map = LogOptions.Map();
        var skip = LogOptions.SkipDamage();
        return new BenchCommand(
            "decode",
            "Prints a log as messages and signals. Frames that the database does not know are left out.",
            "rxcan decode drive.log --dbc vehicle.dbc",
            "rxcan decode drive.blf --dbc vehicle.dbc --format jsonl --values named | jq .signals.EngineSpeed",
            "rxcan decode drive.asc --dbc vehicle.dbc --format csv --from +10s --until +20s > signals.csv",
            "rxcan decode drive.blf --dbc vehicle.dbc --format parquet -o signals.parquet")
        {
            source, dbc, format, output, json, values, filter, begin, end, map, skip,
        }.Does(shell, parsed =>
        {
            var name = parsed.GetValue(source)!;
            var databases = Databases.Load(shell, parsed.GetValue(dbc));
            var shown = Enum.Parse<SignalValues>(parsed.GetValue(values) ?? nameof(SignalValues.Physical), ignoreCase: true);
            var form = parsed.GetValue(json) ? "jsonl" : parsed.GetValue(format) ?? "text";
            var file = parsed.GetValue(output);
            CheckOutput(form, file, parsed.GetValue(values));
            LogOptions.CheckOther(file, name);
            if (!name.IsLog && (parsed.GetValue(begin) ?? parsed.GetValue(end)) is not null)
                throw new UsageException("--from and --until are for logs.");
            var names = LogOptions.Mapped(parsed.GetValue(map));
            using var opened = CanSource.Open(shell, name, new() { ReceiveBufferSize = 64 << 20 }, parsed.GetValue(filter), parsed.GetValue(skip));
            var from = LogOptions.Resolve(parsed.GetValue(begin), name.Name);
            var until = LogOptions.Resolve(parsed.GetValue(end), name.Name);
            using var table = file is null ? null : new ParquetTable(file);
            Action<DecodedMessage, string> write = table is null ? Writer(shell, form, shown) : (message, bus) => table.Add(message, bus);
            try
            {
                shell.Run(opened.Frames, frame =>
                {
                    if (frame.Timestamp < from || frame.Timestamp >= until || databases.Decode(frame) is not { } message)
                        return;
                    write(message, names?.GetValueOrDefault(frame.Interface) ?? frame.Interface);
                });
            }
            finally
            {
                if (table is not null) // what is before a damaged place is kept, as in the other formats
                    Complete(shell, table, file!);
            }
        });
    }

    /// <summary><c>--dbc</c>, which may be repeated.</summary>
    public static Option<string[]> DbcOption() => Read.Options("--dbc", "A database; may be repeated.", "file", Read.Text);

    private static void CheckOutput(string format, string? file, string? values)
    {
        if (format != "parquet")
        {
            if (file is not null)
                throw new UsageException("--output is for --format parquet. Redirect the other formats: > FILE.");
            return;
        }

        if (file is null)
            throw new UsageException("--format parquet needs a file: -o signals.parquet");
        if (values is not null)
            throw new UsageException("--values is for the other formats: a Parquet file holds physical and raw values and their names.");
        LogOptions.CheckFolder(file);
    }

    private static void Complete(Shell shell, ParquetTable table, string file)
    {
        table.Complete();
        shell.HasResult = true;
        shell.Say($"{file}: {table.Count} values");
    }

    private static Action<DecodedMessage, string> Writer(Shell shell, string format, SignalValues values)
    {
        switch (format)
        {
            case "jsonl":
                var lines = new JsonLines(shell);
                return (message, bus) =>
                {
                    var json = lines.Begin();
                    json.WriteString("time"u8, Format.Time(message.Frame));
                    json.WriteString("bus"u8, bus);
                    json.WriteString("id"u8, message.Id.ToString());
                    SignalText.Write(json, message, values);
                    lines.End();
                };
            case "csv":
                shell.Print("time,bus,id,message,signal,value,unit");
                return (message, bus) =>
                {
                    var rows = new StringBuilder();
                    foreach (var signal in message)
                    {
                        rows.Append($"{Format.Time(message.Frame)},{Format.Csv(bus)},{message.Id},{Format.Csv(message.Name)},{Format.Csv(signal.Signal.Name)},");
                        rows.Append($"{Format.Csv(SignalText.Value(signal, values))},{Format.Csv(signal.Signal.Unit)}\n");
                    }

                    if (rows.Length > 0)
                        shell.Print(rows.ToString(0, rows.Length - 1));
                };
            default:
                return (message, bus) =>
                {
                    var text = new StringBuilder($"({Format.Time(message.Frame)}) {bus} {message.Id} {message.Name}:");
                    foreach (var signal in message)
                        text.Append($" {signal.Signal.Name}={SignalText.Value(signal, values)}{(values == SignalValues.Raw || (values == SignalValues.Named && signal.ValueName is not null) ? "" : signal.Signal.Unit)}");
                    shell.Print(text.ToString());
                };
        }
    }
}
