using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RxCan.Cli.Text;
using RxCan.Dbc;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan dbc FILE</c>.</summary>
internal static class DbcCommand
{
    public static Command Create(Shell shell)
    {
        var file = Read.Argument("FILE", "A database (.dbc).", Read.Text);
        var name = new Argument<string?>("MESSAGE") { Description = "Only this message, by name or identifier.", Arity = ArgumentArity.ZeroOrOne };
        var check = Read.Switch("--check", "List the faults, with lines. The status is 1 if there is an error.");
        var layout = Read.Switch("--layout", "Draw the bits of the messages.");
        var json = Read.Switch("--json", "Print one object: counts, messages with their signals, and diagnostics.");
        return new BenchCommand(
            "dbc",
            "Shows what is in a database.",
            "rxcan dbc vehicle.dbc",
            "rxcan dbc vehicle.dbc EngineData --layout",
            "rxcan dbc vehicle.dbc --check",
            "rxcan dbc vehicle.dbc --json | jq '.messages[].name'")
        {
            file, name, check, layout, json,
        }.Does(parsed =>
        {
            var path = parsed.GetValue(file)!;
            var database = Databases.LoadOne(shell, path, isQuiet: true);
            var messages = parsed.GetValue(name) is { } wanted ? [Find(database, wanted)] : database.Messages;
            if (parsed.GetValue(json))
                new JsonLines(shell).Write(w => WriteJson(w, path, database, messages));
            else if (parsed.GetValue(check))
                Check(shell, path, database);
            else if (parsed.GetValue(layout))
                shell.Print(string.Join("\n\n", messages.Select(Layout)));
            else
                shell.Print(Summary(path, database, messages, parsed.GetValue(name) is not null));
            return parsed.GetValue(check) && database.Diagnostics.Any(d => d.Severity == DbcSeverity.Error) ? ExitCode.Trouble : shell.Status;
        });
    }

    private static DbcMessage Find(CanDatabase database, string wanted) =>
        database.TryGet(wanted, out var message) ? message
        : CanId.TryParse(wanted, null, out var id) && database.Find(id) is { } found ? found
        : throw new UsageException($"There is no message {wanted}.");

    private static void Check(Shell shell, string path, CanDatabase database)
    {
        foreach (var fault in database.Diagnostics)
            shell.Print($"{path}{fault}");
        var (errors, warnings) = (database.Diagnostics.Count(d => d.Severity == DbcSeverity.Error), database.Diagnostics.Count(d => d.Severity == DbcSeverity.Warning));
        shell.HasResult = true;
        shell.Say($"{path}: {errors} errors, {warnings} warnings");
    }

    private static void WriteJson(Utf8JsonWriter json, string path, CanDatabase database, IReadOnlyList<DbcMessage> messages)
    {
        json.WriteString("file", path);
        json.WriteString("version", database.Version);
        json.WriteNumber("messageCount", messages.Count);
        json.WriteNumber("signalCount", messages.Sum(m => m.Signals.Count));
        json.WriteStartArray("nodes");
        foreach (var node in database.Nodes)
            json.WriteStringValue(node.Name);
        json.WriteEndArray();
        json.WriteStartArray("messages");
        foreach (var message in messages)
        {
            json.WriteStartObject();
            json.WriteString("id", message.Id.ToString());
            json.WriteString("name", message.Name);
            json.WriteNumber("length", message.Length);
            json.WriteBoolean("fd", message.IsFd);
            if (message.Pgn is { } pgn)
                json.WriteNumber("pgn", pgn.Value);
            if (message.CycleTime is { } cycle)
                json.WriteNumber("cycleTimeMs", cycle.TotalMilliseconds);
            Texts(json, "senders", message.Senders);
            if (message.Comment is { } comment)
                json.WriteString("comment", comment);
            json.WriteNumber("signalCount", message.Signals.Count);
            json.WriteStartArray("signals");
            foreach (var signal in message.Signals)
                WriteJson(json, signal);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("diagnosticCount", database.Diagnostics.Count);
        json.WriteStartArray("diagnostics");
        foreach (var fault in database.Diagnostics)
        {
            json.WriteStartObject();
            json.WriteNumber("line", fault.Line);
            json.WriteNumber("column", fault.Column);
            json.WriteString("severity", fault.Severity.ToString().ToLowerInvariant());
            json.WriteString("code", fault.Code);
            json.WriteString("text", fault.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteJson(Utf8JsonWriter json, DbcSignal signal)
    {
        json.WriteStartObject();
        json.WriteString("name", signal.Name);
        json.WriteNumber("start", signal.StartBit);
        json.WriteNumber("length", signal.Length);
        json.WriteString("byteOrder", signal.ByteOrder == CanByteOrder.Intel ? "little" : "big");
        json.WriteString("kind", signal.Kind.ToString().ToLowerInvariant());
        json.WritePropertyName("factor");
        Format.Number(json, signal.Factor);
        json.WritePropertyName("offset");
        Format.Number(json, signal.Offset);
        if (signal.Minimum is { } minimum && signal.Maximum is { } maximum)
        {
            json.WritePropertyName("minimum");
            Format.Number(json, minimum);
            json.WritePropertyName("maximum");
            Format.Number(json, maximum);
        }

        json.WriteString("unit", signal.Unit);
        Texts(json, "receivers", signal.Receivers);
        if (signal.IsMultiplexer)
            json.WriteBoolean("multiplexer", true);
        if (signal.IsMultiplexed)
            Texts(json, "multiplexed", signal.Multiplexing.Select(m => m.ToString()));
        if (signal.Values is { } values)
        {
            json.WriteStartObject("values");
            foreach (var value in values.Values)
                json.WriteString(value.Value.ToString(CultureInfo.InvariantCulture), value.Name);
            json.WriteEndObject();
        }

        if (signal.Comment is { } comment)
            json.WriteString("comment", comment);
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static string Summary(string path, CanDatabase database, IReadOnlyList<DbcMessage> messages, bool isOne)
    {
        var text = new StringBuilder();
        if (!isOne)
            text.Append($"{path}: {messages.Count} messages, {messages.Sum(m => m.Signals.Count)} signals, {database.Nodes.Count} nodes, {database.Diagnostics.Count} fault{(database.Diagnostics.Count == 1 ? "" : "s")}\n");
        foreach (var message in messages)
        {
            text.Append($"{message.Id,8}  {message.Name}  {message.Length} bytes");
            if (message.IsFd)
                text.Append(" FD");
            if (message.Pgn is { } pgn)
                text.Append($"  PGN {pgn}");
            if (message.CycleTime is { } cycle)
                text.Append($"  every {Format.Duration(cycle)}");
            if (message.Senders.Count > 0)
                text.Append($"  from {string.Join(", ", message.Senders)}");
            text.Append('\n');
            foreach (var signal in message.Signals)
            {
                text.Append($"          {signal}\n");
                if (isOne && signal.Comment is { } comment)
                    text.Append($"            {comment.ReplaceLineEndings(" ")}\n");
                if (isOne && signal.Values is { } values)
                    text.Append($"            {string.Join(", ", values.Values.Select(v => $"{v.Value} {v.Name}"))}\n");
            }
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>
    /// A grid of bytes and bits. Each bit has the letter of its signal, a capital one in the most significant bit; several signals in one bit
    /// are a star.
    /// </summary>
    private static string Layout(DbcMessage message)
    {
        var letters = new string[message.Length * 8];
        var legend = new StringBuilder();
        var width = message.Signals.Count > 26 ? 2 : 1;
        for (var i = 0; i < message.Signals.Count; i++)
        {
            var signal = message.Signals[i];
            var letter = width == 1 ? $"{(char)('a' + i)}" : $"{(char)('a' + (i / 26 % 26))}{(char)('a' + (i % 26))}";
            var bits = Bits(signal).ToArray();
            for (var at = 0; at < bits.Length; at++)
            {
                if (bits[at] < letters.Length)
                    letters[bits[at]] = letters[bits[at]] is not null ? new string('*', width) : at == 0 ? letter.ToUpperInvariant() : letter;
            }

            legend.Append(CultureInfo.InvariantCulture, $"\n  {letter}  {signal}");
        }

        var grid = new StringBuilder($"{message.Name}  {message.Id}  {message.Length} bytes\nbyte ");
        for (var bit = 7; bit >= 0; bit--)
            grid.Append(' ').Append(bit.ToString(CultureInfo.InvariantCulture).PadLeft(width));
        for (var at = 0; at < message.Length; at++)
        {
            grid.Append('\n').Append(CultureInfo.InvariantCulture, $"{at,4} ");
            for (var bit = 7; bit >= 0; bit--)
                grid.Append(' ').Append(letters[(at * 8) + bit] ?? new string('.', width));
        }

        return grid.Append(legend).ToString();
    }

    /// <summary>The bits of a signal, the most significant first; bit 7 of byte 0 is 7.</summary>
    private static IEnumerable<int> Bits(DbcSignal signal)
    {
        if (signal.ByteOrder == CanByteOrder.Intel)
            return Enumerable.Range(signal.StartBit, signal.Length).Reverse();
        return Motorola();

        IEnumerable<int> Motorola()
        {
            var bit = signal.StartBit;
            for (var i = 0; i < signal.Length; i++)
            {
                yield return bit;
                bit = bit % 8 == 0 ? bit + 15 : bit - 1;
            }
        }
    }
}
