using System.Runtime.InteropServices;

namespace RxCan.SocketCan.Interop;

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
        using var file = Libc.Socket(Abi.AF_NETLINK, Abi.SOCK_RAW | Abi.SOCK_CLOEXEC, Abi.NETLINK_ROUTE);
        if (file.IsInvalid)
            return null;
        Request request = new()
        {
            Header = new() { Length = (uint)sizeof(Request), Type = Abi.RTM_GETLINK, Flags = Abi.NLM_F_REQUEST },
            Link = new() { Index = ifIndex },
        };
        var answer = stackalloc byte[Size];
        if (Libc.Send(file, &request, sizeof(Request), 0) < 0)
            return null;
        var length = (int)Libc.Recv(file, answer, Size, Abi.MSG_DONTWAIT); // the kernel has answered by now
        if (length < sizeof(Request) || ((NlMsgHdr*)answer)->Type != Abi.RTM_NEWLINK)
            return null;
        var link = (IfInfoMsg*)(answer + sizeof(NlMsgHdr));
        var (discipline, queueLength) = ("", 0);
        for (var at = sizeof(Request); at + sizeof(RtAttr) <= length;)
        {
            var attribute = (RtAttr*)(answer + at);
            if (attribute->Length < sizeof(RtAttr))
                break;
            if (attribute->Type == Abi.IFLA_QDISC)
                discipline = Marshal.PtrToStringUTF8((nint)(attribute + 1))!;
            else if (attribute->Type == Abi.IFLA_TXQLEN)
                queueLength = *(int*)(attribute + 1);
            at += (attribute->Length + 3) & ~3;
        }

        return new(discipline, queueLength, (link->Flags & Abi.IFF_ECHO) != 0);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Request
    {
        public NlMsgHdr Header;
        public IfInfoMsg Link;
    }
}
