using System.Runtime.InteropServices;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Netlink;

/// <summary>How an interface queues what it sends (rtnetlink(7), <c>RTM_GETLINK</c>).</summary>
/// <param name="Discipline">The name of its queueing discipline, <c>noqueue</c> for none.</param>
/// <param name="Length">Its txqueuelen, in frames.</param>
/// <param name="Echoes">Whether it echoes each frame once it is sent (<c>IFF_ECHO</c>); else the kernel does so before.</param>
internal sealed record LinkQueue(string Discipline, int Length, bool Echoes)
{
    /// <summary>Asks the kernel; null if there is no such interface, or this process may not ask.</summary>
    public static unsafe LinkQueue? Of(int ifIndex)
    {
        const int Size = 32 * 1024;
        using var file = Libc.Socket(Abi.AF_NETLINK, Abi.SOCK_RAW | Abi.SOCK_CLOEXEC, Rtnetlink.NETLINK_ROUTE);
        if (file.IsInvalid)
            return null;
        Message request = new()
        {
            Header = new() { Length = (uint)sizeof(Message), Type = Rtnetlink.RTM_GETLINK, Flags = Rtnetlink.NLM_F_REQUEST },
            Link = new() { Index = ifIndex },
        };
        var answer = stackalloc byte[Size];
        if (Libc.Send(file, &request, sizeof(Message), 0) < 0)
            return null;
        var length = (int)Libc.Recv(file, answer, Size, Abi.MSG_DONTWAIT); // the kernel has answered by now
        if (length < sizeof(Message) || ((Message*)answer)->Header.Type != Rtnetlink.RTM_NEWLINK)
            return null;
        var (discipline, queueLength) = ("", 0);
        var attributes = new AttributeReader(new(answer + sizeof(Message), length - sizeof(Message)));
        while (attributes.Read())
        {
            if (attributes.Type == Rtnetlink.IFLA_QDISC)
                discipline = attributes.Text;
            else if (attributes.Type == Rtnetlink.IFLA_TXQLEN)
                queueLength = attributes.As<int>();
        }

        return new(discipline, queueLength, (((Message*)answer)->Link.Flags & Abi.IFF_ECHO) != 0);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public NlMsgHdr Header;
        public IfInfoMsg Link;
    }
}
