using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Sockets;

/// <summary>What a <see cref="PollLoop"/> waits for files for. It is called on the loop's thread only, one call at a time.</summary>
internal interface IPollClient
{
    /// <summary>There is something to read from a file, an error too, or somebody interrupted the wait for it.</summary>
    void OnReady(FileDescriptor file);

    /// <summary>The loop was closed, or a call of the client threw: none of its files is waited for any more.</summary>
    void OnClosed();
}
