using System.Diagnostics.CodeAnalysis;
using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan.Bus;
using RxCan.Cyclic;
using RxCan.IsoTp;
using RxCan.J1939;
using RxCan.Links;
using RxCan.SocketCan.Cyclic;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.IsoTp;
using RxCan.SocketCan.J1939;
using RxCan.SocketCan.Netlink;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan;

/// <summary>
/// A bus over one <c>CAN_RAW</c> socket. It has a thread for its frames while there are subscriptions, and one for the sockets of all its
/// engines while there are any.
/// </summary>
internal sealed class SocketCanBus : CanBusBase, IBroadcastManagerHost, IIsoTpEngineProvider, IJ1939EngineProvider, IFrameBatchSender,
    IEchoingBus, ICanLink
{
    private static readonly TimeSpan RoomPoll = TimeSpan.FromMilliseconds(1); // a few frames' time on the wire; the kernel does not report when there is room

    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _closed = new();
    private readonly BroadcastManager? _broadcast;
    private readonly KernelIsoTp _isoTp;
    private readonly PollLoop _engineLoop;
    private readonly PollLoop _frameLoop;
    private volatile RawSocket _socket; // one field is enough: a socket knows whether its interface is gone
    private FrameReader? _reader;
    private LinkMonitor? _links; // the readers' in turn, because opening one takes the kernel a while; until the loop's thread ends
    private SocketCanBus? _echoes;
    private bool _isBack; // the interface was removed, so its coming up is reported
    private int _waiters;

    private SocketCanBus(RawSocket socket, CanBusOptions options, SocketCanBus? main = null)
        : base(socket.Name, options, DefaultScheduler.Instance, main)
    {
        _socket = socket;
        _engineLoop = main?._engineLoop ?? new($"RxCan {Name} engines");
        _frameLoop = main?._engineLoop ?? new($"RxCan {Name}", wantsAddress: Name == BusName.Any, ended: CloseLinks);
        _isoTp = new(this, _engineLoop);
        if (Name != BusName.Any) // the kernel's broadcast manager sends, and answers, on one interface
            _broadcast = new(this, _engineLoop, OpenSibling);
    }

    public IBroadcastManager? BroadcastManager => _broadcast;

    public ICanBus? Echoes
    {
        get
        {
            lock (Gate)
            {
                try
                {
                    if (_echoes is null && !IsDisposed && Options.Loopback && Name != BusName.Any)
                        _echoes = OpenSibling();
                }
                catch (CanBusException)
                {
                    // Without a socket for it, frames count as sent once they are in the transmit queue.
                }

                return _echoes;
            }
        }
    }

    public override CanBusState State
    {
        get
        {
            if (Name == BusName.Any)
                return new(CanLinkState.Up, null);
            try
            {
                var link = LinkControl.Get(Name);
                return StateOf(link.IsUp ? CanLinkState.Up : CanLinkState.Down, link.Controller?.State);
            }
            catch (CanInterfaceNotFoundException)
            {
                return new(CanLinkState.Missing, null);
            }
            catch (CanBusException)
            {
                return base.State; // without netlink, what the events say
            }
        }
    }

    public CanState? ControllerState
    {
        get
        {
            try
            {
                return LinkControl.Get(Name).Controller?.State;
            }
            catch (CanBusException)
            {
                return null;
            }
        }
    }

    public IObservable<Unit>? Available => LinkControl.Watch(null, null)
        .Where(change => change.Kind != CanLinkChangeKind.Removed && change.Link.Name == Name)
        .Select(_ => Unit.Default);

    public static ICanBus Open(string name, CanBusOptions options)
    {
        RawSocket socket;
        try
        {
            socket = RawSocket.Open(name, options);
        }
        catch (CanInterfaceNotFoundException) when (options.WaitForInterface && Interfaces.IsName(name))
        {
            return new SocketCanBus(RawSocket.Missing(name, options), options) { _isBack = true };
        }

        if (socket.IsUp == true || options.WaitForInterface)
            return new SocketCanBus(socket, options);
        socket.Dispose();
        throw SocketCanError.IsDown(name);
    }

    bool IIsoTpEngineProvider.TryOpenIsoTp(
        IsoTpAddress address, IsoTpOptions options, [NotNullWhen(true)] out IIsoTpEngine? engine, [NotNullWhen(false)] out string? reason) =>
        _isoTp.TryOpen(address, options, out engine, out reason);

    bool IJ1939EngineProvider.TryOpenJ1939(
        J1939Name? name, J1939Options options, [NotNullWhen(true)] out IJ1939Engine? engine, [NotNullWhen(false)] out string? reason) =>
        KernelJ1939.TryOpen(this, _engineLoop, name, options, out engine, out reason);

    private protected override bool IsDelivering => _frameLoop.IsCurrent || _engineLoop.IsCurrent;

    public void RestartController() => LinkControl.Restart(Name);

    public override void Send(in CanFrame frame)
    {
        if (!TrySend(frame))
            throw SocketCanError.QueueFull(Name);
    }

    int IFrameBatchSender.TrySend(ReadOnlySpan<CanFrame> frames)
    {
        if (IsDisposed || _socket.IsDead || Volatile.Read(ref _waiters) > 0)
            return 0;
        var count = _socket.TrySend(frames);
        CountSent(count);
        return count;
    }

    public override ValueTask SendAsync(
        CanFrame frame, TimeSpan? timeout = null, IScheduler? scheduler = null, CancellationToken cancellationToken = default)
    {
        CheckTimeout(timeout, scheduler);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        try
        {
            if (Volatile.Read(ref _waiters) == 0 && TrySend(frame))
                return ValueTask.CompletedTask;
        }
        catch (Exception e) when (e is CanBusException or ObjectDisposedException)
        {
            return ValueTask.FromException(e);
        }

        return new(SendWhenRoom(frame, timeout, scheduler ?? Scheduler, cancellationToken));
    }

    /// <summary>
    /// Opens another socket for the same interface, up or down, that receives this bus's own frames too, on the engines' thread. This bus reports
    /// its events.
    /// </summary>
    /// <exception cref="CanBusException">It cannot be opened.</exception>
    internal SocketCanBus OpenSibling()
    {
        var options = Options with { WaitForInterface = false }; // engines end with the interface
        return new(RawSocket.Open(Name, options), options, this);
    }

    /// <summary>Ends a reader's connection with an error; the next subscription, or the next frame to send, reopens the interface.</summary>
    internal void Fail(FrameReader reader, CanConnection connection, CanBusException error)
    {
        lock (Gate)
        {
            reader.Leave();
            if (_reader == reader)
            {
                _reader = null;
                _socket.IsDead = _isBack = true;
            }
        }

        Report(EventOf(error));
        connection.Fail(error);
    }

    /// <summary>Ends a reader's connection if there are no subscriptions any more.</summary>
    internal bool TryRetire(FrameReader reader, CanConnection connection, FrameBatch batch)
    {
        lock (Gate)
        {
            if (!connection.TryRetire())
                return false;
            reader.Leave();
            batch.Discard(_socket.File); // frames for the old subscriptions are not for new ones
            if (_reader == reader)
            {
                _reader = null;
                _socket.IsDead = _isBack = reader.IsRemoved;
                if (_frameLoop == _engineLoop)
                    CloseLinks(); // that thread goes on for others
            }

            return true;
        }
    }

    /// <summary>Closes what reports link changes, unless a reader needs it.</summary>
    internal void CloseLinks()
    {
        lock (Gate)
        {
            if (_reader is not null && !IsDisposed)
                return;
            _links?.Dispose();
            _links = null;
        }
    }

    protected internal override void Connect(CanConnection connection)
    {
        if (_socket.IsDead || _socket.IsUp is null)
        {
            try
            {
                Reopen();
            }
            catch (CanInterfaceNotFoundException)
            {
                _isBack = true;
                throw;
            }
        }

        try
        {
            _links ??= LinkMonitor.TryOpen();
            _reader = new(this, _frameLoop, _socket, connection, _links, _frameLoop != _engineLoop, _isBack);
            _isBack = false;
        }
        catch (IOException e) when (e is not CanBusException)
        {
            _isBack = true; // so that its return is reported
            throw new CanBusException(Name, $"{Name}: cannot receive: {e.Message}.", e);
        }
    }

    protected override void Apply(CanFilter filter, CanErrorClass errors)
    {
        var socket = _socket;
        try
        {
            socket.SetFilter(filter.KernelFilter);
            socket.SetErrorMask(errors);
        }
        catch (ObjectDisposedException) when (IsDisposed || socket != _socket)
        {
            // Its connection has ended meanwhile.
        }
    }

    protected internal override void Idle(CanConnection connection) => _reader?.Interrupt();

    protected internal override void Close(CanConnection? connection)
    {
        _ = _closed.CancelAsync();
        _broadcast?.Close();
        _echoes?.Dispose();
        if (_frameLoop != _engineLoop)
            _engineLoop.Close();
        FrameReader? reader;
        lock (Gate)
        {
            reader = connection is null ? null : _reader;
            _socket.Dispose();
        }

        // A thread that still delivers completes the subscriptions; without one, only observers of events are left.
        reader?.Interrupt();
        if (_frameLoop != _engineLoop)
            _frameLoop.Close();
        if (reader is not null)
            return;
        CloseLinks();
        PostCompletion();
    }

    private bool TrySend(in CanFrame frame)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            var socket = _socket;
            if (socket.IsDead)
                socket = Reopened(socket);
            try
            {
                var isSent = socket.TrySend(frame);
                if (isSent)
                    CountSent();
                return isSent;
            }
            catch (CanInterfaceNotFoundException) when (!socket.IsDead && MarkDead(socket))
            {
                // The interface may have come back with another index.
            }
            catch (ObjectDisposedException) when (!IsDisposed)
            {
                // Another thread has reopened the interface.
            }
        }
    }

    /// <summary>Closes a socket, unless a reader does so, because its subscribers must get the error.</summary>
    private bool MarkDead(RawSocket socket)
    {
        lock (Gate)
        {
            if (_reader is null && Name != BusName.Any)
                socket.IsDead = true;
            return socket.IsDead;
        }
    }

    private RawSocket Reopened(RawSocket dead)
    {
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            if (_socket == dead)
                Reopen();
            return _socket;
        }
    }

    private void Reopen()
    {
        var socket = RawSocket.Open(Name, Options);
        _socket.Dispose();
        _socket = socket;
    }

    private async Task SendWhenRoom(CanFrame frame, TimeSpan? timeout, IScheduler scheduler, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        using var deadline = DueTimer.After(scheduler, timeout, () =>
        {
            try
            {
                ended.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // it was sent at the last moment
            }
        });
        Interlocked.Increment(ref _waiters);
        try
        {
            await _turn.WaitAsync(ended.Token).ConfigureAwait(false);
            try
            {
                while (!TrySend(frame))
                    await Task.Delay(RoomPoll, ended.Token).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            throw new TimeoutException($"{Name}: the transmit queue had no room for {frame} within {timeout!.Value.TotalMilliseconds} ms.");
        }
        finally
        {
            Interlocked.Decrement(ref _waiters);
        }
    }
}
