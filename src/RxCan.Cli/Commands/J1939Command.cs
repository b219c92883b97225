using System.CommandLine;
using System.Globalization;
using System.Reactive.Linq;
using RxCan.Cli.Text;
using RxCan.Dbc;
using RxCan.J1939;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan j1939 BUS ...</c>.</summary>
internal static class J1939Command
{
    public static Command Create(Shell shell)
    {
        var bus = Read.Argument("BUS", "An interface, or virtual:NAME; a log to dump.", BusName.Parse);
        var j1939 = new BenchCommand(
            "j1939",
            "The network of trucks and tractors (SAE J1939).",
            "rxcan j1939 can0 dump --dbc truck.dbc",
            "rxcan j1939 can0 request FEEB --to 00",
            "rxcan j1939 can0 claim 80")
        {
            bus,
        };

        var dbc = DecodeCommand.DbcOption();
        var pgns = Read.Options("--pgn", "Only this parameter group; may be repeated.", "hex", s => new J1939Pgn((uint)Read.Hex(s, 18)));
        var count = Read.Option<int?>("-n", "End after this number of messages.", "count", Read.Count, "--count");
        var json = Read.Switch("--json", "Print an object a message.");
        j1939.Add(new BenchCommand("dump", "Prints messages, also those of many frames, and address claims. Times are seconds since 1970.", "rxcan j1939 can0 dump --pgn F004")
        {
            dbc, pgns, count, json,
        }.Does(shell, parsed =>
        {
            var databases = Databases.Load(shell, parsed.GetValue(dbc));
            using var source = CanSource.Open(shell, parsed.GetValue(bus)!, speed: double.PositiveInfinity);
            var isLog = parsed.GetValue(bus)!.IsLog;
            using var node = source.Bus!.OpenJ1939(J1939Address.Null, new() { Promiscuous = true, Engine = isLog ? EngineKind.Portable : EngineKind.Auto });
            using var errors = node.Errors.Subscribe(e => shell.Say($"{source.Bus!.Name}: {e.Message}"));
            using var lines = new JsonLines(shell);
            IObservable<J1939Message> messages = parsed.GetValue(pgns) is { Length: > 0 } wanted ? node.Where(J1939Filter.Pgn(wanted)) : node;
            shell.Run(source.Begun(parsed.GetValue(count) is { } limit ? messages.Take(limit) : messages), message =>
                Print(shell, parsed.GetValue(json) ? lines : null, message, databases.Decode(message)));
        }));

        var pgn = Read.Argument("PGN", "The parameter group in hexadecimal.", s => new J1939Pgn((uint)Read.Hex(s, 18)));
        var to = Read.Option<byte?>("--to", "The address of the node that is asked; all by default.", "hex", s => (byte)Read.Hex(s, 8));
        var from = Read.Option<byte?>("--from", "One's own address; F9, a service tool, by default.", "hex", s => Address(s));
        j1939.Add(new BenchCommand("request", "Asks for a parameter group. A negative acknowledgement has status 4.", "rxcan j1939 can0 request FEEB --to 00", "rxcan j1939 can0 request EE00")
        {
            pgn, to, from, json,
        }.Does(shell, parsed =>
        {
            using var can = CanSource.OpenBus(shell, parsed.GetValue(bus)!.Name);
            using var node = can.OpenJ1939(parsed.GetValue(from) ?? 0xF9);
            using var lines = new JsonLines(shell);
            shell.Run(node.Request(parsed.GetValue(pgn), parsed.GetValue(to) ?? J1939Address.Global), message =>
                Print(shell, parsed.GetValue(json) ? lines : null, message, null));
            if (!shell.HasResult && !shell.Stop.IsCancellationRequested)
                throw new TimeoutException($"{can.Name}: nobody answered.");
        }));

        var data = Read.Arguments("HEX", "The data; more than 8 bytes go out in many frames.", Read.Bytes);
        var priority = Read.Option<int?>("--priority", "0 to 7; 6 by default.", "number", s => (int)Read.Hex(s, 3));
        j1939.Add(new BenchCommand("send", "Sends a message.", "rxcan j1939 can0 send F004 F07D7D0020FFFFFF --from 00 --priority 3")
        {
            pgn, data, to, from, priority,
        }.Does(shell, parsed =>
        {
            byte[] bytes = [.. parsed.GetValue(data)!.SelectMany(b => b)];
            using var can = CanSource.OpenBus(shell, parsed.GetValue(bus)!.Name);
            using var node = can.OpenJ1939(parsed.GetValue(from) ?? 0xF9);
            node.SendAsync(parsed.GetValue(pgn), bytes, parsed.GetValue(to) ?? J1939Address.Global, parsed.GetValue(priority) ?? 6, shell.Stop).GetAwaiter().GetResult();
            shell.HasResult = true;
        }));

        var preferred = Read.Argument("ADDRESS", "The address in hexadecimal.", Address);
        var name = Read.Option<ulong?>("--name", "The NAME, 64 bits in hexadecimal.", "hex", s => Read.Hex(s, 64));
        j1939.Add(new BenchCommand("claim", "Claims an address, and defends it until Ctrl+C.", "rxcan j1939 can0 claim 80 --name 8000000000000001")
        {
            preferred, name,
        }.Does(shell, parsed =>
        {
            using var can = CanSource.OpenBus(shell, parsed.GetValue(bus)!.Name);
            using var node = can.OpenJ1939(new J1939Name(parsed.GetValue(name) ?? 0x8000_0000_0000_0001));
            shell.Run(node.ClaimAddress(parsed.GetValue(preferred)), claim =>
                shell.Print($"{claim.State} {claim.Address:X2}{(claim.Contender is { } contender ? $" against {contender}" : "")}"));
        }));
        return j1939;
    }

    /// <summary>An address that a node can have.</summary>
    private static byte Address(string text) => (byte)Read.Hex(text, 8) is < J1939Address.Null and var address
        ? address
        : throw new FormatException($"'{text}' is not the address of a node: write 00 to FD.");

    private static void Print(Shell shell, JsonLines? lines, J1939Message message, DecodedMessage? decoded)
    {
        var pgn = message.Pgn.Value.ToString("X5", CultureInfo.InvariantCulture);
        if (lines is not null)
        {
            var json = lines.Begin();
            json.WriteString("time", Format.Time(message.Timestamp));
            json.WriteString("pgn", pgn);
            json.WriteNumber("priority", message.Priority);
            json.WriteString("source", message.Source.ToString("X2", CultureInfo.InvariantCulture));
            json.WriteString("destination", message.Destination.ToString("X2", CultureInfo.InvariantCulture));
            if (message.SourceName is { } name)
                json.WriteString("name", name.Value.ToString("X16", CultureInfo.InvariantCulture));
            json.WriteString("data", Convert.ToHexString(message.Data.Span));
            if (decoded is { } known)
                SignalText.Write(json, known, SignalValues.Named);
            lines.End();
            return;
        }

        var what = decoded is { } found ? $" :: {found}" : message.Pgn == J1939Pgn.AddressClaimed && message.Data.Length == 8 ? $" :: {Claim(message)}" : "";
        shell.Print($"({Format.Time(message.Timestamp)}) {message.Source:X2}>{message.Destination:X2} {pgn} [{message.Data.Length}] {Format.Spaced(message.Data.Span)}{what}");
    }

    private static string Claim(J1939Message message)
    {
        var name = J1939Name.Read(message.Data.Span);
        var what = $"manufacturer {name.ManufacturerCode}, function {name.Function}, number {name.IdentityNumber}";
        return message.Source == J1939Address.Null ? $"has no address: {what}" : $"claims {message.Source:X2}: {what}";
    }
}
