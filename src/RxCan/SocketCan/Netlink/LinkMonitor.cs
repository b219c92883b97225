using System.Runtime.InteropServices;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Netlink;

/// <summary>
/// Reports CAN interfaces that go up, go down or disappear, from the kernel's link messages (rtnetlink(7)): a raw socket learns when its
/// link goes down, but not when it comes up.
/// </summary>
internal sealed class LinkMonitor : IDisposable
{
    private readonly byte[] _buffer = new byte[NetlinkSocket.DatagramSize];
    private readonly NetlinkSocket _socket;

    private LinkMonitor(NetlinkSocket socket) => _socket = socket;

    public enum Change
    {
        Up,
        Down,
        Removed,
    }

    public FileDescriptor File => _socket.File;

    /// <summary>Starts to listen; null if this process may not.</summary>
    public static LinkMonitor? TryOpen() => NetlinkSocket.TryOpen(Rtnetlink.RTMGRP_LINK) is { } socket ? new(socket) : null;

    /// <summary>Reads the waiting messages about CAN interfaces; false if the kernel lost some, so the state must be read again.</summary>
    public bool Read(List<(int IfIndex, Change Change)> changes)
    {
        while (true)
        {
            var error = _socket.Receive(_buffer, out var datagram);
            if (error != Errno.None)
                return error != Errno.ENOBUFS;
            var messages = new NetlinkReader(datagram);
            while (messages.Read())
            {
                if (messages.Type is Rtnetlink.RTM_NEWLINK or Rtnetlink.RTM_DELLINK &&
                    MemoryMarshal.TryRead(messages.Payload, out IfInfoMsg link) && link.Type == Abi.ARPHRD_CAN)
                {
                    changes.Add((link.Index, messages.Type == Rtnetlink.RTM_DELLINK ? Change.Removed
                        : (link.Flags & Abi.IFF_UP) != 0 ? Change.Up : Change.Down));
                }
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
