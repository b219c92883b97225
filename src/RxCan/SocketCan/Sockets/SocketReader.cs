using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Sockets;

/// <summary>
/// The one thread that waits for all of a bus's sockets of one protocol, each known by a number. It ends when it is woken and not wanted any
/// more, and closes what it opened.
/// </summary>
internal abstract class SocketReader : IDisposable
{
    /// <summary>The number that no socket has.</summary>
    public const int Wake = 0;

    private readonly Epoll _epoll = new();
    private readonly WakeEvent _wake = new();

    /// <summary>Starts the thread, at the end of the constructor.</summary>
    protected void Start(string name)
    {
        try
        {
            _epoll.Add(_wake.File, Wake);
            new Thread(Run) { IsBackground = true, Name = name }.Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Add(FileDescriptor socket, int number, uint events = Abi.EPOLLIN) => _epoll.Add(socket, number, events);

    /// <summary>Has the thread look what was closed, and whether it is still wanted.</summary>
    public void Interrupt() => _wake.Set();

    public virtual void Dispose()
    {
        _epoll.Dispose();
        _wake.Dispose();
    }

    /// <summary>A socket has something to read, be it the end of its interface.</summary>
    protected abstract void OnReady(int number);

    /// <summary>Somebody woke the thread; returns whether it goes on.</summary>
    protected abstract bool OnWoken();

    private void Run()
    {
        Span<int> ready = stackalloc int[16];
        try
        {
            while (true)
            {
                var count = _epoll.Wait(ready);
                foreach (var number in ready[..count])
                {
                    if (number != Wake)
                    {
                        OnReady(number);
                        continue;
                    }

                    _wake.Reset();
                    if (!OnWoken())
                        return;
                }
            }
        }
        finally
        {
            Dispose();
        }
    }
}
