using RxCan.Bus;
using RxCan.Frames;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Netlink;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan;

/// <summary>
/// One connection: it delivers the frames of a socket and reports link changes, on a loop's thread, until the last subscription ends, the
/// interface is removed, or the bus is disposed.
/// </summary>
internal sealed class FrameReader : IPollClient
{
    private const int MaxCalls = 128; // then the thread's other clients get their turn
    private const int FullBatch = 8; // calls that a full batch counts as
    private const int MaxWaitsInVain = 63;
    private const int MaxAlone = 32; // frames that may come alone before the reader looks whether they still do

    private readonly SocketCanBus _bus;
    private readonly PollLoop _loop;
    private readonly RawSocket _socket;
    private readonly CanConnection _connection;
    private readonly LinkMonitor? _links;
    private readonly List<(int IfIndex, LinkMonitor.Change Change)> _changes = [];
    private readonly Dictionary<int, ushort> _names = [];
    private readonly HashSet<int> _down = [];
    private readonly ushort _name;
    private readonly bool _mayWait;
    private volatile bool _isInterrupted;
    private bool _isStarted;
    private bool _hasLeft;
    private uint _dropped;
    private int _inARow; // frames read since the buffer was last empty
    private int _alone; // frames that came alone since the reader last looked, with it
    private int _waitsInVain; // how often the loop waits for files next, before this reader waits for a frame again
    private int _untilWait;

    /// <param name="bus">The bus, which reports what happens.</param>
    /// <param name="loop">Its thread.</param>
    /// <param name="socket">Where the frames come from.</param>
    /// <param name="connection">Takes them.</param>
    /// <param name="links">Reports link changes, of which those before this do not count. Null if the system does not allow it.</param>
    /// <param name="mayWait">
    /// Whether the thread has no other reader, so that it may wait in the socket: a frame that comes alone then takes one system call.
    /// </param>
    /// <param name="isBack">Whether the link was gone, so its coming up is reported.</param>
    /// <exception cref="IOException">The system refuses to wait for the files.</exception>
    public FrameReader(SocketCanBus bus, PollLoop loop, RawSocket socket, CanConnection connection, LinkMonitor? links, bool mayWait, bool isBack)
    {
        _bus = bus;
        _loop = loop;
        _socket = socket;
        _connection = connection;
        _links = links;
        _mayWait = mayWait;
        _name = InterfaceNames.NumberOf(socket.Name);
        _dropped = socket.Dropped;
        if (isBack)
            _down.Add(socket.IfIndex);
        _links?.Read(_changes);
        try
        {
            loop.Add(socket.File, this);
            if (_links is not null)
                loop.Add(_links.File, this);
            Interrupt();
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>Whether it has seen that the interface is gone. On the loop's thread.</summary>
    public bool IsRemoved { get; private set; }

    /// <summary>Makes the thread check whether it is still wanted.</summary>
    public void Interrupt()
    {
        _isInterrupted = true;
        _loop.Interrupt(_socket.File);
    }

    public void OnReady(FileDescriptor file)
    {
        try
        {
            if (_isInterrupted)
            {
                _isInterrupted = false;
                if (_bus.TryRetire(this, _connection, _loop.Frames))
                    return;
            }

            if (_bus.IsDisposed || !Read(file))
                OnClosed();
        }
        catch (ObjectDisposedException)
        {
            // The bus was disposed between two calls and has closed the socket; its interrupt follows.
        }
    }

    public void OnClosed()
    {
        Leave();
        if (!_bus.IsDisposed)
            return;
        _bus.CloseLinks();
        _connection.Complete();
    }

    /// <summary>Gives up its files. The bus's next reader must not come before this.</summary>
    public void Leave()
    {
        if (_hasLeft)
            return;
        _hasLeft = true;
        _loop.Remove(_socket.File);
        if (_links is not null)
            _loop.Remove(_links.File);
    }

    private bool Read(FileDescriptor file)
    {
        if (!_isStarted)
            LookAtLink();
        _isStarted = true;
        if (file != _socket.File)
            ReadLinks();
        return (file != _socket.File && !IsRemoved) || Drain();
    }

    /// <summary>Delivers what is waiting, and what comes soon if frames come often; false if nothing more will come.</summary>
    private bool Drain()
    {
        var batch = _loop.Frames;
        using var socket = _socket.File.Use();
        var waits = false;
        for (var calls = 0; (calls < MaxCalls || IsRemoved) && !_isInterrupted; calls++)
        {
            var isOne = waits && _alone > 0;
            var count = isOne ? batch.ReceiveOne(socket) : batch.Receive(socket, waits: waits);
            switch (count < 0 ? Libc.LastError : Errno.None)
            {
                case Errno.None:
                    if (_links is null && _down.Count > 0)
                        LookAtLink();
                    Receive(batch, count);
                    _inARow += count;
                    _alone = count == 1 ? (_alone + 1) % MaxAlone : 0;
                    if (waits)
                        _waitsInVain = 0;
                    if (count == FrameBatch.Capacity || IsRemoved)
                    {
                        calls += FullBatch - 1;
                        waits = false;
                        continue;
                    }

                    break;
                case Errno.EINTR:
                    continue;
                case Errno.EAGAIN:
                    if (!waits)
                        break;
                    _waitsInVain = Math.Min((_waitsInVain * 2) + 1, MaxWaitsInVain);
                    _untilWait = _waitsInVain;
                    ReportDropped(_socket.Dropped);
                    return true;
                case Errno.ENETDOWN:
                    ReportLink(_socket.IfIndex, LinkMonitor.Change.Down);
                    waits = false;
                    continue;
                case Errno.ENODEV or Errno.ENXIO:
                    IsRemoved = true;
                    waits = false;
                    continue;
                case var errno:
                    End(SocketCanError.Of(_socket.Name, "recvmmsg", errno));
                    return false;
            }

            if (IsRemoved || !_mayWait || _socket.MayHaveDropped(_inARow))
                ReportDropped(_socket.Dropped); // no frame reports a loss that came after the last frame that fitted
            if (!isOne)
                _inARow = 0;
            if (IsRemoved)
            {
                End(SocketCanError.Removed(_socket.Name));
                return false;
            }

            if (!_mayWait || _untilWait-- > 0)
                return true;
            _untilWait = 0;
            waits = true;
        }

        return true;
    }

    private void Receive(FrameBatch batch, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var dropped = _dropped;
            ref readonly var frame = ref batch.Read(i, _socket.IfIndex != 0 ? _name : NameOf(batch.IfIndex(i)), ref dropped);
            ReportDropped(dropped);
            _connection.Receive(frame);
        }
    }

    private void ReadLinks()
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
                IsRemoved = true;
                return;
            }
            else
            {
                _bus.Report(new CanLinkRemoved(InterfaceNames.Of(NameOf(ifIndex)), _bus.Scheduler.Now));
                _names.Remove(ifIndex);
                _down.Remove(ifIndex);
            }
        }

        if (!isComplete)
            LookAtLink();
    }

    /// <summary>Reports a link change found by checking it now.</summary>
    private void LookAtLink()
    {
        if (_socket.IfIndex == 0)
            return;
        if (_socket.IsUp is { } isUp)
            ReportLink(_socket.IfIndex, isUp ? LinkMonitor.Change.Up : LinkMonitor.Change.Down);
        else
            IsRemoved = true;
    }

    private void ReportLink(int ifIndex, LinkMonitor.Change change)
    {
        var isNews = change == LinkMonitor.Change.Up ? _down.Remove(ifIndex) : _down.Add(ifIndex);
        if (!isNews)
            return;
        var name = _socket.IfIndex != 0 ? _socket.Name : InterfaceNames.Of(NameOf(ifIndex));
        _bus.Report(change == LinkMonitor.Change.Up ? new CanLinkUp(name, _bus.Scheduler.Now) : new CanLinkDown(name, _bus.Scheduler.Now));
    }

    /// <summary>Takes the count of lost frames; a frame that waited may bring an older one.</summary>
    private void ReportDropped(uint dropped)
    {
        var count = (int)(dropped - _dropped);
        if (count <= 0)
            return;
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
        _bus.Fail(this, _connection, error);
    }
}
