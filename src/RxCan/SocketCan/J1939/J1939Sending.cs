using RxCan.J1939;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.J1939;

/// <summary>A long message being sent, on its own socket. The kernel takes it in parts, as it has room.</summary>
internal sealed class J1939Sending(KernelJ1939Engine engine, J1939Transfer transfer, J1939Socket socket, int priority) : IPollClient, IDisposable
{
    private readonly Lock _gate = new();
    private int _taken;

    public J1939Transfer Transfer => transfer;

    public FileDescriptor File => socket.File;

    /// <summary>Gives the kernel as much as it takes; returns the error if it fails.</summary>
    public Errno Continue()
    {
        lock (_gate)
        {
            while (_taken < transfer.Data.Length)
            {
                var errno = socket.Send(
                    transfer.Data.AsSpan(_taken), transfer.Pgn, transfer.Destination, priority, isRest: _taken > 0, out var taken);
                if (_taken > 0 && errno is (Errno.EAGAIN or Errno.ENOBUFS))
                    return Errno.None; // an acknowledgement makes room, and the kernel reports that
                if (errno != Errno.None)
                    return errno;
                _taken += taken;
            }

            return Errno.None;
        }
    }

    public void OnReady(FileDescriptor file)
    {
        while (socket.TryGetReport(out var report))
        {
            transfer.IsAlive = true;
            switch (report.Error.Origin, report.Error.Info)
            {
                case (Abi.SO_EE_ORIGIN_TIMESTAMPING, Abi.SCM_TSTAMP_ACK):
                    engine.OnSent(this, Errno.None);
                    return;
                case (Abi.SO_EE_ORIGIN_LOCAL, Abi.J1939_EE_INFO_TX_ABORT):
                    engine.OnSent(this, (Errno)report.Error.Errno);
                    return;
            }
        }

        socket.TakeError();
        if (Continue() is not Errno.None and var errno)
            engine.OnSent(this, errno);
    }

    public void OnClosed()
    {
    }

    public void Dispose() => socket.Dispose();
}
