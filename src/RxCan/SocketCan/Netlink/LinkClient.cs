using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RxCan.Bus;
using RxCan.Links;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.Netlink;

/// <summary>Asks the kernel about interfaces, and to change them, one request at a time.</summary>
internal sealed class LinkClient : IDisposable
{
    private const int RequestSize = 1024; // larger than any request, with room to spare
    private const int MaxDumps = 10;

    private readonly byte[] _buffer = new byte[NetlinkSocket.DatagramSize];
    private readonly NetlinkSocket _socket;

    /// <exception cref="CanBusException">It cannot be opened.</exception>
    public LinkClient(string name)
    {
        if (!OperatingSystem.IsLinux())
            throw SocketCanError.NoSystem(name);
        _socket = NetlinkSocket.TryOpen(groups: 0) ?? throw LinkError.NoNetlink(name, Libc.LastError);
    }

    /// <summary>Adds the attributes that follow a message's <c>ifinfomsg</c>.</summary>
    public delegate void Attributes(ref NetlinkWriter message);

    /// <summary>The request for all interfaces: <c>RTM_GETLINK</c> with <c>NLM_F_DUMP</c>.</summary>
    public static ReadOnlySpan<byte> DumpRequest(Span<byte> buffer, uint sequence)
    {
        var message = new NetlinkWriter(buffer, Rtnetlink.RTM_GETLINK, Rtnetlink.NLM_F_DUMP, sequence);
        message.Append(default(IfInfoMsg));
        return message.Message;
    }

    /// <summary>All CAN interfaces, by index.</summary>
    /// <exception cref="CanBusException">The kernel refused.</exception>
    public List<CanLink> All()
    {
        Span<byte> request = stackalloc byte[RequestSize];
        for (var dumps = 1u; ; dumps++)
        {
            var links = new List<CanLink>();
            var (error, message) = Ask(DumpRequest(request, dumps), links, out var isInterrupted);
            if (error != Errno.None)
                throw LinkError.Of(BusName.Any, "list the interfaces", error, message);
            if (isInterrupted && dumps < MaxDumps) // interfaces came or went in the meantime
                continue;
            links.Sort((left, right) => left.Index.CompareTo(right.Index));
            return links;
        }
    }

    /// <summary>A CAN interface by its name.</summary>
    /// <exception cref="CanInterfaceNotFoundException">There is no interface of that name.</exception>
    /// <exception cref="CanNotSupportedException">It is another kind of interface.</exception>
    public CanLink Get(string name)
    {
        if (!Interfaces.IsName(name))
            throw SocketCanError.NoSuchInterface(name);
        Span<byte> buffer = stackalloc byte[RequestSize];
        var request = new NetlinkWriter(buffer, Rtnetlink.RTM_GETLINK, Rtnetlink.NLM_F_ACK);
        request.Append(default(IfInfoMsg));
        request.Attribute(Rtnetlink.IFLA_IFNAME, name);
        var links = new List<CanLink>();
        var (error, message) = Ask(request.Message, links, out _);
        return error switch
        {
            Errno.None => links is [var link] ? link : throw SocketCanError.NoCanInterface(name),
            Errno.ENODEV => throw SocketCanError.NoSuchInterface(name),
            _ => throw LinkError.Of(name, "read the interface", error, message),
        };
    }

    /// <summary>Creates, changes or deletes an interface.</summary>
    public (Errno Error, string? Message) Request(ushort type, int flags, in IfInfoMsg link, Attributes attributes)
    {
        Span<byte> buffer = stackalloc byte[RequestSize];
        var request = new NetlinkWriter(buffer, type, flags | Rtnetlink.NLM_F_ACK);
        request.Append(link);
        attributes(ref request);
        return Ask(request.Message, [], out _);
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Sends a request and reads the answers until the acknowledgement or the end of the dump.</summary>
    private (Errno Error, string? Message) Ask(ReadOnlySpan<byte> request, List<CanLink> links, out bool isInterrupted)
    {
        isInterrupted = false;
        var sequence = MemoryMarshal.Read<NlMsgHdr>(request).Sequence;
        var error = _socket.Send(request);
        while (error == Errno.None)
        {
            error = _socket.Receive(_buffer, out var datagram);
            var messages = new NetlinkReader(datagram);
            while (messages.Read())
            {
                if (messages.Sequence != sequence)
                    continue;
                isInterrupted |= (messages.Flags & Rtnetlink.NLM_F_DUMP_INTR) != 0;
                switch (messages.Type)
                {
                    case Rtnetlink.NLMSG_ERROR:
                        return messages.ReadError();
                    case Rtnetlink.NLMSG_DONE:
                        return (Errno.None, null);
                    case Rtnetlink.RTM_NEWLINK when LinkMessage.Read(messages.Payload) is { } link:
                        links.Add(link);
                        break;
                }
            }
        }

        return (error, null);
    }
}
