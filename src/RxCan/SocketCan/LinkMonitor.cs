using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan;

/// <summary>
/// Tells of CAN interfaces that go up, down or away, by the kernel's link messages (rtnetlink(7)): a raw socket is told of a link that
/// goes down, but not of one that comes up.
/// </summary>
internal sealed unsafe class LinkMonitor : IDisposable
{
    private readonly byte[] _buffer = new byte[32 * 1024];

    private LinkMonitor(FileDescriptor file) => File = file;

    public enum Change
    {
        Up,
        Down,
        Removed,
    }

    public FileDescriptor File { get; }

    /// <summary>Starts to listen; null where this process may not.</summary>
    public static LinkMonitor? TryOpen()
    {
        var file = Libc.Socket(Abi.AF_NETLINK, Abi.SOCK_RAW | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC, Abi.NETLINK_ROUTE);
        var address = new SockAddrNl { Family = Abi.AF_NETLINK, Groups = Abi.RTMGRP_LINK };
        if (!file.IsInvalid && Libc.Bind(file, &address, sizeof(SockAddrNl)) >= 0)
            return new(file);
        file.Dispose();
        return null;
    }

    /// <summary>Takes the messages that wait, those of CAN interfaces alone; false if the kernel lost some, so that one has to look.</summary>
    public bool Read(List<(int IfIndex, Change Change)> changes)
    {
        fixed (byte* buffer = _buffer)
        {
            while (true)
            {
                var length = Libc.Recv(File, buffer, _buffer.Length, 0);
                if (length < 0 && Libc.LastError == Errno.EINTR)
                    continue;
                if (length <= 0)
                    return length == 0 || Libc.LastError != Errno.ENOBUFS;
                for (var at = 0; at + sizeof(NlMsgHdr) + sizeof(IfInfoMsg) <= length;)
                {
                    var header = (NlMsgHdr*)(buffer + at);
                    var link = (IfInfoMsg*)(header + 1);
                    if (header->Type is Abi.RTM_NEWLINK or Abi.RTM_DELLINK && link->Type == Abi.ARPHRD_CAN)
                    {
                        changes.Add((link->Index, header->Type == Abi.RTM_DELLINK ? Change.Removed
                            : (link->Flags & Abi.IFF_UP) != 0 ? Change.Up : Change.Down));
                    }

                    at += Math.Max((int)((header->Length + 3) & ~3u), sizeof(NlMsgHdr));
                }
            }
        }
    }

    public void Dispose() => File.Dispose();
}
