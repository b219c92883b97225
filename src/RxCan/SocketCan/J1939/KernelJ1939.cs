using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.J1939;

/// <summary>The sockets of a bus's J1939 nodes in the kernel, and the one thread that waits for them, while there are any.</summary>
internal sealed class KernelJ1939(string name)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, IPolledSocket> _sockets = [];
    private Reader? _reader;
    private int _lastNumber = SocketReader.Wake;
    private bool _isClosed;

    /// <summary>Waits for a socket, until it is removed.</summary>
    /// <exception cref="ObjectDisposedException">The bus is disposed.</exception>
    /// <exception cref="IOException">The system refuses to wait.</exception>
    public void Add(IPolledSocket socket)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(ICanBus));
            _reader ??= new(this, name);
            _reader.Add(socket.File, ++_lastNumber);
            _sockets.Add(_lastNumber, socket);
        }
    }

    /// <summary>Waits for a socket no longer. It may still be told of what was there before.</summary>
    public void Remove(IPolledSocket socket)
    {
        lock (_gate)
        {
            foreach (var (number, polled) in _sockets)
            {
                if (polled == socket)
                    _sockets.Remove(number);
            }

            if (_sockets.Count == 0)
                _reader?.Interrupt();
        }
    }

    /// <summary>Tells all sockets that the bus is disposed.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _reader?.Interrupt();
        }
    }

    private IPolledSocket? Find(int number)
    {
        lock (_gate)
            return _sockets.GetValueOrDefault(number);
    }

    private bool TryRetire(Reader reader)
    {
        IPolledSocket[] closed;
        lock (_gate)
        {
            closed = _isClosed ? [.. _sockets.Values] : [];
            if (_isClosed)
                _sockets.Clear();
            if (_sockets.Count > 0)
                return false;
            if (_reader == reader)
                _reader = null;
        }

        foreach (var socket in closed)
            socket.OnClosed();
        return true;
    }

    private sealed class Reader : SocketReader
    {
        private readonly KernelJ1939 _owner;

        public Reader(KernelJ1939 owner, string name)
        {
            _owner = owner;
            Start($"RxCan J1939 {name}");
        }

        protected override void OnReady(int number)
        {
            try
            {
                _owner.Find(number)?.OnReady();
            }
            catch (ObjectDisposedException)
            {
                // closed meanwhile
            }
        }

        protected override bool OnWoken() => !_owner.TryRetire(this);
    }
}
