using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan;

/// <summary>
/// The thread that waits for what the sockets of a bus's broadcast manager report, be it the end of their interface. It ends, and closes
/// what it opened, when there is no such socket any more.
/// </summary>
internal sealed class BroadcastReader : IDisposable
{
    /// <summary>The number that no socket has.</summary>
    public const int Wake = 0;

    private readonly BroadcastManager _manager;
    private readonly Epoll _epoll = new();
    private readonly WakeEvent _wake = new();

    public BroadcastReader(BroadcastManager manager)
    {
        _manager = manager;
        try
        {
            _epoll.Add(_wake.File, Wake);
            new Thread(Run) { IsBackground = true, Name = $"RxCan BCM {manager.Name}" }.Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Add(BroadcastSocket socket) => _epoll.Add(socket.File, socket.Number);

    /// <summary>Has the thread look what was deleted, and whether it is still wanted.</summary>
    public void Interrupt() => _wake.Set();

    public void Dispose()
    {
        _epoll.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        using var batch = new FrameBatch(wantsAddress: false, BcmMsgHead.Size);
        Span<int> ready = stackalloc int[4];
        try
        {
            while (true)
            {
                var count = _epoll.Wait(ready);
                foreach (var number in ready[..count])
                {
                    if (number != Wake)
                    {
                        if (_manager.Find(number) is { } socket)
                            Drain(socket, batch);
                        continue;
                    }

                    _wake.Reset();
                    foreach (var (socket, keys) in _manager.Deleted())
                    {
                        Drain(socket, batch);
                        _manager.Forget(socket, keys);
                    }

                    if (_manager.TryRetire(this))
                        return;
                }
            }
        }
        finally
        {
            Dispose();
        }
    }

    private void Drain(BroadcastSocket socket, FrameBatch batch)
    {
        try
        {
            int count;
            do
            {
                count = batch.Receive(socket.File);
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
                    var frame = batch.Read(i, _manager.Interface, ref dropped);
                    _manager.Deliver(socket, batch.Head(i), frame);
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
