using System.Runtime.CompilerServices;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Sockets;

/// <summary>Sets the options of sockets, and says which one the kernel refused.</summary>
internal static unsafe class SocketOption
{
    /// <exception cref="CanBusException">The kernel refused.</exception>
    public static void Set<T>(
        FileDescriptor socket, string name, int level, int option, ReadOnlySpan<T> values, [CallerArgumentExpression(nameof(option))] string? what = null)
        where T : unmanaged
    {
        fixed (T* first = values)
        {
            if (Libc.SetSockOpt(socket, level, option, first, values.Length * sizeof(T)) < 0)
                throw SocketCanError.Of(name, $"setsockopt({what!.Split('.')[^1]})", Libc.LastError);
        }
    }
}
