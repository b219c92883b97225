using RxCan.SocketCan.Interop;
using RxCan.SocketCan.J1939;

namespace RxCan.SocketCan.Sockets;

/// <summary>A socket that <see cref="KernelJ1939"/> waits for. Its calls come on the thread that waits.</summary>
internal interface IPolledSocket
{
    /// <summary>What is waited for.</summary>
    FileDescriptor File { get; }

    /// <summary>There is something to read: data, reports, or an error.</summary>
    void OnReady();

    /// <summary>The bus is disposed.</summary>
    void OnClosed();
}
