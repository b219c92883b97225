using System.CommandLine;
using System.Globalization;
using System.Reactive.Linq;
using RxCan.Cli.Text;
using RxCan.IsoTp;
using RxCan.Uds;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan obd BUS [PID...]</c>.</summary>
internal static class ObdCommand
{
    public static Command Create(Shell shell)
    {
        var bus = Read.Argument("BUS", "An interface, or virtual:NAME.", Read.Text);
        var pids = Read.Arguments("PID", "Parameters in hexadecimal, such as 0C (engine speed). Without them, those that are supported are listed.", s => (byte)Read.Hex(s, 8), isOptional: true);
        var every = Read.Option<TimeSpan?>("--every", "Read them again and again.", "time", s => Read.Period(s));
        var count = Read.Option<int?>("-n", "How many times; needs --every.", "count", Read.Count, "--count");
        var vin = Read.Switch("--vin", "Read the vehicle identification number.");
        var dtc = Read.Switch("--dtc", "Read the trouble codes.");
        var clear = Read.Switch("--clear", "Clear the trouble codes.");
        var p2 = Read.Option<TimeSpan?>("--p2", "How long to wait for answers; 100ms by default.", "time", s => Read.Period(s));
        var json = Read.Switch("--json", "Print an object a value.");
        return new BenchCommand("obd", "Values and trouble codes of legislated diagnostics (OBD-II).", "rxcan obd can0", "rxcan obd can0 0C 0D --every 500ms", "rxcan obd can0 --vin", "rxcan obd can0 --dtc")
        {
            bus, pids, every, count, vin, dtc, clear, p2, json,
        }.Does(shell, parsed =>
        {
            var wanted = parsed.GetValue(pids)!;
            using var can = CanSource.OpenBus(shell, parsed.GetValue(bus)!);
            using var ecu = can.OpenObd(parsed.GetValue(p2) is { } wait ? new() { P2 = wait, IsoTp = new() { Padding = 0 } } : null);
            using var lines = parsed.GetValue(json) ? new JsonLines(shell) : null;
            if (parsed.GetValue(vin))
                Print("VIN", shell.Last(ecu.ReadVin()));
            if (parsed.GetValue(clear))
                shell.Last(ecu.ClearObdDtcs());
            if (parsed.GetValue(dtc))
                Each(ecu.ReadObdDtcs().ByEcu, (from, codes) => codes.ToList().ForEach(code => Print("DTC", code.ToString(), from)));
            if (parsed.GetValue(vin) || parsed.GetValue(clear) || parsed.GetValue(dtc))
                return;
            if (wanted.Length == 0)
            {
                shell.Run(ecu.ReadSupportedPids(), support =>
                {
                    foreach (var pid in support.Identifiers)
                        Print(pid.ToString("X2", CultureInfo.InvariantCulture), ObdPid.Find(pid)?.Name ?? "", support.Ecu);
                });
                if (!shell.HasResult && !shell.Stop.IsCancellationRequested)
                    throw new TimeoutException($"{can.Name}: no control unit answered. Is the ignition on?");
                return;
            }

            var rounds = parsed.GetValue(every) is null ? 1 : parsed.GetValue(count) ?? int.MaxValue;
            for (var round = 0; round < rounds && (round == 0 || shell.Wait(parsed.GetValue(every)!.Value)); round++)
            {
                foreach (var six in wanted.Chunk(6)) // a request has room for six
                {
                    Each(ecu.ReadObd(six).ByEcu, (from, values) => values.ToList().ForEach(value => PrintValue(value, from)));
                }
            }

            void Each<T>(IObservable<IUdsAnswer<T>> answers, Action<IsoTpAddress, T> each)
            {
                Exception? refusal = null;
                var hasAnswer = false;
                shell.Run(answers, answer =>
                {
                    hasAnswer = true;
                    if (answer.Error is { } error)
                        refusal = error;
                    else
                        each(answer.Ecu, answer.Value);
                });
                if (refusal is not null)
                    throw refusal;
                if (!hasAnswer && !shell.Stop.IsCancellationRequested)
                    throw new TimeoutException($"{can.Name}: no control unit answered. Is the ignition on?");
                shell.HasResult |= hasAnswer;
            }

            void PrintValue(ObdValue value, IsoTpAddress from)
            {
                if (lines is null)
                {
                    shell.Print($"{from.RxId}  {value.Pid:X2}  {value}");
                    return;
                }

                lines.Write(w =>
                {
                    w.WriteString("ecu", from.RxId.ToString());
                    w.WriteString("pid", value.Pid.ToString("X2", CultureInfo.InvariantCulture));
                    w.WriteString("name", value.Name);
                    w.WritePropertyName("value");
                    Format.Number(w, value.Value);
                    w.WriteString("unit", value.Unit);
                    if (value.Text is { } text)
                        w.WriteString("text", text);
                });
            }

            void Print(string name, string text, IsoTpAddress? from = null)
            {
                if (lines is null)
                {
                    shell.Print($"{(from is null ? "" : $"{from.RxId}  ")}{name}  {text}".TrimEnd());
                    return;
                }

                lines.Write(w =>
                {
                    if (from is not null)
                        w.WriteString("ecu", from.RxId.ToString());
                    w.WriteString("name", name);
                    w.WriteString("text", text);
                });
            }
        });
    }
}
