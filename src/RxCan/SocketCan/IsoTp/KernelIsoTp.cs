using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using RxCan.Bus;
using RxCan.IsoTp;
using RxCan.SocketCan.Netlink;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.IsoTp;

/// <summary>The kernel's ISO-TP engines of a bus: which sessions they can serve, and what they share.</summary>
/// <param name="bus">The bus.</param>
/// <param name="loop">The thread that waits for what the engines receive and have sent.</param>
internal sealed class KernelIsoTp(CanBusBase bus, PollLoop loop)
{
    private const int DefaultMaxLength = 8200; // of kernels before max_pdu_size came
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly Version DynamicFlowControl = new(6, 12); // the first kernel that it was tried on

    private byte[]? _message;
    private int _engines;

    /// <summary>The longest message that the kernel takes, in bytes.</summary>
    public static int MaxLength { get; } = ReadMaxLength();

    public CanBusBase Bus => bus;

    public PollLoop Loop => loop;

    /// <summary>Room for the longest message, on the loop's thread.</summary>
    public byte[] Message => _message ??= new byte[MaxLength];

    /// <summary>Makes an engine for a session, unless there is something that the kernel cannot do.</summary>
    public bool TryOpen(
        IsoTpAddress address, IsoTpOptions options, [NotNullWhen(true)] out IIsoTpEngine? engine, [NotNullWhen(false)] out string? reason)
    {
        engine = null;
        reason = Obstacle(address, options);
        if (reason is not null)
            return false;
        try
        {
            var socket = IsoTpSocket.Open(bus.Name, address, options);
            reason = Obstacle(LinkQueue.Of(socket.IfIndex), Volatile.Read(ref _engines), address, options);
            if (reason is not null)
            {
                socket.Close();
                return false;
            }

            Interlocked.Increment(ref _engines);
            engine = new KernelIsoTpEngine(this, address, options, socket);
        }
        catch (CanNotSupportedException e)
        {
            reason = e.Message;
        }
        catch (CanBusException e)
        {
            engine = new KernelIsoTpEngine(this, address, options, e);
        }

        return engine is not null;
    }

    /// <summary>An engine has closed its sockets.</summary>
    public void Leave() => Interlocked.Decrement(ref _engines);

    /// <summary>What the kernel cannot do as it is asked for; null for nothing.</summary>
    private string? Obstacle(IsoTpAddress address, IsoTpOptions options) =>
        bus.Name == BusName.Any ? "the kernel's ISO-TP engine is bound to one interface"
        : address.IsFunctional ? "the kernel's ISO-TP engine does not receive from several responders (a functional address)"
        : !bus.Options.Loopback ? "the kernel's ISO-TP engine always loops back (CanBusOptions.Loopback)"
        : options.Scheduler is { } scheduler && scheduler != bus.Scheduler ? "the kernel's ISO-TP engine has a clock of its own (IsoTpOptions.Scheduler)"
        : options.NBs != Second ? Fixed(nameof(options.NBs))
        : options.NCr != Second ? Fixed(nameof(options.NCr))
        : options.NAr != Second ? Fixed(nameof(options.NAr))
        : options.NBr != TimeSpan.Zero ? Fixed(nameof(options.NBr), "0")
        : options.NCs != TimeSpan.Zero ? Fixed(nameof(options.NCs), "0")
        : options.WaitFrames != 0 ? Fixed(nameof(options.WaitFrames), "0")
        : options.DynamicFlowControl && Environment.OSVersion.Version < DynamicFlowControl
            ? $"the kernel's ISO-TP engine before Linux {DynamicFlowControl} knows no IsoTpOptions.DynamicFlowControl"
        : options.MaxLength > MaxLength ? string.Create(
            CultureInfo.InvariantCulture,
            $"the kernel's ISO-TP engine takes {MaxLength} bytes, not {options.MaxLength} (IsoTpOptions.MaxLength); raise that with: " +
            $"echo {options.MaxLength} > /sys/module/can_isotp/parameters/max_pdu_size")
        : null;

    /// <summary>
    /// Why the kernel's engine would lose frames: it sends the next frame when it sees the echo of the one before, and what finds the queue
    /// full is lost, while it is told nothing.
    /// </summary>
    private string? Obstacle(LinkQueue? queue, int others, IsoTpAddress address, IsoTpOptions options)
    {
        if (queue is null or { Discipline: "noqueue" or "noop" })
            return null;
        var most = 2 * (others + 1); // a frame of a message and a flow control frame each
        if (!queue.Echoes)
            most *= (options.MaxLength / (options.TxDataLength - (address.TxExtension is null ? 1 : 2))) + 2;
        if (!queue.Echoes && queue.Discipline != "pfifo_fast")
        {
            return $"the kernel's ISO-TP engine would overrun the queue of {bus.Name} ({queue.Discipline}), which does not echo when a frame is sent. " +
                $"Take it away with: tc qdisc del dev {bus.Name} root";
        }

        return most <= queue.Length ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"the kernel's ISO-TP engine loses frames that find the transmit queue full, and {queue.Length} frames are too few for this session" +
            $"{(others > 0 ? $" and {others} more" : "")}. Enlarge it with: ip link set {bus.Name} txqueuelen {Math.Max(1000, most)}");
    }

    private static string Fixed(string option, string value = "1 s") => $"the kernel's ISO-TP engine has a fixed {option} of {value} (IsoTpOptions.{option})";

    private static int ReadMaxLength()
    {
        try
        {
            return int.Parse(File.ReadAllText("/sys/module/can_isotp/parameters/max_pdu_size"), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return DefaultMaxLength;
        }
    }
}
