using System.Runtime.InteropServices;
using System.Text;

namespace RxCan.SocketCan.Interop;

/// <summary>Asks the kernel about network interfaces, over any socket (netdevice(7)).</summary>
internal static unsafe class Interfaces
{
    /// <summary>The interface's index; 0 if there is no interface of that name.</summary>
    public static int IndexOf(FileDescriptor socket, string name) => Ask(socket, name, Abi.SIOCGIFINDEX)?.Value ?? 0;

    public static bool IsCan(FileDescriptor socket, string name) => Ask(socket, name, Abi.SIOCGIFHWADDR)?.Short == Abi.ARPHRD_CAN;

    /// <summary>Whether the interface is up; null if there is no interface of that name.</summary>
    public static bool? IsUp(FileDescriptor socket, string name) => Ask(socket, name, Abi.SIOCGIFFLAGS)?.Short is { } flags ? (flags & Abi.IFF_UP) != 0 : null;

    /// <summary>The interface's MTU, the size of its largest frame in bytes; 0 if there is no interface of that name.</summary>
    public static int MtuOf(FileDescriptor socket, string name) => Ask(socket, name, Abi.SIOCGIFMTU)?.Value ?? 0;

    /// <summary>The name of the interface with this index; empty if there is none.</summary>
    public static string NameOf(FileDescriptor socket, int index)
    {
        var request = new IfReq { Value = index };
        return Libc.Ioctl(socket, Abi.SIOCGIFNAME, &request) < 0 ? "" : Marshal.PtrToStringUTF8((nint)(&request))!;
    }

    /// <summary>The names of all CAN interfaces, by index.</summary>
    public static string[] NamesOfCan()
    {
        using var socket = Libc.Socket(Abi.AF_NETLINK, Abi.SOCK_RAW | Abi.SOCK_CLOEXEC, Rtnetlink.NETLINK_ROUTE);
        var all = Libc.GetIfNameIndex();
        if (socket.IsInvalid || all is null)
            return [];
        var names = new List<string>();
        for (var at = all; at->Index != 0; at++)
        {
            if (Marshal.PtrToStringUTF8(at->Name) is { } name && IsCan(socket, name))
                names.Add(name);
        }

        Libc.FreeIfNameIndex(all);
        return [.. names];
    }

    /// <summary>Whether an interface can have this name: the kernel would truncate a longer one, and read only up to a zero.</summary>
    public static bool IsName(string name) => name.Length > 0 && Encoding.UTF8.GetByteCount(name) < Abi.IFNAMSIZ && !name.Contains('\0');

    private static IfReq? Ask(FileDescriptor socket, string name, int request)
    {
        var argument = default(IfReq);
        if (!IsName(name))
            return null;
        Encoding.UTF8.GetBytes(name, argument.Name);
        return Libc.Ioctl(socket, (nuint)request, &argument) < 0 ? null : argument;
    }
}
