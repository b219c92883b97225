using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Sockets;

/// <summary>A client for which a <see cref="PollLoop"/> waits for files. It is called only on the loop's thread, one call at a time.</summary>
internal interface IPollClient
{
    /// <summary>A file has input or an error, or the wait for it was interrupted.</summary>
    void OnReady(FileDescriptor file);

    /// <summary>The loop was closed, or a call of the client threw: the loop no longer waits for any of its files.</summary>
    void OnClosed();
}
