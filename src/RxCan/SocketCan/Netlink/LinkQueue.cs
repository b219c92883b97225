using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Netlink;

/// <summary>How an interface queues outgoing frames (rtnetlink(7), <c>RTM_GETLINK</c>).</summary>
/// <param name="Discipline">The name of its queueing discipline, <c>noqueue</c> for none.</param>
/// <param name="Length">Its txqueuelen, in frames.</param>
/// <param name="Echoes">Whether it echoes each frame once it is sent (<c>IFF_ECHO</c>); otherwise the kernel does so before.</param>
internal sealed record LinkQueue(string Discipline, int Length, bool Echoes)
{
    /// <summary>Asks the kernel. Null if the interface does not exist, or this process may not ask.</summary>
    public static LinkQueue? Of(int ifIndex)
    {
        using var socket = NetlinkSocket.TryOpen(groups: 0);
        var request = new NetlinkWriter(stackalloc byte[64], Rtnetlink.RTM_GETLINK, 0);
        request.Append(new IfInfoMsg { Index = ifIndex });
        if (socket is null || socket.Send(request.Message) != Errno.None ||
            socket.Receive(new byte[NetlinkSocket.DatagramSize], out var datagram) != Errno.None) // the kernel has answered by now
        {
            return null;
        }

        var answer = new NetlinkReader(datagram);
        if (!answer.Read() || answer.Type != Rtnetlink.RTM_NEWLINK || !MemoryMarshal.TryRead(answer.Payload, out IfInfoMsg link))
            return null;
        var (discipline, queueLength) = ("", 0);
        var attributes = new AttributeReader(answer.Payload[Unsafe.SizeOf<IfInfoMsg>()..]);
        while (attributes.Read())
        {
            if (attributes.Type == Rtnetlink.IFLA_QDISC)
                discipline = attributes.Text;
            else if (attributes.Type == Rtnetlink.IFLA_TXQLEN)
                queueLength = attributes.As<int>();
        }

        return new(discipline, queueLength, (link.Flags & Abi.IFF_ECHO) != 0);
    }
}
