using RxCan.Bus;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.Cyclic;

/// <content>
/// The sockets: each operation is on the first one where its keys are free. So any number of operations with the same key can run at once,
/// and operations with different keys share one socket. A socket without operations is closed.
/// </content>
internal sealed partial class BroadcastManager
{
    private readonly List<BroadcastSocket> _sockets = [];
    private readonly HashSet<CanBusBase> _siblings = [];
    private readonly List<BroadcastOperation> _completed = [];
    private bool _isClosed;

    /// <summary>Guards the sockets and their operations; no observer is ever called under it.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Sets an operation up; false if the kernel has no broadcast manager. Any other error ends the operation.</summary>
    public bool TrySetUp(BroadcastOperation operation)
    {
        try
        {
            lock (Gate)
                return SetUp(operation);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            operation.End(e as CanBusException ?? (e is IOException ? new CanBusException(Name, $"{Name}: {e.Message}.", e) : e));
            return true;
        }
    }

    /// <summary>Deletes an operation, unless it is already deleted.</summary>
    public void Delete(BroadcastOperation operation)
    {
        BroadcastSocket? idle = null;
        Errno errno;
        lock (Gate)
        {
            if (operation.Socket is not { } socket)
                return;
            errno = Delete(operation, socket);
            if (socket.IsIdle)
                Forget(idle = socket);
        }

        idle?.Dispose(); // blocks for a moment in the kernel
        if (errno != Errno.None)
        {
            var id = CanId.FromRaw(operation.Keys[0].Id & ~CanId.RtrFlag);
            bus.Post(new CanCyclicDeleteFailed(Name, bus.Scheduler.Now, id, SocketCanError.Of(Name, "CAN_BCM deletion", errno)));
        }
    }

    /// <summary>Deletes everything when the bus is disposed. The thread completes the operations when its loop is closed.</summary>
    public void Close()
    {
        BroadcastSocket[] sockets;
        CanBusBase[] siblings;
        lock (Gate)
        {
            _isClosed = true;
            sockets = [.. _sockets];
            siblings = [.. _siblings];
            _sockets.Clear();
            foreach (var operation in sockets.SelectMany(s => s.Operations))
            {
                operation.Socket = null;
                _completed.Add(operation);
            }
        }

        foreach (var socket in sockets)
            socket.Dispose();
        foreach (var sibling in siblings)
            sibling.Dispose();
    }

    private bool SetUp(BroadcastOperation operation)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_isClosed, bus);
            var socket = _sockets.Find(s => s.Takes(operation));
            var isNew = socket is null;
            if (socket is null)
            {
                socket = BroadcastSocket.Open(Name, Options);
                if (socket is null)
                    return false;
            }

            var errno = Errno.None;
            try
            {
                operation.Check(socket);
                if (isNew)
                {
                    loop.Add(socket.File, this);
                    _sockets.Add(socket);
                }

                socket.Enter(operation);
                operation.Socket = socket;
                errno = operation.SetUp(socket);
                if (errno == Errno.None)
                    return true;
                Delete(operation, socket);
            }
            finally
            {
                if (socket.IsIdle)
                {
                    Forget(socket);
                    socket.Dispose();
                }
            }

            if (isNew || !BroadcastSocket.IsGone(errno))
                throw SocketCanError.Of(Name, "CAN_BCM set-up", errno);
            socket.IsSpent = true; // the interface was removed, and there may be a new one with the same name
        }
    }

    private Errno Delete(BroadcastOperation operation, BroadcastSocket socket)
    {
        operation.Socket = null;
        var errno = socket.Delete(operation);
        if (operation.Reports)
            loop.Interrupt(socket.File);
        return errno;
    }

    private void Forget(BroadcastSocket socket)
    {
        _sockets.Remove(socket);
        loop.Remove(socket.File);
    }
}
