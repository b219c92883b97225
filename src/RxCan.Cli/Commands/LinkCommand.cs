using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using RxCan.Cli.Text;
using RxCan.Links;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan link</c>: the interfaces of this machine.</summary>
internal static class LinkCommand
{
    public static Command Create(Shell shell)
    {
        var json = Read.Switch("--json", "Print an object an interface.");
        var link = new BenchCommand(
            "link",
            "Lists and sets up CAN interfaces. All but listing needs root, or CAP_NET_ADMIN.",
            "rxcan link",
            "rxcan link up can0 500k",
            "rxcan link up can0 500k 2M --restart 100ms",
            "rxcan link create vcan0",
            "rxcan link watch")
        {
            json,
        };
        link.Does(shell, parsed => List(shell, parsed.GetValue(json)));
        link.Add(new BenchCommand("list", "Lists the interfaces.", "rxcan link list --json") { json }.Does(shell, parsed => List(shell, parsed.GetValue(json))));
        link.Add(new BenchCommand("watch", "Lists the interfaces, then prints their changes.", "rxcan link watch").Does(shell, _ =>
            shell.Run(CanLinks.Watch(), change => shell.Print($"{Format.Date(shell.Time.Now)} {change}"))));

        var name = Read.Argument("NAME", "The interface.", Name);
        var rate = new Argument<string?>("BITRATE") { Description = "The bit rate: 500k, 1M.", Arity = ArgumentArity.ZeroOrOne };
        var dataRate = new Argument<string?>("DATA-BITRATE") { Description = "The data bit rate of CAN FD: 2M.", Arity = ArgumentArity.ZeroOrOne };
        var settings = new Settings();
        link.Add(settings.AddTo(new BenchCommand("up", "Sets an interface up, with a bit rate if one is given.", "rxcan link up can0 500k 2M", "rxcan link up vcan0")
        {
            name, rate, dataRate,
        }).Does(shell, parsed => Apply(parsed, settings.Of(parsed) with
        {
            Bitrate = parsed.GetValue(rate) is { } r ? Read.BitRate(r) : null,
            DataBitrate = parsed.GetValue(dataRate) is { } d ? Read.BitRate(d) : null,
            IsUp = true,
        })));
        link.Add(settings.AddTo(new BenchCommand("set", "Changes settings. An interface that is up goes down meanwhile, and up again.", "rxcan link set can0 250k --listen-only on")
        {
            name, rate, dataRate,
        }).Does(shell, parsed => Apply(parsed, settings.Of(parsed) with
        {
            Bitrate = parsed.GetValue(rate) is { } r ? Read.BitRate(r) : null,
            DataBitrate = parsed.GetValue(dataRate) is { } d ? Read.BitRate(d) : null,
        })));
        link.Add(new BenchCommand("down", "Sets an interface down.", "rxcan link down can0") { name }.Does(shell, parsed => CanLinks.Down(parsed.GetValue(name)!)));
        link.Add(new BenchCommand("restart", "Restarts a controller that is bus-off.", "rxcan link restart can0") { name }.Does(shell, parsed => CanLinks.Restart(parsed.GetValue(name)!)));
        link.Add(new BenchCommand("delete", "Deletes a virtual interface.", "rxcan link delete vcan0") { name }.Does(shell, parsed => CanLinks.Delete(parsed.GetValue(name)!)));
        var peer = Read.Option<string?>("--peer", "Make a pair of interfaces (vxcan) with this other end.", "name", Name);
        var isDown = Read.Switch("--down", "Leave it down.");
        link.Add(new BenchCommand("create", "Creates a virtual interface, and sets it up.", "rxcan link create vcan0", "rxcan link create vxcan0 --peer vxcan1")
        {
            name, peer, isDown,
        }.Does(shell, parsed =>
        {
            var created = new CanLinkSettings { IsUp = !parsed.GetValue(isDown) };
            if (parsed.GetValue(peer) is { } other)
                CanLinks.CreateVxcan(parsed.GetValue(name)!, other, created);
            else
                CanLinks.CreateVcan(parsed.GetValue(name)!, created);
        }));
        return link;

        // Everything is parsed here; a running controller takes a bit rate only while it is down.
        void Apply(ParseResult parsed, CanLinkSettings wanted)
        {
            var link = CanLinks.Get(parsed.GetValue(name)!);
            if (wanted == new CanLinkSettings())
                throw new UsageException("There is nothing to set: give a bit rate or an option.");
            if (link.Controller is null && (wanted.Bitrate ?? wanted.DataBitrate) is not null)
                throw new UsageException($"{link.Name} has no controller, and so no bit rate. Set it up without: rxcan link up {link.Name}");
            if (!link.IsUp || link.Controller is not { } controller || wanted with { IsUp = null, TransmitQueueLength = null } == new CanLinkSettings())
            {
                CanLinks.Configure(link.Name, wanted);
                return;
            }

            CanLinks.Down(link.Name);
            try
            {
                CanLinks.Configure(link.Name, wanted with { IsUp = true });
            }
            catch
            {
                try
                {
                    CanLinks.Configure(link.Name, Before(controller));
                    shell.Say($"{link.Name} is as it was before.");
                }
                catch (CanBusException e)
                {
                    shell.Say($"{link.Name} is down, and could not be put back: {e.Message}");
                }

                throw;
            }
        }
    }

    /// <summary>What sets a controller as it was: the kernel keeps the settings that come before the one that it refuses.</summary>
    private static CanLinkSettings Before(CanController controller) => new()
    {
        Bitrate = controller.BitTiming?.Bitrate,
        SamplePoint = Known(controller.BitTiming?.SamplePoint),
        DataBitrate = controller.DataBitTiming?.Bitrate,
        DataSamplePoint = Known(controller.DataBitTiming?.SamplePoint),
        Fd = controller.Modes.HasFlag(CanControllerModes.Fd),
        ListenOnly = controller.Modes.HasFlag(CanControllerModes.ListenOnly),
        Loopback = controller.Modes.HasFlag(CanControllerModes.Loopback),
        OneShot = controller.Modes.HasFlag(CanControllerModes.OneShot),
        BusErrorReporting = controller.Modes.HasFlag(CanControllerModes.BusErrorReporting),
        RestartDelay = controller.RestartDelay,
        IsUp = true,
    };

    private static string Name(string text) => text.Length > 0 ? text : throw new FormatException("The name of the interface is empty: write can0.");

    private static double? Known(double? samplePoint) => samplePoint > 0 ? samplePoint : null;

    private static void List(Shell shell, bool asJson)
    {
        var links = CanLinks.All();
        if (links.Count == 0)
        {
            shell.HasResult = true;
            shell.Say("There is no CAN interface. Create a virtual one with: rxcan link create vcan0. To see what is missing: rxcan doctor");
        }

        foreach (var link in links)
        {
            if (!asJson)
                shell.Print(link.ToString());
            else
                new JsonLines(shell).Write(w =>
                {
                    w.WriteString("name", link.Name);
                    w.WriteString("kind", link.Kind);
                    w.WriteBoolean("up", link.IsUp);
                    w.WriteBoolean("running", link.IsRunning);
                    w.WriteBoolean("fd", link.IsFd);
                    w.WriteNumber("mtu", link.Mtu);
                    w.WriteNumber("txqueuelen", link.TransmitQueueLength);
                    w.WriteNumber("received", link.Statistics.ReceivedFrames);
                    w.WriteNumber("sent", link.Statistics.SentFrames);
                    if (link.Controller is not { } controller)
                        return;
                    w.WriteString("state", controller.State.ToString());
                    if (controller.BitTiming is { } timing)
                        w.WriteNumber("bitrate", timing.Bitrate);
                    if (controller.DataBitTiming is { } data)
                        w.WriteNumber("dataBitrate", data.Bitrate);
                });
        }
    }

    private sealed class Settings
    {
        private readonly Option<double?> _sample = Read.Option<double?>("--sample-point", "Such as 0.875.", "fraction", Read.Number);
        private readonly Option<double?> _dataSample = Read.Option<double?>("--data-sample-point", "Such as 0.75.", "fraction", Read.Number);
        private readonly Option<TimeSpan?> _restart = Read.Option<TimeSpan?>("--restart", "Restart by itself after bus-off; 0 does not.", "time", s => Read.Duration(s));
        private readonly Option<int?> _queue = Read.Option<int?>("--txqueuelen", "Frames in the transmit queue.", "count", Read.Count);
        private readonly Option<string?> _listen = OnOff("--listen-only", "Neither send nor acknowledge.");
        private readonly Option<string?> _loopback = OnOff("--loopback", "Receive what is sent.");
        private readonly Option<string?> _oneShot = OnOff("--one-shot", "Do not repeat what failed.");
        private readonly Option<string?> _errors = OnOff("--berr-reporting", "Report bus errors.");
        private readonly Option<string?> _fd = OnOff("--fd", "CAN FD.");

        public BenchCommand AddTo(BenchCommand command)
        {
            foreach (var option in (Option[])[_sample, _dataSample, _restart, _queue, _listen, _loopback, _oneShot, _errors, _fd])
                command.Add(option);
            return command;
        }

        public CanLinkSettings Of(ParseResult parsed) => new()
        {
            SamplePoint = parsed.GetValue(_sample),
            DataSamplePoint = parsed.GetValue(_dataSample),
            RestartDelay = parsed.GetValue(_restart),
            TransmitQueueLength = parsed.GetValue(_queue),
            ListenOnly = IsOn(parsed.GetValue(_listen)),
            Loopback = IsOn(parsed.GetValue(_loopback)),
            OneShot = IsOn(parsed.GetValue(_oneShot)),
            BusErrorReporting = IsOn(parsed.GetValue(_errors)),
            Fd = IsOn(parsed.GetValue(_fd)),
        };

        // Not an option of bool: the parser gives that nothing but true and false.
        private static Option<string?> OnOff(string name, string help) => Read.Word(name, help, ["on", "off"]);

        private static bool? IsOn(string? word) => word is null ? null : word == "on";
    }
}
