using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Netlink;

/// <summary>A non-blocking rtnetlink(7) socket.</summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    /// <summary>The largest datagram from the kernel, in bytes (<c>NLMSG_GOODSIZE</c> and the size of a chunk of a dump).</summary>
    public const int DatagramSize = 32 * 1024;

    private NetlinkSocket(FileDescriptor file) => File = file;

    public FileDescriptor File { get; }

    /// <summary>Opens one; null if this process may not: see <see cref="Libc.LastError"/>.</summary>
    /// <param name="groups">The multicast groups to join.</param>
    public static NetlinkSocket? TryOpen(uint groups)
    {
        var file = Libc.Socket(Abi.AF_NETLINK, Abi.SOCK_RAW | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC, Rtnetlink.NETLINK_ROUTE);
        var address = new SockAddrNl { Family = Abi.AF_NETLINK, Groups = groups };
        if (file.IsInvalid || Libc.Bind(file, &address, sizeof(SockAddrNl)) < 0)
        {
            var errno = Libc.LastError;
            file.Dispose();
            System.Runtime.InteropServices.Marshal.SetLastPInvokeError((int)errno);
            return null;
        }

        // Asks for errors with the kernel's own message and without the request. A kernel that lacks this (before 4.12, a sandbox) sends plain ones.
        var on = 1;
        _ = Libc.SetSockOpt(file, Rtnetlink.SOL_NETLINK, Rtnetlink.NETLINK_EXT_ACK, &on, sizeof(int));
        _ = Libc.SetSockOpt(file, Rtnetlink.SOL_NETLINK, Rtnetlink.NETLINK_CAP_ACK, &on, sizeof(int));
        return new(file);
    }

    /// <summary>Sends a request. When this returns, the kernel has carried it out, unless it is a dump.</summary>
    public Errno Send(ReadOnlySpan<byte> message)
    {
        fixed (byte* bytes = message)
        {
            while (Libc.Send(File, bytes, message.Length, 0) < 0)
            {
                if (Libc.LastError != Errno.EINTR)
                    return Libc.LastError;
            }
        }

        return Errno.None;
    }

    /// <summary>Reads the next datagram; <see cref="Errno.EAGAIN"/> if none is waiting, <see cref="Errno.ENOBUFS"/> if the kernel lost some.</summary>
    public Errno Receive(Span<byte> buffer, out ReadOnlySpan<byte> datagram)
    {
        datagram = default;
        fixed (byte* bytes = buffer)
        {
            nint length;
            while ((length = Libc.Recv(File, bytes, buffer.Length, Abi.MSG_TRUNC)) < 0)
            {
                if (Libc.LastError != Errno.EINTR)
                    return Libc.LastError;
            }

            if (length > buffer.Length)
                return Errno.ENOBUFS; // truncated, and so lost
            datagram = buffer[..(int)length];
            return Errno.None;
        }
    }

    public void Dispose() => File.Dispose();
}
