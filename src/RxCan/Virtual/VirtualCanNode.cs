using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using RxCan.Bus;
using RxCan.Cyclic;
using RxCan.Frames;
using RxCan.SocketCan.Cyclic;

namespace RxCan.Virtual;

/// <summary>One node of a virtual bus: a receive buffer, drained by actions of the bus's scheduler, one at a time.</summary>
internal sealed class VirtualCanNode(VirtualCanBus bus, CanBusOptions options, VirtualCanNode? main = null)
    : CanBusBase(bus.Name, options, bus.Scheduler, main), IBroadcastManagerHost, ICanLink
{
    private const int BufferBytesPerFrame = 650; // what the kernel takes of a socket's receive buffer, about

    private readonly Lock _queueGate = new();
    private readonly Queue<Delivery> _queue = new();
    private readonly int _capacity = Math.Max(1, options.ReceiveBufferSize / BufferBytesPerFrame);
    private CanConnection? _connection;
    private IReadOnlyList<CanFilterEntry> _filter = [];
    private CanErrorClass _errors;
    private long _lost;
    private bool _draining;
    private bool _wasRemoved;
    private Action? _ending;
    private VirtualCanNode[] _siblings = [];
    private PortableBroadcastManager? _broadcast;

    /// <summary>As in the kernel, a party of its own: this node gets the frames of its jobs, and its watches what it sends.</summary>
    public IBroadcastManager? BroadcastManager
    {
        get
        {
            lock (Gate)
            {
                if (_broadcast is null && !IsDisposed)
                {
                    _siblings = [bus.ConnectSibling(this), bus.ConnectSibling(this)];
                    _broadcast = new(can: _siblings[0], watched: _siblings[1], Scheduler);
                }

                return _broadcast;
            }
        }
    }

    public CanState? ControllerState => bus.Controller;

    public IObservable<Unit>? Available => null;

    public void RestartController() => bus.Restart();

    /// <summary>The controller's, which those who work for this node share; null on a bus without a bit rate.</summary>
    public TransmitQueue? TransmitQueue { get; } = main is null ? bus.Wire?.NewQueue() : main.TransmitQueue;

    public override void Send(in CanFrame frame)
    {
        ThrowIfUnable(frame);
        bus.Transmit(this, frame);
    }

    public override ValueTask SendAsync(
        CanFrame frame, TimeSpan? timeout = null, IScheduler? scheduler = null, CancellationToken cancellationToken = default)
    {
        CheckTimeout(timeout);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        try
        {
            ThrowIfUnable(frame);
            if (bus.Wire is { } wire)
                return wire.SendAsync(this, frame, timeout, scheduler ?? Scheduler, cancellationToken);
            bus.Transmit(this, frame); // there is always room
            return ValueTask.CompletedTask;
        }
        catch (Exception e) when (e is CanBusException or ObjectDisposedException)
        {
            return ValueTask.FromException(e);
        }
    }

    /// <summary>Takes a frame from the wire, as a socket's receive path does: filter, buffer, or loss. <see cref="Flush"/> follows.</summary>
    internal void Receive(in CanFrame frame)
    {
        lock (_queueGate)
        {
            if (_connection is null || (frame.IsFd && !Options.Fd) || !Passes(frame))
                return;
            if (_queue.Count >= _capacity)
            {
                _lost++;
                return;
            }

            _queue.Enqueue(new(frame, _lost, null));
            _lost = 0;
        }
    }

    /// <summary>Takes word of the link, in order with the frames. <see cref="Flush"/> follows.</summary>
    internal void Receive(CanBusEvent happened)
    {
        lock (_queueGate)
        {
            if (_connection is not null)
                _queue.Enqueue(new(default, 0, happened));
        }
    }

    /// <summary>Has what waits delivered, unless that is under way. Not under a lock: some schedulers act at once.</summary>
    internal void Flush()
    {
        lock (_queueGate)
        {
            if (_draining || (_queue.Count == 0 && _ending is null))
                return;
            _draining = true;
        }

        ScheduleDrain();
    }

    protected internal override void Connect(CanConnection connection)
    {
        var news = bus.NewsAtConnect(_wasRemoved);
        _wasRemoved = false;
        lock (_queueGate)
        {
            _connection = connection;
            _queue.Clear();
            _lost = 0;
            if (news is not null)
                _queue.Enqueue(new(default, 0, news));
        }
    }

    protected override void Started() => Flush();

    protected override void Apply(CanFilter filter, CanErrorClass errors)
    {
        lock (_queueGate)
            (_filter, _errors) = (filter.KernelFilter, errors);
    }

    protected internal override void Idle(CanConnection connection)
    {
        if (!connection.TryRetire())
            return;
        lock (_queueGate)
        {
            _connection = null;
            _queue.Clear();
        }
    }

    protected internal override void Close(CanConnection? connection)
    {
        foreach (var sibling in _siblings)
            sibling.Dispose();
        bus.Disconnect(this);
        lock (_queueGate)
        {
            _connection = null;
            _queue.Clear();
            _ending = () => Complete(connection);
        }

        Flush();
    }

    private void ThrowIfUnable(in CanFrame frame)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (frame.IsFd && !Options.Fd)
            throw new CanNotSupportedException(Name, $"{Name}: opened without CAN FD. Set CanBusOptions.Fd to send {frame}.");
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

    private void ScheduleDrain() => Scheduler.Schedule(this, static (_, node) =>
    {
        node.Drain();
        return Disposable.Empty;
    });

    /// <summary>Delivers what waits now; what its observers send is for a later action, so that the time of the scheduler can go on.</summary>
    private void Drain()
    {
        int waiting;
        lock (_queueGate)
            waiting = _queue.Count;
        for (; waiting > 0; waiting--)
        {
            Delivery next;
            CanConnection? connection;
            lock (_queueGate)
            {
                connection = _connection;
                if (connection is null || !_queue.TryDequeue(out next))
                    break;
            }

            if (next.LostBefore > 0)
                ReportDropped(next.LostBefore);
            if (next.Event is null)
                connection.Receive(next.Frame);
            else
                Tell(connection, next.Event);
        }

        long lost;
        Action? ending;
        lock (_queueGate)
        {
            lost = _queue.Count == 0 ? _lost : 0;
            _lost -= lost;
            ending = _ending;
            _ending = null;
        }

        if (lost > 0)
            ReportDropped(lost);
        ending?.Invoke();
        lock (_queueGate)
            _draining = false;
        Flush();
    }

    private void Tell(CanConnection connection, CanBusEvent happened)
    {
        Report(happened);
        if (happened is not CanLinkRemoved)
            return;
        lock (_queueGate)
        {
            if (_connection == connection)
            {
                _wasRemoved = true;
                _connection = null;
                _queue.Clear();
            }
        }

        connection.Fail(new CanInterfaceNotFoundException(Name, $"{Name}: the interface was removed. Subscribe again when it is back."));
    }

    private readonly record struct Delivery(CanFrame Frame, long LostBefore, CanBusEvent? Event);
}
