using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan;

/// <summary>A socket, or several, of which a <see cref="SocketPoller"/> waits for one.</summary>
internal interface IPolledSocket
{
    /// <summary>What is waited for.</summary>
    FileDescriptor File { get; }

    /// <summary>There is something to read: data, reports, or an error. On the poller's thread.</summary>
    void OnReady();

    /// <summary>The bus is disposed. On the poller's thread.</summary>
    void OnClosed();
}

/// <summary>
/// The thread that waits for the protocol sockets of one bus, and closes what it opened when there is none any more; the next one begins a new
/// thread.
/// </summary>
internal sealed class SocketPoller(string bus)
{
    private const int Wake = 0;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, IPolledSocket> _sockets = [];
    private Loop? _loop;
    private int _lastNumber = Wake;
    private bool _isClosed;

    /// <summary>Waits for a socket, until it is removed.</summary>
    /// <exception cref="ObjectDisposedException">The bus is disposed.</exception>
    /// <exception cref="IOException">The system refuses to wait.</exception>
    public void Add(IPolledSocket socket)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(ICanBus));
            _loop ??= new(this, bus);
            var number = ++_lastNumber;
            _loop.Epoll.Add(socket.File, number);
            _sockets.Add(number, socket);
        }
    }

    /// <summary>Waits for a socket no longer. It may still be told of what was there before.</summary>
    public void Remove(IPolledSocket socket)
    {
        lock (_gate)
        {
            foreach (var (number, polled) in _sockets)
            {
                if (polled != socket)
                    continue;
                _sockets.Remove(number);
                if (_sockets.Count == 0)
                    _loop?.Wake.Set();
                return;
            }
        }
    }

    /// <summary>Tells all sockets that the bus is disposed.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _loop?.Wake.Set();
        }
    }

    private IPolledSocket? Find(int number)
    {
        lock (_gate)
            return _sockets.GetValueOrDefault(number);
    }

    private bool TryRetire(Loop loop)
    {
        IPolledSocket[] closed;
        lock (_gate)
        {
            closed = _isClosed ? [.. _sockets.Values] : [];
            if (_isClosed)
                _sockets.Clear();
            if (_sockets.Count > 0)
                return false;
            if (_loop == loop)
                _loop = null;
        }

        foreach (var socket in closed)
            socket.OnClosed();
        return true;
    }

    /// <summary>A thread, from the first socket to the last.</summary>
    private sealed class Loop
    {
        private readonly SocketPoller _poller;

        public Loop(SocketPoller poller, string bus)
        {
            _poller = poller;
            try
            {
                Epoll.Add(Wake.File, SocketPoller.Wake);
                new Thread(Run) { IsBackground = true, Name = $"RxCan {bus}" }.Start();
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public Epoll Epoll { get; } = new();

        public WakeEvent Wake { get; } = new();

        private void Run()
        {
            Span<int> ready = stackalloc int[4];
            try
            {
                while (true)
                {
                    var count = Epoll.Wait(ready);
                    foreach (var number in ready[..count])
                    {
                        if (number != SocketPoller.Wake)
                            LookAfter(number);
                        else if (IsOver())
                            return;
                    }
                }
            }
            finally
            {
                Dispose();
            }
        }

        private bool IsOver()
        {
            Wake.Reset();
            return _poller.TryRetire(this);
        }

        private void LookAfter(int number)
        {
            try
            {
                _poller.Find(number)?.OnReady();
            }
            catch (ObjectDisposedException)
            {
                // closed meanwhile
            }
        }

        private void Dispose()
        {
            Epoll.Dispose();
            Wake.Dispose();
        }
    }
}
