using System.Runtime.InteropServices;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.IsoTp;

/// <summary>
/// Closes a descriptor whose close blocks: one thread closes it, and gets signals until that is done. One signal is not enough, because it
/// may come before the thread blocks.
/// </summary>
internal sealed class InterruptedClose
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private nuint _thread;
    private bool _isClosed;

    /// <summary>Closes on this thread, which must be the last user of the descriptor.</summary>
    public void Run(FileDescriptor file)
    {
        lock (_gate)
            _thread = Libc.PthreadSelf();
        file.Dispose();
        lock (_gate)
            _isClosed = true;
    }

    /// <summary>Sends the signals.</summary>
    public async Task Interrupt()
    {
        // SIGURG is ignored by default. With a handler, even one that does nothing, it interrupts a call.
        using var handler = PosixSignalRegistration.Create((PosixSignal)Abi.SIGURG, static context => context.Cancel = true);
        while (!IsClosed())
            await Task.Delay(Period).ConfigureAwait(false);
    }

    private bool IsClosed()
    {
        lock (_gate)
        {
            if (!_isClosed && _thread != 0)
                _ = Libc.PthreadKill(_thread, Abi.SIGURG);
            return _isClosed;
        }
    }
}
