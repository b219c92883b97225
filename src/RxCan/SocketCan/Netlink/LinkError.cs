using System.Runtime.InteropServices;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.Netlink;

/// <summary>Explains what each rtnetlink error means for a CAN interface and what to do, with the kernel's own message if there is one.</summary>
internal static class LinkError
{
    public static CanBusException NoNetlink(string name, Errno errno) => new(
        name, $"{name}: cannot read or configure interfaces (socket(AF_NETLINK): {Text(errno)}). In a sandbox, allow the address family AF_NETLINK.");

    /// <summary>The exception for a failed request.</summary>
    /// <param name="name">The interface.</param>
    /// <param name="what">The operation that failed, after "cannot".</param>
    /// <param name="errno">The error.</param>
    /// <param name="message">The kernel's own message (<c>NLMSGERR_ATTR_MSG</c>).</param>
    /// <param name="hint">The likely cause and what to do, if known.</param>
    public static CanBusException Of(string name, string what, Errno errno, string? message, string? hint = null)
    {
        var kernel = message is null ? Text(errno) : $"{message.TrimEnd('.')} ({errno})";
        var text = $"{name}: cannot {what}: {kernel}.{(hint is null ? "" : $" {hint}")}";
        return errno switch
        {
            Errno.EPERM or Errno.EACCES => new CanPermissionException(
                name,
                $"{text} This needs the capability CAP_NET_ADMIN: run as root, or grant it with: sudo setcap cap_net_admin+ep PROGRAM " +
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
