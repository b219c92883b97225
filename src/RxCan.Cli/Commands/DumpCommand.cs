using System.CommandLine;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan.Cli.Text;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan dump [BUS...]</c>.</summary>
internal static class DumpCommand
{
    public static Command Create(Shell shell)
    {
        var buses = Read.Arguments("BUS", "Interfaces, virtual:NAME or logs; any if none is named. Filters may follow a comma, as in candump: can0,123:7FF,#FFFFFFFF.", BusName.Parse, isOptional: true);
        var log = Read.Switch("-L", "The format of log files.");
        var times = Read.Word("-t", "Times: a (seconds since 1970), d (since the frame before), z (from zero) or A (date, in local time).", ["a", "d", "z", "A"]);
        var extra = Read.Switch("-x", "Show the direction, and BRS and ESI.");
        var errors = Read.Switch("-e", "Receive error frames, and explain them.");
        var drops = Read.Switch("-d", "Print lost frames to standard output, as candump does; otherwise they are told on standard error.");
        var count = Read.Option<int?>("-n", "End after this number of frames.", "count", Read.Count, "--count");
        var silence = Read.Option<TimeSpan?>("-T", "End after this time without a frame.", "time", s => Read.Period(s));
        var filter = LogOptions.Filter();
        var dbc = DecodeCommand.DbcOption();
        var asJson = Read.Switch("--json", "Print an object a frame.");
        return new BenchCommand(
            "dump",
            "Prints frames as candump does.",
            "rxcan dump can0",
            "rxcan dump -L can0 can1 > drive.log",
            "rxcan dump can0 --filter 100-1FF --dbc vehicle.dbc -t d",
            "rxcan dump can0,0:0,#FFFFFFFF -e -n 1000",
            "rxcan dump drive.blf -t z")
        {
            buses, log, times, extra, errors, drops, count, silence, filter, dbc, asJson,
        }.Does(shell, parsed =>
        {
            var names = parsed.GetValue(buses) is { Length: > 0 } named ? named : [new BusName(CanBus.Any, null, CanErrorClass.None, false)];
            var databases = Databases.Load(shell, parsed.GetValue(dbc));
            var text = new CandumpText(names.Where(n => !n.IsLog).Select(n => n.Name.Length).DefaultIfEmpty().Max())
            {
                IsLog = parsed.GetValue(log),
                Times = parsed.GetValue(times) is [var kind] ? kind : '\0',
                HasExtra = parsed.GetValue(extra),
                HasErrors = parsed.GetValue(errors),
                HasColours = shell.HasColours,
            };
            var options = new CanBusOptions { ErrorMask = parsed.GetValue(errors) ? CanErrorClass.All : CanErrorClass.None, ReceiveBufferSize = 64 << 20 };
            var json = parsed.GetValue(asJson) ? new JsonLines(shell) : null; // not disposed here: the output makes lines after the command
            using var lines = new LineQueue<CanFrame>(shell.Out, (lines, in frame) =>
            {
                if (json is not null)
                {
                    FrameJson.Write(json.Begin(), frame, databases.Decode(frame));
                    json.EndIn(lines);
                }
                else
                {
                    text.Write(lines, frame, !databases.IsEmpty && databases.Decode(frame) is { } message ? $" :: {message}" : "");
                }
            });
            using var opened = new CompositeDisposable();
            var sources = new List<IObservable<CanFrame>>();
            foreach (var name in names)
            {
                var source = CanSource.Open(shell, name, options, parsed.GetValue(filter), happened: e => parsed.GetValue(drops) && PrintDrops(lines, e));
                opened.Add(source);
                sources.Add(source.Frames);
            }

            // Logs follow one another; frames of buses come in the order in which they are read.
            var frames = sources is [var only] ? only : names.All(n => n.IsLog) ? sources.Concat() : sources.Merge();
            if (parsed.GetValue(count) is { } limit)
                frames = frames.Take(limit);
            if (parsed.GetValue(silence) is { } quiet)
                frames = frames.Timeout(quiet, Observable.Empty<CanFrame>(), shell.Time);
            shell.Run(frames, lines);
        });
    }

    private static bool PrintDrops(LineQueue<CanFrame> lines, CanBusEvent happened)
    {
        if (happened is not CanFramesDropped dropped)
            return false;
        lines.Add($"DROPCOUNT: dropped {dropped.Count} CAN frame{(dropped.Count > 1 ? "s" : "")} on '{dropped.Interface}' socket (total drops {dropped.Total})");
        return true;
    }
}
