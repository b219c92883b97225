using System.CommandLine;
using System.Reactive.Linq;
using RxCan.Cli.Text;
using RxCan.Dbc;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan send BUS FRAME...</c>.</summary>
internal static class SendCommand
{
    public static Command Create(Shell shell)
    {
        var bus = Read.Argument("BUS", "An interface, or virtual:NAME.", Read.Text);
        var frames = Read.Arguments("FRAME", "Frames as cansend takes them (123#DEADBEEF, 123#R, 123##1AABB), or with --dbc a message and its signals: EngineData EngineSpeed=2400 Gear=Third.", Read.Text);
        var dbc = DecodeCommand.DbcOption();
        var every = Read.Option<TimeSpan?>("--every", "Send them again and again, with this period.", "time", s => Read.Period(s));
        var count = Read.Option<int?>("--count", "How many times; needs --every.", "count", Read.Count, "-n");
        var duration = Read.Option<TimeSpan?>("--for", "How long; needs --every.", "time", s => Read.Period(s));
        return new BenchCommand(
            "send",
            "Sends frames: once, or cyclically by the kernel.",
            "rxcan send can0 123#DEADBEEF 124#R",
            "rxcan send can0 701#05 --every 100ms",
            "rxcan send can0 EngineData EngineSpeed=2400 Gear=Third --dbc vehicle.dbc --every 10ms --for 5s")
        {
            bus, frames, dbc, every, count, duration,
        }.Does(shell, parsed =>
        {
            var sequence = Frames(parsed.GetValue(frames)!, Databases.Load(shell, parsed.GetValue(dbc)));
            var (period, times, time) = (parsed.GetValue(every), parsed.GetValue(count), parsed.GetValue(duration));
            if (period is null && (times is not null || time is not null))
                throw new UsageException("--count and --for need a period: --every 10ms.");
            using var can = CanSource.OpenBus(shell, parsed.GetValue(bus)!);
            if (period is null)
            {
                foreach (var frame in sequence)
                    can.SendAsync(frame, TimeSpan.FromSeconds(5), cancellationToken: shell.Stop).AsTask().GetAwaiter().GetResult();
                shell.HasResult = true;
                return;
            }

            // The sequence's frames go out one a period: its period is that of the whole.
            var options = new CyclicOptions { Count = checked((times ?? 0) * sequence.Count) };
            var job = sequence is [var only]
                ? can.SendCyclic(only, period.Value, options)
                : can.SendCyclic(sequence, period.Value / sequence.Count, options);
            var running = time is { } limit ? job.TakeUntil(Observable.Timer(limit, shell.Time)) : job;
            shell.HasResult = true; // whatever ends it, what was sent until then was asked for
            shell.Run(running, _ =>
            {
                if (shell.IsTalkTerminal && times is null && time is null)
                    shell.Say($"{can.Name}: sending. Press Ctrl+C to stop.");
            });
        });
    }

    /// <summary>The frames of a command line.</summary>
    private static List<CanFrame> Frames(string[] words, Databases databases)
    {
        var frames = new List<CanFrame>();
        for (var i = 0; i < words.Length;)
        {
            if (words[i].Contains('#'))
            {
                frames.Add(CanFrame.Parse(words[i++]));
                continue;
            }

            var message = databases.Message(words[i++]);
            var values = new List<(string, SignalValue)>();
            for (; i < words.Length && words[i].Contains('=') && !words[i].Contains('#'); i++)
            {
                var (name, value) = Read.Pair(words[i]);
                values.Add((name, Read.TryNumber(value, out var number) ? number : value));
            }

            try
            {
                frames.Add(message.Encode([.. values]));
            }
            catch (KeyNotFoundException e)
            {
                throw new UsageException(e.Message); // a signal that the message does not have
            }
        }

        return frames;
    }
}
