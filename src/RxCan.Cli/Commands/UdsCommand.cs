using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Reactive.Linq;
using System.Text;
using RxCan.Cli.Text;
using RxCan.IsoTp;
using RxCan.Uds;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan uds BUS --tx ID --rx ID ...</c>.</summary>
internal static class UdsCommand
{
    public static Command Create(Shell shell)
    {
        var bus = Read.Argument("BUS", "An interface, or virtual:NAME.", Read.Text);
        var address = new AddressOptions();
        var p2 = Read.Option<TimeSpan?>("--p2", "How long to wait for an answer; by default what the control unit says, and 1s until it does.", "time", s => Read.Period(s));
        var simulate = Read.Switch("--simulate", "Answer, too: a simulated control unit on the same bus, to try things out.");
        p2.Recursive = simulate.Recursive = true;
        var uds = new BenchCommand(
            "uds",
            "Diagnosis (ISO 14229). A refusal has status 4, silence 3.",
            "rxcan uds can0 --tx 7E0 --rx 7E8 raw 22F190",
            "rxcan uds can0 --tx 7E0 --rx 7E8 read F190",
            "rxcan uds can0 --fixed 10:F1 dtc",
            "rxcan uds can0 --tx 7E0 --rx 7E8 flash image.hex --erase FF00 --unlock 1 --key ./key.sh",
            "rxcan uds virtual:demo --tx 7E0 --rx 7E8 --simulate read F190")
        {
            bus, p2, simulate,
        };
        address.AddTo(uds);

        var hex = Read.Arguments("HEX", "The request: 22F190, or \"22 F1 90\".", Read.Bytes);
        uds.Add(new BenchCommand("raw", "Sends a request, and prints the response in hexadecimal.", "rxcan uds can0 --tx 7E0 --rx 7E8 raw 22F190")
        {
            hex,
        }.Does(shell, parsed =>
        {
            var request = Joined(parsed.GetValue(hex)!);
            try
            {
                shell.Print(Convert.ToHexString(Ask(parsed, ecu => ecu.Request(request))));
            }
            catch (UdsNegativeResponseException e)
            {
                shell.Print(e.Response.IsEmpty ? $"7F{request[0]:X2}{(byte)e.Code:X2}" : Convert.ToHexString(e.Response.Span));
                throw;
            }
        }));

        var identifiers = Read.Arguments("DID", "Data identifiers, such as F190.", s => (ushort)Read.Hex(s, 16));
        var json = Read.Switch("--json", "Print an object a line.");
        uds.Add(new BenchCommand("read", "Reads data by identifier.", "rxcan uds can0 --tx 7E0 --rx 7E8 read F190 F195")
        {
            identifiers, json,
        }.Does(shell, parsed =>
        {
            using var opened = Open(parsed);
            var lines = new JsonLines(shell);
            foreach (var did in parsed.GetValue(identifiers)!)
            {
                var record = shell.Last(opened.Ecu.ReadData(did));
                var text = record.Length > 0 && record.All(b => b is >= 0x20 and < 0x7F) ? Encoding.ASCII.GetString(record) : null;
                if (parsed.GetValue(json))
                {
                    lines.Write(w =>
                    {
                        w.WriteString("did", did.ToString("X4", null));
                        w.WriteString("data", Convert.ToHexString(record));
                        if (text is not null)
                            w.WriteString("text", text);
                    });
                }
                else
                {
                    shell.Print($"{did:X4}  {Format.Spaced(record)}{(text is null ? "" : $"  '{text}'")}");
                }
            }
        }));

        var identifier = Read.Argument("DID", "A data identifier, such as F190.", s => (ushort)Read.Hex(s, 16));
        var data = Read.Arguments("DATA", "The record in hexadecimal; with --text, a text.", Read.Text);
        var isText = Read.Switch("--text", "DATA is a text.");
        uds.Add(new BenchCommand("write", "Writes data by identifier.", "rxcan uds can0 --tx 7E0 --rx 7E8 write F190 --text WRXCAN00000000001")
        {
            identifier, data, isText,
        }.Does(shell, parsed =>
        {
            var words = parsed.GetValue(data)!;
            var record = parsed.GetValue(isText) ? Encoding.Latin1.GetBytes(string.Join(' ', words)) : Joined([.. words.Select(Read.Bytes)]);
            Ask(parsed, ecu => ecu.WriteData(parsed.GetValue(identifier), record));
        }));

        var mask = Read.Option<UdsDtcStatus?>("--status", "Only trouble codes with one of these status bits; FF by default, 08 are the confirmed ones.", "hex", s => (UdsDtcStatus)Read.Hex(s, 8));
        var clear = Read.Switch("--clear", "Clear all of them.");
        uds.Add(new BenchCommand("dtc", "Lists the trouble codes with their status, or clears them.", "rxcan uds can0 --tx 7E0 --rx 7E8 dtc --status 08")
        {
            mask, clear, json,
        }.Does(shell, parsed =>
        {
            if (parsed.GetValue(clear))
            {
                Ask(parsed, ecu => ecu.ClearDtcs());
                return;
            }

            var lines = new JsonLines(shell);
            foreach (var dtc in Ask(parsed, ecu => ecu.ReadDtcs(parsed.GetValue(mask) ?? UdsDtcStatus.All)).Codes)
            {
                if (!parsed.GetValue(json))
                    shell.Print($"{dtc.Name}  {dtc.Code:X6}  {(byte)dtc.Status:X2}  {dtc.Status}");
                else
                    lines.Write(w =>
                    {
                        w.WriteString("name", dtc.Name);
                        w.WriteString("code", dtc.Code.ToString("X6", null));
                        w.WriteString("status", ((byte)dtc.Status).ToString("X2", null));
                    });
            }
        }));

        var session = Read.Argument("SESSION", "default, programming, extended, safety, or a number in hexadecimal.", s => Enum.TryParse<UdsSession>(s, ignoreCase: true, out var named)
            && !char.IsAsciiDigit(s[0]) ? named : (UdsSession)Read.Hex(s, 7));
        var hold = Read.Switch("--hold", "Keep the session until Ctrl+C; then return to the default session.");
        uds.Add(new BenchCommand("session", "Enters a session.", "rxcan uds can0 --tx 7E0 --rx 7E8 session extended --hold")
        {
            session, hold,
        }.Does(shell, parsed =>
        {
            using var opened = Open(parsed);
            var wanted = parsed.GetValue(session);
            if (parsed.GetValue(hold))
                shell.Run(opened.Ecu.Session(wanted), Entered);
            else
                Entered(shell.Last(opened.Ecu.SessionControl(wanted)));

            void Entered(UdsSessionResponse entered) =>
                shell.Print($"session {(byte)entered.Session:X2} {entered.Session}: P2 {Format.Duration(entered.P2 ?? default)}, P2* {Format.Duration(entered.P2Star ?? default)}");
        }));

        uds.Add(new BenchCommand("reset", "Resets the control unit.", "rxcan uds can0 --tx 7E0 --rx 7E8 reset").Does(shell, parsed => Ask(parsed, ecu => ecu.Reset())));

        var image = Read.Argument("IMAGE", "Intel HEX, Motorola S-record, or bytes with --address.", Read.Text);
        var at = Read.Option<ulong?>("--address", "The address of an image of bytes.", "hex", s => Read.Hex(s, 64));
        var erase = Read.Option<ushort?>("--erase", "The routine that erases the memory before.", "hex", s => (ushort)Read.Hex(s, 16));
        var level = Read.Option<byte?>("--unlock", "The security level to unlock before, such as 1.", "level", s => (byte)Read.Hex(s, 7));
        var key = Read.Option<string?>("--key", "The program that computes keys: it gets the seed in hexadecimal as its argument, and prints the key.", "program", Read.Text);
        var keep = Read.Switch("--no-reset", "Do not reset the control unit at the end.");
        uds.Add(new BenchCommand("flash", "Downloads an image in the programming session, and resets the control unit.", "rxcan uds can0 --tx 7E0 --rx 7E8 flash image.hex --erase FF00 --unlock 1 --key ./key.sh")
        {
            image, at, erase, level, key, keep,
        }.Does(shell, parsed =>
        {
            var path = parsed.GetValue(image)!;
            InputFile.Check(path);
            if (parsed.GetValue(level) is not null != parsed.GetValue(key) is not null)
                throw new UsageException("--unlock and --key belong together.");
            var segments = parsed.GetValue(at) is { } start ? [new UdsSegment(start, File.ReadAllBytes(path))] : UdsImage.Load(path).Segments;
            using var opened = Open(parsed);
            var ecu = opened.Ecu;
            Exception? left = null;
            using var entered = new ManualResetEventSlim();
            using var holding = ecu.Session(UdsSession.Programming).Subscribe(
                _ => entered.Set(),
                e =>
                {
                    left = e;
                    entered.Set();
                });
            entered.Wait(shell.Stop);
            if (left is not null)
                throw left;
            if (parsed.GetValue(level) is { } security)
                shell.Last(ecu.Unlock(security, seed => Key(parsed.GetValue(key)!, seed)));
            shell.Run(ecu.Download(segments, new() { EraseRoutine = parsed.GetValue(erase), BlockRetries = 3 }), progress =>
                shell.ShowProgress($"{progress.Fraction:P0} of {progress.Total} bytes"));
            shell.ShowProgress("");
            shell.Stop.ThrowIfCancellationRequested();
            shell.HasResult = true;
            if (!parsed.GetValue(keep))
                shell.Last(ecu.Reset());
            shell.Say($"{path}: {segments.Sum(s => s.Data.Length)} bytes downloaded");
        }));
        return uds;

        Opened Open(ParseResult parsed)
        {
            var to = address.Of(parsed);
            var can = CanSource.OpenBus(shell, parsed.GetValue(bus)!);
            var server = parsed.GetValue(simulate) ? Simulation.Start(parsed.GetValue(bus)!, to) : null;
            var options = UdsOptions.Default with { IsoTp = address.Transport(parsed, UdsOptions.Default.IsoTp) };
            return new(can, can.OpenUds(to, parsed.GetValue(p2) is { } wait ? options with { P2 = wait, UseServerTiming = false } : options), server);
        }

        T Ask<T>(ParseResult parsed, Func<IUdsClient, IUdsRequest<T>> request)
        {
            using var opened = Open(parsed);
            return shell.Last(request(opened.Ecu));
        }
    }

    private static byte[] Joined(byte[][] parts)
    {
        byte[] all = [.. parts.SelectMany(p => p)];
        return all.Length > 0 ? all : throw new UsageException("There are no bytes: write 22F190, or \"22 F1 90\".");
    }

    private static byte[] Key(string program, byte[] seed)
    {
        using var process = Process.Start(new ProcessStartInfo(program, [Convert.ToHexString(seed)]) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? Read.Bytes(text.Trim()) : throw new IOException($"{program} ended with status {process.ExitCode}.");
    }

    private sealed record Opened(ICanBus Can, IUdsClient Ecu, IDisposable? Server) : IDisposable
    {
        public void Dispose()
        {
            Ecu.Dispose();
            Server?.Dispose();
            Can.Dispose();
        }
    }
}
