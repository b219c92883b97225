using RxCan.Bus;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Sockets;

/// <summary>
/// A thread that waits for files and calls their clients. It exists while there is a file to wait for and a little longer, because a thread
/// costs more than a subscription, and closes what it opened.
/// </summary>
/// <remarks>
/// A bus has two: one for its frames, and one for the sockets of all its engines (cyclic jobs and watches, ISO-TP, J1939). Observers are
/// called on these threads, so an observer that blocks in one engine's stream holds up the others of that bus: it must be quick, or leave the
/// thread with <c>ObserveOn</c>.
/// </remarks>
/// <param name="name">The thread's name.</param>
/// <param name="wantsAddress">Whether <see cref="Frames"/> says from which interface each frame came.</param>
/// <param name="ended">Called on the thread when it ends.</param>
internal sealed class PollLoop(string name, bool wantsAddress = false, Action? ended = null)
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new(); // no client is called under it
    private readonly Dictionary<int, (FileDescriptor File, IPollClient Client)> _files = [];
    private readonly HashSet<int> _interrupted = [];
    private Poller? _poller; // null: no thread is running
    private int _lastNumber = Poller.Wake;
    private bool _isClosed;

    /// <summary>Whether its thread is the caller's.</summary>
    public bool IsCurrent => _poller?.Thread == Environment.CurrentManagedThreadId;

    /// <summary>Room for the frames of one call; clients may use it while they are called.</summary>
    public FrameBatch Frames => _poller!.Frames ??= new(wantsAddress);

    /// <summary>What the file is ready for with which a client is being called; 0 if the wait for it was interrupted.</summary>
    public uint Events { get; private set; }

    /// <summary>Counts how often the thread has waited. Within one round a file that was read to its end need not be read again: what comes later is another round's.</summary>
    public int Round { get; private set; }

    /// <summary>Waits for a file until it is removed.</summary>
    /// <exception cref="ObjectDisposedException">The loop is closed, because the bus is disposed.</exception>
    /// <exception cref="IOException">The system refuses to wait.</exception>
    public void Add(FileDescriptor file, IPollClient client, uint events = Abi.EPOLLIN)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(ICanBus));
            var poller = _poller ??= Start();
            try
            {
                poller.Epoll.Add(file, ++_lastNumber, events);
                _files.Add(_lastNumber, (file, client));
            }
            finally
            {
                WakeIfIdle();
            }
        }
    }

    /// <summary>
    /// Stops waiting for a file; call it before the file is closed. Once this returns on the loop's thread, the client gets no more calls for the
    /// file; if it returns on another thread, a call may still be under way.
    /// </summary>
    public void Remove(FileDescriptor file)
    {
        lock (_gate)
        {
            var number = NumberOf(file);
            if (!_files.Remove(number))
                return;
            _poller!.Epoll.Remove(file);
            WakeIfIdle();
        }
    }

    /// <summary>Makes the loop call a file's client as if there were something to read.</summary>
    public void Interrupt(FileDescriptor file)
    {
        lock (_gate)
        {
            var number = NumberOf(file);
            if (number == Poller.Wake)
                return;
            _interrupted.Add(number);
            _poller!.WakeEvent.Set();
        }
    }

    /// <summary>Ends the loop: the thread notifies every client.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _poller?.WakeEvent.Set();
        }
    }

    private Poller Start()
    {
        var poller = new Poller();
        try
        {
            poller.Epoll.Add(poller.WakeEvent.File, Poller.Wake);
            new Thread(() => Run(poller)) { IsBackground = true, Name = name }.Start();
            return poller;
        }
        catch
        {
            poller.Dispose();
            throw;
        }
    }

    private void Run(Poller poller)
    {
        using (poller)
        {
            poller.Thread = Environment.CurrentManagedThreadId;
            Span<(int Number, uint Events)> ready = stackalloc (int, uint)[Epoll.MaxEvents];
            var isIdle = false;
            do
            {
                var count = poller.Epoll.Wait(ready, isIdle ? Linger : Timeout.InfiniteTimeSpan);
                Round++;
                foreach (var (number, events) in ready[..count])
                {
                    if (number == Poller.Wake)
                        OnWoken(poller);
                    else
                        Call(number, events);
                }

                isIdle = IsIdle(hasLingered: isIdle && count == 0);
            }
            while (_poller == poller);
        }

        ended?.Invoke();
    }

    /// <summary>Whether there is nothing to wait for. Then the thread ends, once it has lingered or the loop is closed.</summary>
    private bool IsIdle(bool hasLingered)
    {
        lock (_gate)
        {
            if (_files.Count > 0)
                return false;
            if (hasLingered || _isClosed)
                _poller = null;
            return true;
        }
    }

    private void Call(int number, uint events)
    {
        (FileDescriptor File, IPollClient Client) ready;
        lock (_gate)
        {
            if (!_files.TryGetValue(number, out ready))
                return;
        }

        Events = events;
        try
        {
            ready.Client.OnReady(ready.File);
        }
        catch (ObjectDisposedException) when (ready.File.IsClosed)
        {
            // closed in the meantime
        }
        catch (Exception failure)
        {
            Unhandled.Throw(failure);
            lock (_gate)
            {
                foreach (var (other, (file, client)) in _files)
                {
                    if (client == ready.Client && _files.Remove(other))
                        _poller!.Epoll.Remove(file);
                }

                WakeIfIdle();
            }

            Close(ready.Client);
        }
    }

    /// <summary>Calls the clients that were interrupted.</summary>
    private void OnWoken(Poller poller)
    {
        IPollClient[] closed;
        int[] interrupted;
        poller.WakeEvent.Reset();
        lock (_gate)
        {
            interrupted = [.. _interrupted];
            _interrupted.Clear();
            closed = _isClosed ? [.. _files.Values.Select(file => file.Client).Distinct()] : [];
            if (_isClosed)
                _files.Clear();
        }

        foreach (var client in closed)
            Close(client);
        foreach (var number in interrupted)
            Call(number, events: 0);
    }

    private static void Close(IPollClient client)
    {
        try
        {
            client.OnClosed();
        }
        catch (Exception failure)
        {
            Unhandled.Throw(failure);
        }
    }

    /// <summary>The number of a file; <see cref="Poller.Wake"/> if the loop does not wait for it. Under the gate.</summary>
    private int NumberOf(FileDescriptor file)
    {
        foreach (var (number, entry) in _files)
        {
            if (entry.File == file)
                return number;
        }

        return Poller.Wake;
    }

    private void WakeIfIdle()
    {
        if (_files.Count == 0)
            _poller!.WakeEvent.Set();
    }

    /// <summary>What one run of the thread opens.</summary>
    private sealed class Poller : IDisposable
    {
        /// <summary>A number that no file has.</summary>
        public const int Wake = 0;

        public Epoll Epoll { get; } = new();

        public WakeEvent WakeEvent { get; } = new();

        public FrameBatch? Frames { get; set; }

        public int Thread { get; set; }

        public void Dispose()
        {
            Epoll.Dispose();
            WakeEvent.Dispose();
            Frames?.Dispose();
        }
    }
}
