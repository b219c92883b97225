using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.Cyclic;

/// <summary>The thread that waits for what the sockets of a bus's broadcast manager report.</summary>
internal sealed class BroadcastReader : SocketReader
{
    private readonly BroadcastManager _manager;
    private readonly FrameBatch _batch = new(wantsAddress: false, BcmMsgHead.Size);

    public BroadcastReader(BroadcastManager manager)
    {
        _manager = manager;
        Start($"RxCan BCM {manager.Name}");
    }

    public override void Dispose()
    {
        base.Dispose();
        _batch.Dispose();
    }

    protected override void OnReady(int number)
    {
        if (_manager.Find(number) is { } socket)
            Drain(socket);
    }

    protected override bool OnWoken()
    {
        foreach (var (socket, keys) in _manager.Deleted())
        {
            Drain(socket);
            _manager.Forget(socket, keys);
        }

        return !_manager.TryRetire(this);
    }

    private void Drain(BroadcastSocket socket)
    {
        try
        {
            int count;
            do
            {
                count = _batch.Receive(socket.File);
                if (count < 0)
                {
                    switch (Libc.LastError)
                    {
                        case Errno.EINTR or Errno.ENETDOWN: // a link that is down is no end
                            continue;
                        case Errno.EAGAIN:
                            break;
                        case var errno:
                            _manager.Fail(socket, SocketCanError.Of(_manager.Name, "recvmmsg", errno));
                            return;
                    }
                }

                for (var i = 0; i < count; i++)
                {
                    uint dropped = 0;
                    _manager.Deliver(socket, _batch.Head(i), _batch.Read(i, _manager.Interface, ref dropped));
                }
            }
            while (count == FrameBatch.Capacity || (count < 0 && Libc.LastError != Errno.EAGAIN));

            _manager.ReportDropped(socket);
        }
        catch (ObjectDisposedException)
        {
            // Its last operation was disposed meanwhile.
        }
    }
}
