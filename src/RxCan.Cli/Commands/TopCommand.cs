using System.CommandLine;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Runtime.InteropServices;
using RxCan.Cli.Text;
using RxCan.Cli.Top;
using RxCan.Links;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan top BUS</c>.</summary>
internal static class TopCommand
{
    private const int PrintedWidth = 200;

    public static Command Create(Shell shell)
    {
        var bus = Read.Argument("BUS", "An interface, any, virtual:NAME, or a log, which is played.", BusName.Parse);
        var dbc = DecodeCommand.DbcOption();
        var filter = LogOptions.Filter();
        var bitrate = Read.Option<int?>("--bitrate", "The bit rate, for the bus load; that of the interface by default.", "rate", s => Read.BitRate(s));
        var dataBitrate = Read.Option<int?>("--data-bitrate", "The data bit rate of CAN FD.", "rate", s => Read.BitRate(s));
        var sort = Read.Word("--sort", "What rows are sorted by; id by default.", [.. Enum.GetNames<TopColumn>().Select(n => n.ToLowerInvariant())]);
        var duration = Read.Option<TimeSpan?>("--for", "End after this time. Where the output is not a terminal: 2s by default.", "time", s => Read.Period(s));
        var json = Read.Switch("--json", "Print an object an identifier when it ends.");
        return new BenchCommand(
            "top",
            "Shows what a bus carries now, by identifier: rates, periods, jitter, changed bytes, bus load, errors. Keys sort, filter, pause and show signals. " +
            "Where the output is not a terminal, the table is printed once.",
            "rxcan top can0 --dbc vehicle.dbc",
            "rxcan top vcan0 --bitrate 500k --sort rate",
            "rxcan top can0 --for 10s --json")
        {
            bus, dbc, filter, bitrate, dataBitrate, sort, duration, json,
        }.Does(shell, parsed =>
        {
            var name = parsed.GetValue(bus)!;
            var databases = Databases.Load(shell, parsed.GetValue(dbc));
            var (known, knownData) = name.IsLog ? default : BitRates(name.Name);
            var (rate, dataRate) = (parsed.GetValue(bitrate) ?? known, parsed.GetValue(dataBitrate) ?? knownData);
            var view = new TopView { Sort = parsed.GetValue(sort) is { } word ? Enum.Parse<TopColumn>(word, ignoreCase: true) : TopColumn.Id };
            var page = new TopPage(name.Name, frame => databases.Decode(frame))
            {
                BitRates = rate is null ? "" : Format.BitRate(rate.Value) + (dataRate is { } data ? $" / {Format.BitRate(data)}" : ""),
            };
            var isLive = shell.IsTerminal && !parsed.GetValue(json);
            var (gate, model) = (new Lock(), new TopModel(rate, dataRate, frame => databases.Decode(frame)?.Name));
            using var source = CanSource.Open(
                shell, name, new() { ReceiveBufferSize = 64 << 20 }, parsed.GetValue(filter), speed: 1, happened: happened =>
                {
                    lock (gate)
                        model.Add(happened);
                    return isLive; // then the page says it
                });
            var clock = shell.Time.StartStopwatch();
            var frames = source.Frames.Do(
                frame =>
                {
                    lock (gate)
                        model.Add(frame);
                },
                () =>
                {
                    lock (gate)
                        model.Say("This was the end of the log.");
                });
            var steps = Observable.Interval(TopModel.Step, shell.Time);
            if (isLive)
            {
                ShowLive(parsed.GetValue(duration));
                return;
            }

            using (steps.Subscribe(_ => Step()))
                shell.Run(source.Begun(frames).TakeUntil(Observable.Timer(parsed.GetValue(duration) ?? TimeSpan.FromSeconds(2), shell.Time)), _ => shell.HasResult = true);
            if (shell.Stop.IsCancellationRequested && !shell.HasResult)
                return;
            Step();
            if (parsed.GetValue(json))
                WriteJson(shell, view.Rows);
            else
                page.Print(view, PrintedWidth).ForEach(line => shell.Print(line.ToString().TrimEnd()));

            void ShowLive(TimeSpan? limit)
            {
                using var over = new CancellationTokenSource();
                using var screen = new TopScreen(shell.Out, shell.HasColours);
                // Stopped, it would leave the shell on its screen: Ctrl+Z does nothing. What others wrote meanwhile is drawn over.
                using var suspended = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGTSTP, signal => signal.Cancel = true);
                using var resumed = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => screen.Redraw());
                shell.HasResult = true;
                // Frames are counted on their own thread: only their error comes here.
                var moments = steps.StartWith(0).Select(_ => default(ConsoleKeyInfo?))
                    .Merge(TopKeys.Pressed())
                    .Merge(source.Begun(frames).IgnoreElements().Select(_ => default(ConsoleKeyInfo?)));
                if (limit is { } time)
                    moments = moments.TakeUntil(Observable.Timer(time, shell.Time));
                shell.Run(moments.TakeUntil(over.Token), key =>
                {
                    if (key is not { } pressed)
                        Step();
                    else if (view.Press(pressed) is var demand and not TopDemand.Nothing)
                        Obey(demand);
                    var (width, height) = (Console.WindowWidth, Console.WindowHeight);
                    if (shell.Out.IsEmpty) // a slow terminal gets fewer pages
                        screen.Draw(page.Render(view, width, height), width, height);
                });

                void Obey(TopDemand demand)
                {
                    if (demand == TopDemand.Quit)
                        over.Cancel();
                    lock (gate)
                        model.Clear();
                }
            }

            void Step()
            {
                if (!name.IsLog)
                    page.State = source.Bus!.State.ToString();
                lock (gate)
                {
                    model.Tick(clock.Elapsed);
                    view.Show(model.Take());
                }
            }
        });
    }

    private static void WriteJson(Shell shell, IReadOnlyList<TopRow> rows)
    {
        using var lines = new JsonLines(shell);
        foreach (var row in rows)
        {
            lines.Write(json =>
            {
                json.WriteString("bus", row.Bus);
                json.WriteString("id", row.Id.ToString());
                if (row.Name.Length > 0)
                    json.WriteString("message", row.Name);
                json.WriteNumber("count", row.Count);
                json.WriteNumber("rate", Math.Round(row.Rate, 3));
                json.WriteNumber("period", Math.Round(row.Period, 6));
                json.WriteNumber("jitter", Math.Round(row.Jitter, 6));
                json.WriteNumber("length", row.Last.Length);
                if (row.IsRemote)
                    json.WriteBoolean("remote", true);
                else
                    json.WriteString("data", Convert.ToHexString(row.Last.Data));
            });
        }
    }

    private static (int? Nominal, int? Data) BitRates(string name)
    {
        try
        {
            var controller = CanLinks.All().FirstOrDefault(link => link.Name == name)?.Controller;
            return (controller?.BitTiming?.Bitrate, controller?.DataBitTiming?.Bitrate);
        }
        catch (IOException)
        {
            return default; // no CAN here: a bus load needs --bitrate
        }
    }
}
