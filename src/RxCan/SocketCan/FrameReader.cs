using RxCan.Bus;
using RxCan.Frames;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Netlink;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan;

/// <summary>
/// One connection's thread: it waits for frames, for word of the link and to be woken, and delivers. It ends when nobody is subscribed,
/// when the interface is removed, or with the bus, and closes what it opened.
/// </summary>
internal sealed class FrameReader : IDisposable
{
    private const int Wake = 0;
    private const int Frames = 1;
    private const int Link = 2;

    private readonly SocketCanBus _bus;
    private readonly RawSocket _socket;
    private readonly CanConnection _connection;
    private readonly Epoll _epoll = new();
    private readonly WakeEvent _wake = new();
    private readonly LinkMonitor? _links = LinkMonitor.TryOpen();
    private readonly List<(int IfIndex, LinkMonitor.Change Change)> _changes = [];
    private readonly Dictionary<int, ushort> _names = [];
    private readonly HashSet<int> _down = [];
    private readonly ushort _name;
    private uint _dropped;

    public FrameReader(SocketCanBus bus, RawSocket socket, CanConnection connection, bool isBack)
    {
        _bus = bus;
        _socket = socket;
        _connection = connection;
        _name = InterfaceNames.NumberOf(socket.Name);
        _dropped = socket.Dropped;
        if (isBack)
            _down.Add(socket.IfIndex); // that it is up again is news
        try
        {
            _epoll.Add(_wake.File, Wake);
            _epoll.Add(socket.File, Frames);
            if (_links is not null)
                _epoll.Add(_links.File, Link);
            new Thread(Run) { IsBackground = true, Name = $"RxCan {socket.Name}" }.Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Has the thread look whether it is still wanted.</summary>
    public void Interrupt() => _wake.Set();

    private void Run()
    {
        using var batch = new FrameBatch(wantsAddress: _socket.IfIndex == 0);
        try
        {
            if (!LookAtLink())
                return;
            while (true)
            {
                var ready = _epoll.Wait();
                if ((ready & (1 << Wake)) != 0)
                {
                    _wake.Reset();
                    if (_bus.IsDisposed || _bus.TryRetire(this, _connection, batch))
                        return;
                }

                if ((ready & (1 << Frames)) != 0 && !Drain(batch))
                    return;
                if ((ready & (1 << Link)) != 0 && !ReadLinks())
                    return;
            }
        }
        catch (ObjectDisposedException)
        {
            // The bus was disposed between two calls and has closed the socket.
        }
        finally
        {
            Dispose();
            if (_bus.IsDisposed)
                _connection.Complete();
        }
    }

    /// <summary>Delivers what waits; false if the interface is gone.</summary>
    private bool Drain(FrameBatch batch)
    {
        int count;
        do
        {
            count = batch.Receive(_socket.File);
            if (count < 0)
            {
                switch (Libc.LastError)
                {
                    case Errno.EINTR:
                        continue;
                    case Errno.EAGAIN:
                        break;
                    case Errno.ENETDOWN:
                        ReportLink(_socket.IfIndex, LinkMonitor.Change.Down);
                        break;
                    case var errno:
                        End(errno is Errno.ENODEV or Errno.ENXIO ? SocketCanError.Removed(_socket.Name) : SocketCanError.Of(_socket.Name, "recvmmsg", errno));
                        return false;
                }
            }

            Receive(batch, count);
        }
        while ((count == FrameBatch.Capacity || count < 0 && Libc.LastError == Errno.EINTR) && !_wake.IsSet);

        // A loss after the last frame that fitted comes with no frame.
        if (count < FrameBatch.Capacity && _socket.Dropped is var lost && lost != _dropped)
            ReportDropped(lost);
        return true;
    }

    private void Receive(FrameBatch batch, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var dropped = _dropped;
            ref readonly var frame = ref batch.Read(i, _socket.IfIndex != 0 ? _name : NameOf(batch.IfIndex(i)), ref dropped);
            if (dropped != _dropped)
                ReportDropped(dropped);
            _connection.Receive(frame);
        }
    }

    private bool ReadLinks()
    {
        _changes.Clear();
        var isComplete = _links!.Read(_changes);
        foreach (var (ifIndex, change) in _changes)
        {
            if (_socket.IfIndex != 0 && ifIndex != _socket.IfIndex)
                continue;
            if (change != LinkMonitor.Change.Removed)
            {
                ReportLink(ifIndex, change);
            }
            else if (_socket.IfIndex != 0)
            {
                End(SocketCanError.Removed(_socket.Name));
                return false;
            }
            else
            {
                _bus.Report(new CanLinkRemoved(InterfaceNames.Of(NameOf(ifIndex)), _bus.Scheduler.Now));
                _names.Remove(ifIndex);
                _down.Remove(ifIndex);
            }
        }

        return isComplete || LookAtLink();
    }

    /// <summary>Compares with the link as it is now; false if the interface is gone.</summary>
    private bool LookAtLink()
    {
        if (_socket.IfIndex == 0)
            return true;
        if (_socket.IsUp is not { } isUp)
        {
            End(SocketCanError.Removed(_socket.Name));
            return false;
        }

        ReportLink(_socket.IfIndex, isUp ? LinkMonitor.Change.Up : LinkMonitor.Change.Down);
        return true;
    }

    private void ReportLink(int ifIndex, LinkMonitor.Change change)
    {
        var isNews = change == LinkMonitor.Change.Up ? _down.Remove(ifIndex) : _down.Add(ifIndex);
        if (!isNews)
            return;
        var name = _socket.IfIndex != 0 ? _socket.Name : InterfaceNames.Of(NameOf(ifIndex));
        _bus.Report(change == LinkMonitor.Change.Up ? new CanLinkUp(name, _bus.Scheduler.Now) : new CanLinkDown(name, _bus.Scheduler.Now));
    }

    private void ReportDropped(uint dropped)
    {
        var count = dropped - _dropped;
        _dropped = dropped;
        _bus.ReportDropped(count);
    }

    private ushort NameOf(int ifIndex)
    {
        if (!_names.TryGetValue(ifIndex, out var name))
            _names.Add(ifIndex, name = InterfaceNames.NumberOf(Interfaces.NameOf(_socket.File, ifIndex)));
        return name;
    }

    private void End(CanBusException error)
    {
        _bus.Report(new CanLinkRemoved(_socket.Name, _bus.Scheduler.Now));
        _bus.Fail(this, _connection, error);
    }

    /// <summary>The thread's own business, at its end.</summary>
    public void Dispose()
    {
        _epoll.Dispose();
        _wake.Dispose();
        _links?.Dispose();
    }
}
