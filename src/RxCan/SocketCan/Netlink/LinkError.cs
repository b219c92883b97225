using System.Runtime.InteropServices;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.Netlink;

/// <summary>Says of each error of rtnetlink what it means for a CAN interface and what to do, with the kernel's own words if it has some.</summary>
internal static class LinkError
{
    public static CanBusException NoNetlink(string name, Errno errno) => new(
        name, $"{name}: cannot ask for interfaces (socket(AF_NETLINK): {Text(errno)}). In a sandbox, allow the address family AF_NETLINK.");

    /// <summary>The exception for a failed request.</summary>
    /// <param name="name">The interface.</param>
    /// <param name="what">What was asked for, after "cannot".</param>
    /// <param name="errno">The error.</param>
    /// <param name="message">The kernel's own words (<c>NLMSGERR_ATTR_MSG</c>).</param>
    /// <param name="hint">What it may be about and what to do, if that is known.</param>
    public static CanBusException Of(string name, string what, Errno errno, string? message, string? hint = null)
    {
        var kernel = message is null ? Text(errno) : $"{message.TrimEnd('.')} ({errno})";
        var text = $"{name}: cannot {what}: {kernel}.{(hint is null ? "" : $" {hint}")}";
        return errno switch
        {
            Errno.EPERM or Errno.EACCES => new CanPermissionException(
                name,
                $"{text} It takes the capability CAP_NET_ADMIN: run as root, or give it with: sudo setcap cap_net_admin+ep PROGRAM " +
                "(systemd: AmbientCapabilities=CAP_NET_ADMIN; a container: --cap-add NET_ADMIN)."),
            Errno.ENODEV or Errno.ENXIO => SocketCanError.NoSuchInterface(name),
            Errno.EBUSY => new CanInterfaceBusyException(name, text),
            Errno.EEXIST => new CanInterfaceExistsException(name, text),
            Errno.EOPNOTSUPP => new CanNotSupportedException(name, text),
            _ => new CanBusException(name, text),
        };
    }

    private static string Text(Errno errno) => $"{Marshal.GetPInvokeErrorMessage((int)errno)} ({errno})";
}
