using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Bus;
using RxCan.Frames;
using RxCan.Virtual;

namespace RxCan;

/// <summary>
/// A CAN bus within the process, on any operating system and any scheduler that does not act within the call that schedules. What one node sends reaches the others as on a Linux
/// <c>vcan</c>, with the same rules for loopback, own messages, remote, error and CAN FD frames. With a bit rate, it is as slow as a wire.
/// On a virtual-time scheduler, a minute of traffic takes a moment.
/// </summary>
/// <remarks>
/// <para>Each node delivers a frame in a scheduled action, never within <see cref="ICanBus.Send"/>: a <c>TestScheduler</c> delivers it
/// one tick later. Frames that a node's observers have not yet taken wait in its receive buffer
/// (<see cref="CanBusOptions.ReceiveBufferSize"/>). Frames that do not fit are lost and reported, as in the kernel.</para>
/// <para>Without a bit rate, a frame arrives when it is sent. With one, each node is a controller with a transmit queue: a frame waits
/// there, wins arbitration, takes the bit times of its exact bits and arrives at its end, also at its sender, with the time of its
/// end.</para>
/// <para>An error frame that reports a state (<see cref="CanError.State"/>) sets the state of the bus's controller;
/// <see cref="CanObservable.RestartOnBusOff"/> restarts it from bus-off.</para>
/// </remarks>
public sealed class VirtualCanBus
{
    private const int MaxBitrate = 1_000_000;
    private const int MaxDataBitrate = 12_000_000;

    internal const int DefaultTransmitQueueLength = 100;

    private static readonly Dictionary<string, VirtualCanBus> ByName = [];

    private readonly ObserverList<Unit> _returned = new();
    private readonly TimedWire? _wire;
    private readonly LateFrames _late;
    private VirtualBusAddress? _address; // that of a bus that is opened by name
    private FaultDice? _dice; // null on a perfect wire
    private VirtualCanNode[] _nodes = [];
    private volatile CanLinkState _state = CanLinkState.Up;
    private CanState _controller;

    /// <summary>Creates a bus without nodes; its link is up.</summary>
    /// <param name="scheduler">Delivers frames and provides the time; <see cref="DefaultScheduler"/> if null.</param>
    public VirtualCanBus(IScheduler? scheduler = null)
    {
        Scheduler = scheduler.Checked() ?? DefaultScheduler.Instance;
        Name = "virtual";
        _late = new(this);
    }

    /// <summary>
    /// Creates a bus on which frames take as long as on a wire with that bit rate, the lowest identifier goes first, and nodes have
    /// transmit queues.
    /// </summary>
    /// <param name="bitrate">The nominal bit rate in bit/s, up to 1 Mbit/s.</param>
    /// <param name="dataBitrate">
    /// The bit rate in bit/s of the data phase of CAN FD frames with BRS, from the nominal one up to 12 Mbit/s. If null, this is a classic
    /// CAN bus, and sending a CAN FD frame fails with <see cref="CanNotSupportedException"/>.
    /// </param>
    /// <param name="transmitQueueLength">
    /// How many frames can wait in a node behind the one that it is sending (<c>txqueuelen</c>); sending one more fails with
    /// <see cref="CanQueueFullException"/>. 100 by default: enough for <see cref="ICanBus.SendAsync"/> to keep the wire busy in real time, although
    /// timers are late. A real interface usually has 10.
    /// </param>
    /// <param name="scheduler">Delivers frames and provides the time; <see cref="DefaultScheduler"/> if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bit rate or the queue length is out of range.</exception>
    public VirtualCanBus(int bitrate, int? dataBitrate = null, int transmitQueueLength = DefaultTransmitQueueLength, IScheduler? scheduler = null)
        : this(scheduler)
    {
        if (bitrate is < 1 or > MaxBitrate)
            throw new ArgumentOutOfRangeException(nameof(bitrate), bitrate, $"The bit rate must be 1 to {MaxBitrate} bit/s.");
        if (dataBitrate < bitrate || dataBitrate > MaxDataBitrate)
        {
            throw new ArgumentOutOfRangeException(
                nameof(dataBitrate), dataBitrate, $"The data bit rate must be {bitrate} (the nominal bit rate) to {MaxDataBitrate} bit/s.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(transmitQueueLength);
        _wire = new(this, bitrate, dataBitrate, transmitQueueLength);
    }

    /// <summary>The interface name of its nodes, their frames, events and messages; <c>virtual</c> by default.</summary>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public string Name
    {
        get;
        init
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value);
            field = value;
            InterfaceNumber = InterfaceNames.NumberOf(value);
        }
    }

    /// <summary>Delivers frames and provides the time.</summary>
    public IScheduler Scheduler { get; }

    /// <summary>The nominal bit rate in bit/s; null if frames take no time.</summary>
    public int? Bitrate => _wire?.Bitrate;

    /// <summary>The bit rate in bit/s of the data phase of CAN FD frames with BRS; null on a classic CAN bus and if frames take no time.</summary>
    public int? DataBitrate => _wire?.DataBitrate;

    /// <summary>What goes wrong from now on; <see cref="CanFaultPlan.None"/> by default. Setting it begins with its seed again.</summary>
    public CanFaultPlan Faults
    {
        get
        {
            lock (Gate)
                return _dice?.Plan ?? CanFaultPlan.None;
        }

        set
        {
            ArgumentNullException.ThrowIfNull(value);
            lock (Gate)
                _dice = value == CanFaultPlan.None ? null : new(value);
        }
    }

    /// <summary>Produces a value, on the scheduler, when the interface exists.</summary>
    internal IObservable<Unit> Available => _returned
        .Merge(Observable.Defer(() => _state == CanLinkState.Missing ? Observable.Empty<Unit>() : Observable.Return(Unit.Default)))
        .ObserveOn(Scheduler);

    /// <summary>The wire, if frames take time on it.</summary>
    internal TimedWire? Wire => _wire;

    /// <summary>Guards nodes, link and wire. No observer is ever called under it.</summary>
    internal Lock Gate { get; } = new();

    internal ushort InterfaceNumber { get; private init; }

    /// <summary>Connects a node: a bus like the one that <see cref="CanBus.Open"/> returns for an interface. Dispose it to disconnect.</summary>
    /// <param name="options">How to open it; <see cref="CanBusOptions.Default"/> if null.</param>
    /// <exception cref="CanInterfaceDownException">The link is down, see <see cref="LinkDown"/>.</exception>
    /// <exception cref="CanInterfaceNotFoundException">The interface was removed, see <see cref="Remove"/>.</exception>
    public ICanBus Connect(CanBusOptions? options = null)
    {
        options ??= CanBusOptions.Default;
        lock (Gate)
        {
            if (!options.WaitForInterface)
                ThrowUnlessUp();
            return Add(new(this, options, isMissing: _state == CanLinkState.Missing));
        }
    }

    /// <summary>
    /// Takes the link down, as <c>ip link set down</c> does: sending fails, frames in transmit queues are lost, and the nodes' streams stay
    /// and report it.
    /// </summary>
    public void LinkDown() => Change(CanLinkState.Down);

    /// <summary>Brings the link up again, also after <see cref="Remove"/>; observers must then subscribe again to receive frames.</summary>
    public void LinkUp() => Change(CanLinkState.Up);

    /// <summary>Removes the interface, like unplugging an adapter: the nodes' streams end with <see cref="CanInterfaceNotFoundException"/>.</summary>
    public void Remove() => Change(CanLinkState.Missing);

    /// <summary>Connects a node to the bus shared by all that open the same name; it lives as long as it has nodes.</summary>
    internal static ICanBus Open(string name, CanBusOptions? options)
    {
        var address = VirtualBusAddress.Parse(name);
        lock (ByName)
        {
            if (!ByName.TryGetValue(address.Name, out var bus))
            {
                bus = address.Create();
                bus._address = address;
                ByName.Add(address.Name, bus);
            }
            else if (!address.Fits(bus._address!))
            {
                throw new CanInterfaceBusyException(
                    address.Name, $"{name}: {address.Name} is open with other settings. Use the same, or none: {address.Name} joins it as it is.");
            }

            return bus.Connect(options);
        }
    }

    /// <summary>Connects a node that works for another one, whatever the state of the link.</summary>
    internal VirtualCanNode ConnectSibling(VirtualCanNode main)
    {
        lock (Gate)
            return Add(new(this, main.Options with { Loopback = true, ReceiveOwnMessages = false, WaitForInterface = false }, main));
    }

    internal void Disconnect(VirtualCanNode node)
    {
        lock (ByName)
        {
            lock (Gate)
            {
                _nodes = Array.FindAll(_nodes, n => n != node);
                _wire?.Leave(node);
                if (_address is not null && _nodes.Length == 0)
                    ByName.Remove(Name);
            }
        }

        _wire?.Follow();
    }

    internal void Transmit(VirtualCanNode sender, in CanFrame frame)
    {
        if (_wire is not null)
        {
            _wire.Send(sender, frame);
            return;
        }

        VirtualCanNode[] nodes;
        lock (Gate)
        {
            ThrowUnlessUp();
            nodes = _nodes;
            var ticks = Scheduler.Now.UtcTicks;
            var fate = FateOf(frame);
            if (fate.DestroyedAt is not null)
                BroadcastError(ticks);
            if (fate.IsDoubled)
                Broadcast(sender, frame, ticks, fate);
            Broadcast(sender, frame, ticks, fate with { IsDoubled = false });
        }

        Flush(nodes);
    }

    /// <summary>Decides what happens to a transmission. Under the gate.</summary>
    internal FrameFate FateOf(in CanFrame frame) => frame.IsError || _dice is null ? default : _dice.Next();

    /// <summary>Puts a frame into the receive buffers of its receivers; <see cref="Flush()"/> follows. Under the gate.</summary>
    internal void Broadcast(VirtualCanNode sender, in CanFrame frame, long ticks, in FrameFate fate = default)
    {
        if (frame.IsError && frame.ToError().State is { } state)
            _controller = state;
        if (!sender.Options.Loopback)
            return;
        var isLate = !fate.IsLost && (fate.Delay > TimeSpan.Zero || !_late.IsEmpty);
        if (isLate)
            _late.Add(sender, frame, fate.Delay);
        // A sender sees the end of a transmission only that it takes for a good one.
        Deliver(sender, frame, ticks, toSender: !fate.IsDoubled, toOthers: !isLate && !fate.IsLost);
    }

    /// <summary>Puts a frame into the receive buffers of its sender's controller, and of the others. Under the gate.</summary>
    internal void Deliver(VirtualCanNode sender, in CanFrame frame, long ticks, bool toSender, bool toOthers)
    {
        foreach (var node in _nodes)
        {
            if (!(node.Main == sender.Main ? toSender : toOthers))
                continue;
            if (node != sender)
                node.Receive(frame.Received(CanFrame.FrameFlags.Local, InterfaceNumber, ticks));
            else if (node.Options.ReceiveOwnMessages)
                node.Receive(frame.Received(CanFrame.FrameFlags.Local | CanFrame.FrameFlags.Own, InterfaceNumber, ticks));
        }
    }

    /// <summary>Puts the error frame of a destroyed transmission into all receive buffers. Under the gate.</summary>
    internal void BroadcastError(long ticks)
    {
        var error = CanFrame.Error(new() { Class = CanErrorClass.Protocol | CanErrorClass.BusError, Protocol = CanProtocolViolation.Bit });
        foreach (var node in _nodes)
            node.Receive(error.Received(CanFrame.FrameFlags.None, InterfaceNumber, ticks));
    }

    /// <summary>Schedules delivery of what waits in receive buffers. Not under the gate.</summary>
    internal void Flush()
    {
        VirtualCanNode[] nodes;
        lock (Gate)
            nodes = _nodes;
        Flush(nodes);
    }

    internal void ThrowUnlessUp()
    {
        if (Trouble() is { } trouble)
            throw trouble;
    }

    /// <summary>The state of the link, and that of the controller while the link is up.</summary>
    internal CanBusState State
    {
        get
        {
            lock (Gate)
                return new(_state, _state == CanLinkState.Up ? _controller : null);
        }
    }

    /// <summary>The controller's state.</summary>
    internal CanState Controller
    {
        get
        {
            lock (Gate)
                return _controller;
        }
    }

    /// <summary>Restarts the controller from bus-off. An error frame reports that, as in the kernel.</summary>
    internal void Restart()
    {
        VirtualCanNode[] nodes;
        lock (Gate)
        {
            ThrowUnlessUp();
            if (_controller != CanState.BusOff)
                throw new CanInterfaceBusyException(Name, $"{Name}: cannot restart the controller: it is not bus-off, but {_controller}.");
            _controller = CanState.ErrorActive;
            nodes = _nodes;
            var restarted = CanFrame.Error(new() { Class = CanErrorClass.Restarted }).Received(CanFrame.FrameFlags.None, InterfaceNumber, Scheduler.Now.UtcTicks);
            foreach (var node in nodes)
                node.Receive(restarted);
        }

        Flush(nodes);
    }

    /// <summary>What a node that begins to receive must report about the link; throws if there is none.</summary>
    internal CanBusEvent? NewsAtConnect(bool wasRemoved)
    {
        lock (Gate)
        {
            if (_state == CanLinkState.Missing)
                ThrowUnlessUp();
            return _state == CanLinkState.Down ? new CanLinkDown(Name, Scheduler.Now)
                : wasRemoved ? new CanLinkUp(Name, Scheduler.Now)
                : null;
        }
    }

    private VirtualCanNode Add(VirtualCanNode node)
    {
        _nodes = [.. _nodes, node];
        return node;
    }

    private void Change(CanLinkState state)
    {
        VirtualCanNode[] nodes;
        bool isBack;
        lock (Gate)
        {
            if (_state == state)
                return;
            isBack = _state == CanLinkState.Missing;
            _state = state;
            _controller = CanState.ErrorActive;
            if (state != CanLinkState.Up)
            {
                _wire?.Clear(() => Trouble()!);
                _late.Clear();
            }

            nodes = _nodes;
            var now = Scheduler.Now;
            foreach (var node in nodes)
            {
                node.Receive(state switch
                {
                    CanLinkState.Up => new CanLinkUp(Name, now),
                    CanLinkState.Down => new CanLinkDown(Name, now),
                    _ => new CanLinkRemoved(Name, now),
                });
            }
        }

        Flush(nodes);
        _wire?.Follow();
        if (isBack)
            _returned.OnNext(Unit.Default);
    }

    private static void Flush(VirtualCanNode[] nodes)
    {
        foreach (var node in nodes)
            node.Flush();
    }

    private CanBusException? Trouble() => _state switch
    {
        CanLinkState.Down => new CanInterfaceDownException(Name, $"{Name}: the interface is down. Bring it up with VirtualCanBus.LinkUp."),
        CanLinkState.Missing =>
            new CanInterfaceNotFoundException(Name, $"{Name}: the interface was removed. Bring it back with VirtualCanBus.LinkUp."),
        _ => null,
    };
}
