using System.Reactive.Concurrency;
using RxCan.Virtual;

namespace RxCan;

/// <summary>
/// A CAN bus within the process, on any operating system and any scheduler: what one node sends reaches the others as on a Linux
/// <c>vcan</c>, with its rules of loopback, own messages, remote, error and CAN FD frames. On a virtual-time scheduler a minute of
/// traffic takes a moment.
/// </summary>
/// <remarks>
/// A frame is stamped with the scheduler's time when it is sent and delivered by a scheduled action of each node, never within
/// <see cref="ICanBus.Send"/>: a <c>TestScheduler</c> delivers it one tick later. Frames that a node's observers have not taken wait
/// in its receive buffer (<see cref="CanBusOptions.ReceiveBufferSize"/>); what does not fit is lost and reported, as by the kernel.
/// An error frame that tells of a state (<see cref="CanError.State"/>) sets that of the bus's controller, which
/// <see cref="CanObservable.RestartOnBusOff"/> restarts from bus-off.
/// </remarks>
public sealed class VirtualCanBus
{
    private static readonly Dictionary<string, VirtualCanBus> ByName = [];

    private readonly Lock _gate = new();
    private readonly bool _isNamed;
    private VirtualCanNode[] _nodes = [];
    private LinkState _state;
    private CanState _controller;

    /// <summary>Makes a bus without nodes; its link is up.</summary>
    /// <param name="scheduler">Delivers frames and tells the time; <see cref="DefaultScheduler"/> if null.</param>
    public VirtualCanBus(IScheduler? scheduler = null)
        : this("virtual", scheduler ?? DefaultScheduler.Instance, isNamed: false)
    {
    }

    private VirtualCanBus(string name, IScheduler scheduler, bool isNamed)
    {
        Name = name;
        Scheduler = scheduler;
        _isNamed = isNamed;
        InterfaceNumber = InterfaceNames.NumberOf(name);
    }

    private enum LinkState
    {
        Up,
        Down,
        Removed,
    }

    /// <summary>The interface name that its nodes and frames have.</summary>
    public string Name { get; }

    /// <summary>Delivers frames and tells the time.</summary>
    public IScheduler Scheduler { get; }

    internal ushort InterfaceNumber { get; }

    /// <summary>Connects a node: a bus as <see cref="CanBus.Open"/> gives it for an interface. Dispose it to disconnect.</summary>
    /// <param name="options">How it is opened; <see cref="CanBusOptions.Default"/> if null.</param>
    /// <exception cref="CanInterfaceDownException">The link is down, see <see cref="LinkDown"/>.</exception>
    /// <exception cref="CanInterfaceNotFoundException">The interface was removed, see <see cref="Remove"/>.</exception>
    public ICanBus Connect(CanBusOptions? options = null)
    {
        lock (_gate)
        {
            ThrowUnlessUp();
            return Add(new(this, options ?? CanBusOptions.Default));
        }
    }

    /// <summary>Takes the link down, as <c>ip link set down</c> does: sending fails, the nodes' streams stay and report it.</summary>
    public void LinkDown() => Change(LinkState.Down);

    /// <summary>Brings the link up again, also after <see cref="Remove"/>: then nodes get frames once somebody subscribes anew.</summary>
    public void LinkUp() => Change(LinkState.Up);

    /// <summary>Removes the interface, as unplugging an adapter does: the nodes' streams end with <see cref="CanInterfaceNotFoundException"/>.</summary>
    public void Remove() => Change(LinkState.Removed);

    /// <summary>Connects a node to the bus that joins all who open one name; it lives as long as it has nodes.</summary>
    internal static ICanBus Open(string name, CanBusOptions? options)
    {
        lock (ByName)
        {
            if (!ByName.TryGetValue(name, out var bus))
                ByName.Add(name, bus = new(name, DefaultScheduler.Instance, isNamed: true));
            return bus.Connect(options);
        }
    }

    /// <summary>Connects a node that works for another one, whatever the link is.</summary>
    internal VirtualCanNode ConnectSibling(VirtualCanNode main)
    {
        lock (_gate)
            return Add(new(this, main.Options with { Loopback = true, ReceiveOwnMessages = false }, main));
    }

    internal void Disconnect(VirtualCanNode node)
    {
        lock (ByName)
        {
            lock (_gate)
            {
                _nodes = Array.FindAll(_nodes, n => n != node);
                if (_isNamed && _nodes.Length == 0)
                    ByName.Remove(Name);
            }
        }
    }

    internal void Transmit(VirtualCanNode sender, in CanFrame frame)
    {
        VirtualCanNode[] nodes;
        lock (_gate)
        {
            ThrowUnlessUp();
            if (frame.IsError && frame.ToError().State is { } state)
                _controller = state;
            if (!sender.Options.Loopback)
                return;
            nodes = _nodes;
            var ticks = Scheduler.Now.UtcTicks;
            foreach (var node in nodes)
            {
                if (node != sender)
                    node.Receive(frame.Received(CanFrame.FrameFlags.Local, InterfaceNumber, ticks));
                else if (node.Options.ReceiveOwnMessages)
                    node.Receive(frame.Received(CanFrame.FrameFlags.Local | CanFrame.FrameFlags.Own, InterfaceNumber, ticks));
            }
        }

        foreach (var node in nodes)
            node.Deliver();
    }

    /// <summary>The controller's state.</summary>
    internal CanState Controller
    {
        get
        {
            lock (_gate)
                return _controller;
        }
    }

    /// <summary>Restarts the controller from bus-off, which reports it by an error frame, as the kernel does.</summary>
    internal void Restart()
    {
        VirtualCanNode[] nodes;
        lock (_gate)
        {
            ThrowUnlessUp();
            if (_controller != CanState.BusOff)
                throw new CanInterfaceBusyException(Name, $"{Name}: cannot restart the controller: it is not bus-off, but {_controller}.");
            _controller = CanState.ErrorActive;
            nodes = _nodes;
            var restarted = CanFrame.Error(new(CanErrorClass.Restarted)).Received(CanFrame.FrameFlags.None, InterfaceNumber, Scheduler.Now.UtcTicks);
            foreach (var node in nodes)
                node.Receive(restarted);
        }

        foreach (var node in nodes)
            node.Deliver();
    }

    /// <summary>What a node that begins to receive has to tell of the link; throws if there is none.</summary>
    internal CanBusEvent? NewsAtConnect(bool wasRemoved)
    {
        lock (_gate)
        {
            if (_state == LinkState.Removed)
                ThrowUnlessUp();
            return _state == LinkState.Down ? new CanLinkDown(Name, Scheduler.Now)
                : wasRemoved ? new CanLinkUp(Name, Scheduler.Now)
                : null;
        }
    }

    private VirtualCanNode Add(VirtualCanNode node)
    {
        _nodes = [.. _nodes, node];
        return node;
    }

    private void Change(LinkState state)
    {
        VirtualCanNode[] nodes;
        lock (_gate)
        {
            if (_state == state)
                return;
            _state = state;
            _controller = CanState.ErrorActive;
            nodes = _nodes;
            var now = Scheduler.Now;
            foreach (var node in nodes)
            {
                node.Receive(state switch
                {
                    LinkState.Up => new CanLinkUp(Name, now),
                    LinkState.Down => new CanLinkDown(Name, now),
                    _ => new CanLinkRemoved(Name, now),
                });
            }
        }

        foreach (var node in nodes)
            node.Deliver();
    }

    private void ThrowUnlessUp()
    {
        if (_state == LinkState.Down)
            throw new CanInterfaceDownException(Name, $"{Name}: the interface is down. Bring it up with VirtualCanBus.LinkUp.");
        if (_state == LinkState.Removed)
            throw new CanInterfaceNotFoundException(Name, $"{Name}: the interface was removed. Bring it back with VirtualCanBus.LinkUp.");
    }
}
