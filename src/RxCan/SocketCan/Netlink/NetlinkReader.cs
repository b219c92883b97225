using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Netlink;

/// <summary>The messages of a netlink(7) datagram, one after the other. It stops at malformed data and never throws.</summary>
internal ref struct NetlinkReader(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;
    private NlMsgHdr _header;

    public readonly ushort Type => _header.Type;

    public readonly ushort Flags => _header.Flags;

    public readonly uint Sequence => _header.Sequence;

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>Goes to the next message; false if there is none.</summary>
    public bool Read()
    {
        if (!MemoryMarshal.TryRead(_rest, out _header) || _header.Length < Unsafe.SizeOf<NlMsgHdr>() || _header.Length > _rest.Length)
        {
            _rest = default;
            return false;
        }

        var length = (int)_header.Length;
        Payload = _rest[Unsafe.SizeOf<NlMsgHdr>()..length];
        _rest = _rest[Math.Min(NetlinkWriter.Align(length), _rest.Length)..];
        return true;
    }

    /// <summary>
    /// The content of an <c>NLMSG_ERROR</c>, which also acknowledges a request: the error, and the kernel's own message if there is one
    /// (<c>NLMSGERR_ATTR_MSG</c>).
    /// </summary>
    public readonly (Errno Error, string? Message) ReadError()
    {
        if (!MemoryMarshal.TryRead(Payload, out int error))
            return (Errno.EINVAL, null);
        var echo = Payload[sizeof(int)..];
        if ((Flags & Rtnetlink.NLM_F_ACK_TLVS) == 0 || !MemoryMarshal.TryRead(echo, out NlMsgHdr request))
            return ((Errno)(-error), null);
        var echoed = (Flags & Rtnetlink.NLM_F_CAPPED) != 0 ? (uint)Unsafe.SizeOf<NlMsgHdr>() : request.Length;
        if (echoed > echo.Length)
            return ((Errno)(-error), null);
        var attributes = new AttributeReader(echo[Math.Min(NetlinkWriter.Align((int)echoed), echo.Length)..]);
        while (attributes.Read())
        {
            if (attributes.Type == Rtnetlink.NLMSGERR_ATTR_MSG)
                return ((Errno)(-error), attributes.Text);
        }

        return ((Errno)(-error), null);
    }
}
