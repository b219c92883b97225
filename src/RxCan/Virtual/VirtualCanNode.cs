using System.Reactive;
using System.Reactive.Concurrency;
using RxCan.Bus;
using RxCan.Cyclic;
using RxCan.Frames;

namespace RxCan.Virtual;

/// <summary>One node of a virtual bus: it puts what its subscribers asked for into a receive queue, which the bus's scheduler empties.</summary>
internal sealed class VirtualCanNode : CanBusBase, IBroadcastManagerHost, IEchoingBus, ICanLink
{
    private readonly VirtualCanBus _bus;
    private readonly CanReceiveQueue _queue;
    private volatile IReadOnlyList<CanFilterEntry> _filter = [];
    private volatile CanErrorClass _errors;
    private bool _wasRemoved;
    private VirtualCanNode[] _siblings = [];
    private PortableBroadcastManager? _broadcast;
    private VirtualCanNode? _echoes;

    public VirtualCanNode(VirtualCanBus bus, CanBusOptions options, VirtualCanNode? main = null, bool isMissing = false)
        : base(bus.Name, options, bus.Scheduler, main)
    {
        _bus = bus;
        _queue = new(this);
        _wasRemoved = isMissing;
        TransmitQueue = main is null ? bus.Wire?.NewQueue() : main.TransmitQueue;
        Main = main?.Main ?? this;
    }

    /// <summary>The node that a user opened: this one, or the one that it works for. They are one controller.</summary>
    public VirtualCanNode Main { get; }

    /// <summary>As in the kernel, a separate node: this node receives the frames of its jobs, and its watches receive what it sends.</summary>
    public IBroadcastManager? BroadcastManager
    {
        get
        {
            lock (Gate)
            {
                if (_broadcast is null && !IsDisposed)
                {
                    _siblings = [_bus.ConnectSibling(this), _bus.ConnectSibling(this)];
                    _broadcast = new(can: _siblings[0], watched: _siblings[1], Scheduler);
                }

                return _broadcast;
            }
        }
    }

    public ICanBus? Echoes
    {
        get
        {
            lock (Gate)
            {
                if (_echoes is null && !IsDisposed && Options.Loopback)
                    _echoes = _bus.ConnectSibling(this);
                return _echoes;
            }
        }
    }

    public override CanBusState State => _bus.State;

    public CanState? ControllerState => _bus.Controller;

    public IObservable<Unit>? Available => _bus.Available;

    /// <summary>The controller's queue, shared by the nodes that work for this one; null on a bus without a bit rate.</summary>
    public TransmitQueue? TransmitQueue { get; }

    public void RestartController() => _bus.Restart();

    public override void Send(in CanFrame frame)
    {
        ThrowIfUnable(frame);
        _bus.Transmit(this, frame);
        CountSent();
    }

    public override ValueTask SendAsync(
        CanFrame frame, TimeSpan? timeout = null, IScheduler? scheduler = null, CancellationToken cancellationToken = default)
    {
        CheckTimeout(timeout, scheduler);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        try
        {
            ThrowIfUnable(frame);
            if (_bus.Wire is { } wire)
            {
                var sending = wire.SendAsync(this, frame, timeout, scheduler ?? Scheduler, cancellationToken);
                CountSent(); // also one that waits: the queue of those is part of the bus
                return sending;
            }

            _bus.Transmit(this, frame); // there is always room
            CountSent();
            return ValueTask.CompletedTask;
        }
        catch (Exception e) when (e is CanBusException or ObjectDisposedException)
        {
            return ValueTask.FromException(e);
        }
    }

    /// <summary>Takes a frame from the wire, as a socket's receive path does: filter, then buffer or loss. <see cref="Flush"/> follows.</summary>
    internal void Receive(in CanFrame frame)
    {
        if ((!frame.IsFd || Options.Fd) && Passes(frame))
            _queue.Add(frame);
    }

    /// <summary>Takes a report about the link, in order with the frames. <see cref="Flush"/> follows.</summary>
    internal void Receive(CanBusEvent happened)
    {
        _queue.Add(happened);
        if (happened is not CanLinkRemoved)
            return;
        _wasRemoved = true;
        _queue.Add(new CanInterfaceNotFoundException(Name, $"{Name}: the interface was removed. Subscribe again when it is back."));
    }

    /// <summary>Schedules delivery of what waits. Not under a lock.</summary>
    internal void Flush() => _queue.Flush();

    protected internal override void Connect(CanConnection connection)
    {
        var news = _bus.NewsAtConnect(_wasRemoved);
        _wasRemoved = false;
        _queue.Begin(connection);
        if (news is not null)
            _queue.Add(news);
    }

    protected override void Started() => Flush();

    protected override void Apply(CanFilter filter, CanErrorClass errors) => (_filter, _errors) = (filter.KernelFilter, errors);

    protected internal override void Idle(CanConnection connection)
    {
        if (connection.TryRetire())
            _queue.End();
    }

    protected internal override void Close(CanConnection? connection)
    {
        foreach (var sibling in _siblings)
            sibling.Dispose();
        _echoes?.Dispose();
        _bus.Disconnect(this);
        _queue.Complete(connection);
    }

    private void ThrowIfUnable(in CanFrame frame)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (frame.IsFd && !Options.Fd)
            throw new CanNotSupportedException(Name, $"{Name}: the bus was opened without CAN FD. Set CanBusOptions.Fd to send {frame}.");
    }

    private bool Passes(in CanFrame frame)
    {
        if (frame.IsError)
            return ((uint)_errors & frame.Id.Value) != 0;
        foreach (var entry in _filter)
        {
            if (entry.Matches(frame))
                return true;
        }

        return false;
    }
}
