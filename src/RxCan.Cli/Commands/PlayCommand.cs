using System.CommandLine;
using System.Globalization;
using System.Reactive.Linq;
using RxCan.Cli.Text;
using RxCan.Logs;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan play FILE [BUS]</c>.</summary>
internal static class PlayCommand
{
    public static Command Create(Shell shell)
    {
        var file = Read.Argument("FILE", "The log.", Read.Text);
        var bus = new Argument<string?>("BUS") { Description = "Where to send it; if it is not given, each frame goes to the interface that the log names.", Arity = ArgumentArity.ZeroOrOne };
        var speed = Read.Option<double?>("--speed", "How many times as fast; 0 is as fast as possible.", "factor", s => Read.Number(s) is >= 0 and var factor ? factor : throw new FormatException($"'{s}' is not a speed: write 2 or 0.5."));
        var filter = LogOptions.Filter();
        var (begin, end) = (LogOptions.From(), LogOptions.Until());
        var map = LogOptions.Map();
        var rounds = Read.Option<int?>("--loop", "How many times.", "count", Read.Count);
        var gap = Read.Option<TimeSpan?>("--max-gap", "Cut pauses to this time.", "time", s => Read.Period(s));
        var skip = LogOptions.SkipDamage();
        return new BenchCommand("play", "Sends a log as it was recorded.", "rxcan play drive.log can0", "rxcan play drive.blf --map 1=can0 --map 2=can1 --speed 2 --from +60s --until +90s")
        {
            file, bus, speed, filter, begin, end, map, rounds, gap, skip,
        }.Does(shell, parsed =>
        {
            var path = parsed.GetValue(file)!;
            InputFile.Check(path);
            var (from, until) = (LogOptions.Resolve(parsed.GetValue(begin), path), LogOptions.Resolve(parsed.GetValue(end), path));
            using var replay = CanLog.Replay(
                path,
                options: new()
                {
                    Read = CanSource.Reading(shell, path, parsed.GetValue(skip)),
                    Interfaces = LogOptions.Mapped(parsed.GetValue(map)),
                    Rounds = parsed.GetValue(rounds) ?? 1,
                    MaxGap = parsed.GetValue(gap),
                },
                speed: parsed.GetValue(speed) switch { null => 1, 0 => double.PositiveInfinity, { } factor => factor });
            if (from is { } start)
                replay.Seek(start);
            IObservable<CanFrame> frames = parsed.GetValue(filter) is { } asked ? replay.Where(asked) : replay;
            if (from is not null || until is not null)
                frames = frames.Where(f => !(f.Timestamp < from || f.Timestamp >= until));
            var targets = new Dictionary<string, ICanBus>();
            try
            {
                if (parsed.GetValue(bus) is { } only)
                    targets[""] = CanSource.OpenBus(shell, only);
                var sent = 0L;
                shell.Run(frames.Where(f => !f.IsError), frame =>
                {
                    var to = parsed.GetValue(bus) is null ? frame.Interface : "";
                    if (!targets.TryGetValue(to, out var can))
                        targets[to] = can = CanSource.OpenBus(shell, to);
                    Send(can, frame);
                });
                shell.ShowProgress("");
                shell.Say($"{path}: {sent} frames sent");

                void Send(ICanBus can, CanFrame frame)
                {
                    try
                    {
                        can.SendAsync(frame, TimeSpan.FromSeconds(5), cancellationToken: shell.Stop).AsTask().GetAwaiter().GetResult();
                    }
                    catch (OperationCanceledException)
                    {
                        return; // the stream ends now too
                    }

                    shell.HasResult = true;
                    if (++sent % 100 == 0)
                        shell.ShowProgress(string.Create(CultureInfo.InvariantCulture, $"{replay.Position.TotalSeconds:0.0} s, {sent} frames"));
                }
            }
            finally
            {
                foreach (var target in targets.Values)
                    target.Dispose();
            }
        });
    }
}
