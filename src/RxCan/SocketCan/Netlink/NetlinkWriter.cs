using System.Runtime.InteropServices;
using System.Text;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Netlink;

/// <summary>Lays a message of netlink(7) out in a buffer, which must have room for it.</summary>
internal ref struct NetlinkWriter
{
    private readonly Span<byte> _buffer;
    private int _length;

    /// <summary>Begins a message; <c>NLM_F_REQUEST</c> is set.</summary>
    public NetlinkWriter(Span<byte> buffer, ushort type, int flags, uint sequence = 1)
    {
        _buffer = buffer;
        Append(new NlMsgHdr { Type = type, Flags = (ushort)(flags | Rtnetlink.NLM_F_REQUEST), Sequence = sequence });
    }

    /// <summary>The message so far, whose header has its length.</summary>
    public readonly ReadOnlySpan<byte> Message
    {
        get
        {
            MemoryMarshal.Write(_buffer, (uint)_length);
            return _buffer[.._length];
        }
    }

    /// <summary>Where the next message or attribute begins.</summary>
    public static int Align(int length) => (length + 3) & ~3;

    /// <summary>Appends a structure, such as the one that comes before the attributes.</summary>
    public void Append<T>(in T value)
        where T : unmanaged => Append(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    public void Attribute<T>(ushort type, in T value)
        where T : unmanaged => Attribute(type, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>Appends an attribute with text and the zero that ends it.</summary>
    public void Attribute(ushort type, string text) => Attribute(type, Encoding.UTF8.GetBytes(text + '\0'));

    public void Attribute(ushort type, scoped ReadOnlySpan<byte> value)
    {
        var start = Begin(type);
        Append(value);
        SetLength(start);
    }

    /// <summary>Begins an attribute that nests others; <see cref="End"/> takes what it returns.</summary>
    public int BeginNested(ushort type) => Begin((ushort)(type | Rtnetlink.NLA_F_NESTED));

    public readonly void End(int nested) => SetLength(nested);

    private int Begin(ushort type)
    {
        var start = Align(_length);
        Append(default(ushort)); // its length, when it is known
        MemoryMarshal.Write(_buffer[_length..], type);
        _length += sizeof(ushort);
        return start;
    }

    private readonly void SetLength(int start) => MemoryMarshal.Write(_buffer[start..], (ushort)(_length - start));

    private void Append(scoped ReadOnlySpan<byte> bytes)
    {
        // The padding of an attribute does not count in its length, so it comes before what follows.
        var start = Align(_length);
        _buffer[_length..start].Clear();
        bytes.CopyTo(_buffer[start..]);
        _length = start + bytes.Length;
    }
}
