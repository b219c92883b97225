using System.Globalization;
using System.Text.RegularExpressions;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

/// <summary>A cyclic job in the kernel.</summary>
/// <param name="Id">Its <c>can_id</c> with flags.</param>
/// <param name="IsFd">Whether it sends FD frames.</param>
/// <param name="Frames">The number of frames in its sequence.</param>
/// <param name="Interval1">Its first interval in microseconds; 0 for none.</param>
/// <param name="Interval2">Its second interval in microseconds; 0 for none.</param>
/// <param name="Sent">How many frames it has sent.</param>
/// <param name="Socket">Its socket's file.</param>
public sealed record BroadcastJobEntry(uint Id, bool IsFd, int Frames, long Interval1, long Interval2, long Sent, string Socket);

/// <summary>What the kernel's broadcast manager does, as /proc/net shows it.</summary>
public static partial class BroadcastOracle
{
    public static IReadOnlyList<BroadcastJobEntry> Jobs(string interfaceName) =>
    [
        .. from socket in Sockets()
           from line in Lines(socket)
           let job = JobLine().Match(line)
           where job.Success && job.Groups["name"].Value == interfaceName
           select new BroadcastJobEntry(
               uint.Parse(job.Groups["id"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
               job.Groups["bracket"].Value == "(",
               (int)Number(job.Groups["frames"]),
               Number(job.Groups["t1"]),
               Number(job.Groups["t2"]),
               Number(job.Groups["sent"]),
               socket),
    ];

    /// <summary>The number of sockets that are connected to an interface.</summary>
    public static int SocketsOf(string interfaceName) =>
        Sockets().Count(s => Lines(s).Any(l => l.Contains($"bound {interfaceName} ", StringComparison.Ordinal)));

    /// <summary>The number of identifiers that the sockets of an interface receive.</summary>
    public static int Watches(string interfaceName) => Kernel.Receivers(interfaceName, "bcm");

    private static string[] Sockets() => Directory.GetFiles("/proc/net/can-bcm");

    private static string[] Lines(string socket)
    {
        try
        {
            return File.ReadAllLines(socket);
        }
        catch (IOException)
        {
            return []; // closed in the meantime
        }
    }

    private static long Number(Group group) => group.Success ? long.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^tx_op: (?<id>[0-9A-F]+) (?<name>\S+) (?<bracket>[\[(])(?<frames>\d+)[\])] (t1=(?<t1>\d+) )?(t2=(?<t2>\d+) )?# sent (?<sent>\d+)$")]
    private static partial Regex JobLine();
}
