using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Cyclic;

/// <content>What the thread that reads does with what it gets.</content>
internal sealed partial class BroadcastManager
{
    public BroadcastSocket? Find(int number)
    {
        lock (Gate)
            return _sockets.Find(s => s.Number == number);
    }

    /// <summary>Gives a message to the operation it is about, if that still exists.</summary>
    public void Deliver(BroadcastSocket socket, in BcmMsgHead head, in CanFrame frame)
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

    /// <summary>Ends what is on a socket whose interface is gone.</summary>
    public void Fail(BroadcastSocket socket, Exception error)
    {
        BroadcastOperation[] operations;
        lock (Gate)
        {
            if (!_sockets.Remove(socket))
                return;
            operations = [.. socket.Operations];
            foreach (var operation in operations)
                operation.Socket = null;
        }

        socket.Dispose();
        End(operations, error);
        Interrupt();
    }

    /// <summary>Reports what a socket lost since the last time, and looks after those who may have missed something.</summary>
    public void ReportDropped(BroadcastSocket socket)
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

    /// <summary>The keys of what was deleted. They can be used again once what waits on their sockets is read.</summary>
    public List<(BroadcastSocket Socket, BroadcastKey[] Keys)> Deleted()
    {
        lock (Gate)
            return [.. from socket in _sockets let keys = socket.Deleted.ToArray() where keys.Length > 0 select (socket, keys)];
    }

    public void Forget(BroadcastSocket socket, BroadcastKey[] keys)
    {
        lock (Gate)
            socket.Forget(keys);
    }

    /// <summary>Lets the thread go if there is no socket to read; completes what the bus's end left.</summary>
    public bool TryRetire(BroadcastReader reader)
    {
        BroadcastOperation[] completed;
        bool isOver;
        lock (Gate)
        {
            isOver = _sockets.Count == 0;
            if (isOver && _reader == reader)
                _reader = null;
            completed = [.. _completed];
            _completed.Clear();
        }

        End(completed, null);
        return isOver;
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

    private void Interrupt()
    {
        lock (Gate)
            _reader?.Interrupt();
    }
}
