using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Sockets;

/// <summary>A socket's receive buffer.</summary>
internal static unsafe class ReceiveBuffer
{
    /// <summary>Sets its size in bytes.</summary>
    /// <exception cref="CanBusException">The kernel refused.</exception>
    public static void SetSize(FileDescriptor socket, string name, int size)
    {
        // The kernel doubles the given size. Without the privilege for more, it limits the size to rmem_max.
        var half = Math.Max(1, size / 2);
        if (Libc.SetSockOpt(socket, Abi.SOL_SOCKET, Abi.SO_RCVBUFFORCE, &half, sizeof(int)) < 0)
            SocketOption.Set(socket, name, Abi.SOL_SOCKET, Abi.SO_RCVBUF, [half]);
    }

    /// <summary>Its size in bytes.</summary>
    public static uint Size(FileDescriptor socket) => Info(socket, Abi.SK_MEMINFO_RCVBUF);

    /// <summary>The number of messages that did not fit since the socket was opened, modulo 2^32.</summary>
    public static uint Dropped(FileDescriptor socket) => Info(socket, Abi.SK_MEMINFO_DROPS);

    private static uint Info(FileDescriptor socket, int variable)
    {
        var info = stackalloc uint[Abi.SK_MEMINFO_VARS];
        var length = Abi.SK_MEMINFO_VARS * sizeof(uint);
        return Libc.GetSockOpt(socket, Abi.SOL_SOCKET, Abi.SO_MEMINFO, info, ref length) < 0 ? 0 : info[variable];
    }
}
