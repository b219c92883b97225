using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using RxCan.Bus;
using RxCan.IsoTp;
using RxCan.SocketCan.Netlink;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.IsoTp;

/// <summary>The kernel's ISO-TP engines of a bus: which sessions they can serve, and what they share.</summary>
/// <param name="bus">The bus.</param>
/// <param name="loop">The thread that waits for the engines' sockets.</param>
internal sealed class KernelIsoTp(CanBusBase bus, PollLoop loop)
{
    private const int DefaultMaxLength = 8200; // in kernels without max_pdu_size
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly Version DynamicFlowControl = new(6, 9); // the first with CAN_ISOTP_DYN_FC_PARMS

    private byte[]? _messages;
    private int _engines;

    /// <summary>The longest message that the kernel accepts, in bytes.</summary>
    public static int MaxLength { get; } = ReadMaxLength();

    public CanBusBase Bus => bus;

    public PollLoop Loop => loop;

    /// <summary>Room for the messages of one call, on the loop's thread.</summary>
    public byte[] Messages => _messages ??= new byte[IsoTpSocket.MaxReceived * MaxLength];

    /// <summary>Makes an engine for a session, unless it needs something that the kernel cannot do.</summary>
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
            engine = new KernelIsoTpEngine(this, address, options, socket: null, e);
        }

        return engine is not null;
    }

    /// <summary>An engine has closed its sockets.</summary>
    public void Leave() => Interlocked.Decrement(ref _engines);

    /// <summary>What the kernel does not support; null if it supports everything.</summary>
    private string? Obstacle(IsoTpAddress address, IsoTpOptions options) =>
        bus.Name == BusName.Any ? "the kernel's ISO-TP engine needs one interface, not 'any'"
        : address.IsFunctional ? "the kernel's ISO-TP engine does not receive from several responders (a functional address)"
        : address.IsRxFunctional ? "the kernel's ISO-TP engine answers first frames even if they came on a functional identifier"
        : !bus.Options.Loopback ? "the kernel's ISO-TP engine needs CanBusOptions.Loopback, which is off"
        : options.Scheduler is { } scheduler && scheduler != bus.Scheduler ? "the kernel's ISO-TP engine uses its own clock (IsoTpOptions.Scheduler)"
        : options.NBs != Second ? Fixed(nameof(options.NBs))
        : options.NCr != Second ? Fixed(nameof(options.NCr))
        : options.NAr != Second ? Fixed(nameof(options.NAr))
        : options.NBr != TimeSpan.Zero ? Fixed(nameof(options.NBr), "0")
        : options.NCs != TimeSpan.Zero ? Fixed(nameof(options.NCs), "0")
        : options.WaitFrames != 0 ? Fixed(nameof(options.WaitFrames), "0")
        : options.DynamicFlowControl && Environment.OSVersion.Version < DynamicFlowControl
            ? $"the kernel's ISO-TP engine supports IsoTpOptions.DynamicFlowControl only from Linux {DynamicFlowControl}"
        : options.MaxLength > MaxLength ? string.Create(
            CultureInfo.InvariantCulture,
            $"the kernel's ISO-TP engine accepts at most {MaxLength} bytes, not {options.MaxLength} (IsoTpOptions.MaxLength); raise the limit with: " +
            $"echo {options.MaxLength} > /sys/module/can_isotp/parameters/max_pdu_size")
        : null;

    /// <summary>
    /// Why the kernel's engine would lose frames: it sends the next frame when it sees the echo of the one before, and a frame that finds the
    /// queue full is lost without an error.
    /// </summary>
    private string? Obstacle(LinkQueue? queue, int others, IsoTpAddress address, IsoTpOptions options)
    {
        if (queue is null or { Discipline: "noqueue" or "noop" })
            return null;
        var max = 2 * (others + 1); // a frame of a message and a flow control frame each
        if (!queue.Echoes)
            max *= (options.MaxLength / (options.TxDataLength - (address.TxExtension is null ? 1 : 2))) + 2;
        if (!queue.Echoes && queue.Discipline != "pfifo_fast")
        {
            return $"the kernel's ISO-TP engine would overrun the queue of {bus.Name} ({queue.Discipline}), which echoes frames before they are sent. " +
                $"Remove the queue with: tc qdisc del dev {bus.Name} root";
        }

        return max <= queue.Length ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"the kernel's ISO-TP engine loses frames that find the transmit queue full, and {queue.Length} frames are not enough for this session" +
            $"{(others > 0 ? $" and {others} more" : "")}. Enlarge the queue with: ip link set {bus.Name} txqueuelen {Math.Max(1000, max)}");
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
