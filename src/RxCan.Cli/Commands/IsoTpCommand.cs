using System.CommandLine;
using System.Reactive.Linq;
using RxCan.Cli.Text;
using RxCan.IsoTp;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan isotp BUS --tx ID --rx ID ...</c>.</summary>
internal static class IsoTpCommand
{
    public static Command Create(Shell shell)
    {
        var bus = Read.Argument("BUS", "An interface, or virtual:NAME; a log to dump.", BusName.Parse);
        var address = new AddressOptions();
        var isotp = new BenchCommand(
            "isotp",
            "Messages of up to 4 GiB over CAN (ISO 15765-2).",
            "rxcan isotp can0 --tx 7E0 --rx 7E8 send 22F190",
            "rxcan isotp can0 --tx 7E8 --rx 7E0 recv -n 1",
            "rxcan isotp can0 --tx 7E0 --rx 7E8 dump")
        {
            bus,
        };
        address.AddTo(isotp);

        var hex = Read.Arguments("HEX", "The message: 22F190, or \"22 F1 90\"; - reads bytes from standard input.", Read.Text);
        isotp.Add(new BenchCommand("send", "Sends a message, and returns when it is received.", "rxcan isotp can0 --tx 7E0 --rx 7E8 send 22F190", "rxcan isotp can0 --tx 7E0 --rx 7E8 send - < image.bin")
        {
            hex,
        }.Does(shell, parsed =>
        {
            var words = parsed.GetValue(hex)!;
            byte[] message = words is ["-"] ? Input() : [.. words.SelectMany(Read.Bytes)];
            if (message.Length == 0)
                throw new UsageException("The message is empty: ISO-TP sends at least one byte.");
            using var can = CanSource.OpenBus(shell, parsed.GetValue(bus)!.Name);
            using var session = can.OpenIsoTp(address.Of(parsed), address.Transport(parsed, IsoTpOptions.Default));
            using var progress = session.Progress.Subscribe(p => shell.ShowProgress($"{p.Fraction:P0} of {p.Total} bytes"));
            session.SendAsync(message, shell.Stop).GetAwaiter().GetResult();
            shell.ShowProgress("");
            shell.HasResult = true;

            byte[] Input()
            {
                var bytes = new MemoryStream();
                shell.Input.CopyTo(bytes);
                return bytes.ToArray();
            }
        }));

        var count = Read.Option<int?>("-n", "End after this number of messages.", "count", Read.Count, "--count");
        var time = Read.Option<TimeSpan?>("-T", "End after this time without a message; the status is 3 if there was none.", "time", s => Read.Period(s));
        var json = Read.Switch("--json", "Print an object a message.");
        isotp.Add(new BenchCommand("recv", "Receives messages, and prints them in hexadecimal.", "rxcan isotp can0 --tx 7E8 --rx 7E0 recv")
        {
            count, time, json,
        }.Does(shell, parsed =>
        {
            using var can = CanSource.OpenBus(shell, parsed.GetValue(bus)!.Name);
            using var session = can.OpenIsoTp(address.Of(parsed), address.Transport(parsed, IsoTpOptions.Default));
            using var errors = session.Errors.Subscribe(e => shell.Say($"{can.Name}: {e.Message}"));
            using var progress = session.Progress.Subscribe(p => shell.ShowProgress(p.Done < p.Total ? $"{p.Fraction:P0} of {p.Total} bytes" : ""));
            using var lines = new JsonLines(shell);
            var messages = parsed.GetValue(count) is { } limit ? session.Messages.Take(limit) : session.Messages;
            if (parsed.GetValue(time) is { } quiet)
                messages = messages.Timeout(quiet, Observable.Empty<IsoTpMessage>(), shell.Time);
            shell.Run(messages, message =>
            {
                if (parsed.GetValue(json))
                    Print(lines, message.Timestamp, can.Name, session.Address.RxId, message.Data);
                else
                    shell.Print(Convert.ToHexString(message.Data));
            });
            if (!shell.HasResult && !shell.Stop.IsCancellationRequested)
                throw new TimeoutException($"{can.Name}: no message came in time.");
        }));

        isotp.Add(new BenchCommand("dump", "Listens to both sides of a conversation, without taking part, and prints whole messages.", "rxcan isotp can0 --tx 7E0 --rx 7E8 dump")
        {
            count, json,
        }.Does(shell, parsed =>
        {
            var name = parsed.GetValue(bus)!;
            using var source = CanSource.Open(shell, name, speed: double.PositiveInfinity);
            var can = source.Bus!;
            var to = address.Of(parsed);
            var options = address.Transport(parsed, IsoTpOptions.Default) with { ListenOnly = true, Engine = EngineKind.Portable };
            using IIsoTpSession answers = can.OpenIsoTp(to, options), requests = can.OpenIsoTp(to.Peer, options);
            using var errors = answers.Errors.Merge(requests.Errors).Subscribe(e => shell.Say($"{can.Name}: {e.Message}"));
            using var lines = new JsonLines(shell);
            var both = answers.Messages.Select(m => (answers.Address.RxId, Message: m)).Merge(requests.Messages.Select(m => (requests.Address.RxId, Message: m)));
            shell.Run(source.Begun(parsed.GetValue(count) is { } limit ? both.Take(limit) : both), one =>
            {
                if (parsed.GetValue(json))
                    Print(lines, one.Message.Timestamp, can.Name, one.RxId, one.Message.Data);
                else
                    shell.Print($"({Format.Time(one.Message.Timestamp)}) {can.Name} {one.RxId} [{one.Message.Data.Length}] {Format.Spaced(one.Message.Data)}");
            });
        }));
        return isotp;
    }

    private static void Print(JsonLines lines, DateTimeOffset time, string bus, CanId id, byte[] data) => lines.Write(w =>
    {
        w.WriteString("time", Format.Time(time));
        w.WriteString("bus", bus);
        w.WriteString("id", id.ToString());
        w.WriteNumber("length", data.Length);
        w.WriteString("data", Convert.ToHexString(data));
    });
}
