using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.Cyclic;

/// <content>What the reading thread does with reports.</content>
internal sealed partial class BroadcastManager
{
    /// <summary>Reads what a socket reports, and frees the keys of operations deleted earlier.</summary>
    public void OnReady(FileDescriptor file)
    {
        BroadcastSocket? socket;
        BroadcastKey[] deleted;
        lock (Gate)
        {
            socket = _sockets.Find(s => s.File == file);
            deleted = socket?.Deleted ?? [];
        }

        if (socket is null || !Drain(socket) || deleted.Length == 0)
            return;
        lock (Gate)
            socket.Forget(deleted);
    }

    /// <summary>Completes the operations left at the end of the bus.</summary>
    public void OnClosed()
    {
        Close();
        BroadcastOperation[] completed;
        lock (Gate)
        {
            completed = [.. _completed];
            _completed.Clear();
        }

        End(completed, null);
    }

    /// <summary>Delivers everything that is waiting; false if the interface is gone.</summary>
    private bool Drain(BroadcastSocket socket)
    {
        int count;
        do
        {
            using (var file = socket.File.Use()) // not during delivery: once the bus is disposed, its jobs must end, whatever an observer does
                count = loop.Frames.Receive(file, hasHeads: true);
            if (count < 0)
            {
                switch (Libc.LastError)
                {
                    case Errno.EINTR or Errno.ENETDOWN: // operations survive a link that is down
                        continue;
                    case Errno.EAGAIN:
                        break;
                    case var errno:
                        Fail(socket, SocketCanError.Of(Name, "recvmmsg", errno));
                        return false;
                }
            }

            for (var i = 0; i < count; i++)
            {
                uint dropped = 0;
                Deliver(socket, loop.Frames.Head(i), loop.Frames.Read(i, Interface, ref dropped));
            }
        }
        while (count == FrameBatch.Capacity || (count < 0 && Libc.LastError != Errno.EAGAIN));

        ReportDropped(socket);
        return true;
    }

    /// <summary>Passes a message to the operation it is about, if that still exists.</summary>
    private void Deliver(BroadcastSocket socket, in BcmMsgHead head, in CanFrame frame)
    {
        var key = BroadcastKey.Of(head);
        BroadcastOperation? operation;
        lock (Gate)
            operation = socket.Find(key);
        if (operation?.Socket is null)
            return;
        try
        {
            operation.OnReport(key, head, frame);
        }
        catch (Exception failure)
        {
            operation.Dispose();
            bus.ReportFailure(failure);
        }
    }

    /// <summary>Ends the operations on a socket whose interface is gone.</summary>
    private void Fail(BroadcastSocket socket, Exception error)
    {
        BroadcastOperation[] operations;
        lock (Gate)
        {
            if (!_sockets.Contains(socket))
                return;
            Forget(socket);
            operations = [.. socket.Operations];
            foreach (var operation in operations)
                operation.Socket = null;
        }

        socket.Dispose();
        End(operations, error);
    }

    /// <summary>Reports what a socket lost since the last time, and recovers the operations that may have missed something.</summary>
    private void ReportDropped(BroadcastSocket socket)
    {
        var dropped = ReceiveBuffer.Dropped(socket.File);
        var lost = dropped - socket.Dropped;
        if (lost == 0)
            return;
        socket.Dropped = dropped;
        lock (Gate)
        {
            foreach (var operation in socket.Operations)
                operation.Recover(socket);
        }

        bus.ReportDropped(lost);
    }

    private void End(BroadcastOperation[] operations, Exception? error)
    {
        foreach (var operation in operations)
        {
            try
            {
                operation.End(error);
            }
            catch (Exception failure)
            {
                bus.ReportFailure(failure);
            }
        }
    }
}
