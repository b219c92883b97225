using System.CommandLine;
using System.Globalization;
using RxCan.Cli.Text;
using RxCan.Links;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan doctor</c>: why CAN does not work here.</summary>
internal static class DoctorCommand
{
    private enum Health
    {
        Good,
        Weak,
        Bad,
    }

    private sealed record Finding(Health Health, string What, string? Cure = null);

    public static Command Create(Shell shell)
    {
        var json = Read.Switch("--json", "Print an object a finding.");
        return new BenchCommand("doctor", "Says why CAN does not work here, with the command that fixes it. The status is 1 if something is wrong.", "rxcan doctor") { json }.Does(parsed =>
        {
            var findings = Examine().ToList();
            foreach (var finding in findings)
            {
                if (parsed.GetValue(json))
                    new JsonLines(shell).Write(w =>
                    {
                        w.WriteString("health", finding.Health.ToString().ToLowerInvariant());
                        w.WriteString("what", finding.What);
                        if (finding.Cure is { } cure)
                            w.WriteString("cure", cure);
                    });
                else
                    shell.Print($"{finding.Health switch { Health.Good => "ok  ", Health.Weak => "weak", _ => "bad " }}  {finding.What}{(finding.Cure is { } mend ? $"\n      {mend}" : "")}");
            }

            return findings.Any(f => f.Health == Health.Bad) ? ExitCode.Trouble : ExitCode.Done;
        });
    }

    private static IEnumerable<Finding> Examine()
    {
        if (!OperatingSystem.IsLinux())
        {
            yield return new(Health.Bad, "SocketCAN needs Linux. Here, only virtual:NAME and logs work.");
            yield break;
        }

        var protocols = Lines("/proc/net/protocols").Select(line => line.Split(' ', 2)[0]).ToHashSet();
        yield return protocols.Contains("CAN") || Directory.Exists("/proc/net/can")
            ? new(Health.Good, "The kernel has CAN sockets.")
            : new(Health.Bad, "The kernel has no CAN sockets, or their module is not loaded.", "sudo modprobe can-raw; a kernel without them needs CONFIG_CAN and CONFIG_CAN_RAW");
        foreach (var (protocol, module, what) in ((string, string, string)[])[("CAN_BCM", "can-bcm", "cyclic sending"), ("CAN_ISOTP", "can-isotp", "ISO-TP"), ("CAN_J1939", "can-j1939", "J1939")])
        {
            yield return protocols.Contains(protocol) || Directory.Exists($"/sys/module/{module.Replace('-', '_')}")
                ? new(Health.Good, $"{module} is loaded: the kernel does {what}.")
                : new(Health.Weak, $"{module} is not loaded: {what} is done by RxCan itself, with less exact times.", $"sudo modprobe {module}");
        }

        IReadOnlyList<CanLink> links = [];
        Finding? trouble = null;
        try
        {
            links = CanLinks.All();
        }
        catch (IOException e)
        {
            trouble = new(Health.Bad, $"The interfaces cannot be listed: {e.Message}", "In a container, allow the address families AF_NETLINK and AF_CAN");
        }

        if (trouble is not null)
            yield return trouble;
        else if (links.Count == 0)
            yield return new(Health.Bad, "There is no CAN interface.", "Plug in an adapter, or create a virtual one: sudo rxcan link create vcan0. A container needs the host's network (--network host)");
        foreach (var finding in links.SelectMany(Examine))
            yield return finding;

        var limit = Number("/proc/sys/net/core/rmem_max");
        if (limit is { } bytes)
        {
            yield return bytes >= 4 << 20
                ? new(Health.Good, $"Receive buffers can have up to {bytes >> 10} KiB.")
                : new(Health.Weak, $"Receive buffers can have {bytes >> 10} KiB only: a busy program loses frames.", "sudo sysctl -w net.core.rmem_max=67108864");
        }

        yield return HasNetAdmin()
            ? new(Health.Good, "This process can set up interfaces (CAP_NET_ADMIN).")
            : new(Health.Weak, "This process cannot set up interfaces. Receiving and sending need no privilege.", "Use sudo for rxcan link");
    }

    private static IEnumerable<Finding> Examine(CanLink link)
    {
        if (!link.IsUp)
        {
            var needsRate = link.Controller is { BitTiming: null };
            yield return new(Health.Bad, $"{link.Name} is down{(needsRate ? ", and has no bit rate" : "")}.", $"sudo rxcan link up {link.Name}{(link.Controller is null ? "" : " 500k")}");
            yield break;
        }

        var rate = link.Controller?.BitTiming is { } timing
            ? string.Create(CultureInfo.InvariantCulture, $", {Format.BitRate(timing.Bitrate)}, sample point {timing.SamplePoint:0.###}") : "";
        yield return new(Health.Good, $"{link.Name} is up{rate}{(link.IsFd ? ", CAN FD" : "")}.");
        if (link.Controller is { } controller)
        {
            if (controller.State == CanState.BusOff)
            {
                yield return new(Health.Bad, $"{link.Name} is bus-off: check the bit rate, the termination and the wiring.", $"sudo rxcan link restart {link.Name}; to restart automatically: sudo rxcan link set {link.Name} --restart 100ms");
            }
            else if (controller.State is CanState.ErrorPassive or CanState.ErrorWarning)
            {
                var counters = controller.ErrorCounters is { } errors ? $" ({errors.Transmit} transmit, {errors.Receive} receive errors)" : "";
                yield return new(Health.Weak, $"{link.Name} is {controller.State}{counters}: check that another node is on, that it has this bit rate, and that both ends have 120 ohms.");
            }

            if (link.TransmitQueueLength < 100)
            {
                yield return new(Health.Weak, $"{link.Name} has a transmit queue of {link.TransmitQueueLength} frames: a program that does not wait when it is full gets ENOBUFS.", $"sudo rxcan link set {link.Name} --txqueuelen 1000");
            }
        }

        if (link.Statistics.ReceiveDropped + link.Statistics.ReceiveOverruns is > 0 and var lost)
            yield return new(Health.Weak, $"{link.Name} has lost {lost} frames before any program saw them.");
    }

    private static bool HasNetAdmin()
    {
        const int NetAdmin = 12; // CAP_NET_ADMIN of linux/capability.h
        var line = Array.Find(Lines("/proc/self/status"), l => l.StartsWith("CapEff:", StringComparison.Ordinal));
        return line is not null && ulong.TryParse(line.AsSpan(7).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var set) && (set >> NetAdmin & 1) != 0;
    }

    private static long? Number(string path) =>
        Lines(path) is [var line, ..] && long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string[] Lines(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];
}
