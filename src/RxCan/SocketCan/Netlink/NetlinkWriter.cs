using System.Runtime.InteropServices;
using System.Text;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Netlink;

/// <summary>Writes a netlink(7) message into a buffer, which must have room for it.</summary>
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

    /// <summary>The message so far, with its length in the header.</summary>
    public readonly ReadOnlySpan<byte> Message
    {
        get
        {
            MemoryMarshal.Write(_buffer, (uint)_length);
            return _buffer[.._length];
        }
    }

    /// <summary>The position where the next message or attribute begins.</summary>
    public static int Align(int length) => (length + 3) & ~3;

    /// <summary>Appends a structure, such as the one before the attributes.</summary>
    public void Append<T>(in T value)
        where T : unmanaged => Append(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    public void Attribute<T>(ushort type, in T value)
        where T : unmanaged => Attribute(type, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>Appends an attribute with zero-terminated text.</summary>
    public void Attribute(ushort type, string text) => Attribute(type, Encoding.UTF8.GetBytes(text + '\0'));

    public void Attribute(ushort type, scoped ReadOnlySpan<byte> value)
    {
        var start = Begin(type);
        Append(value);
        SetLength(start);
    }

    /// <summary>Begins an attribute that nests others; pass the result to <see cref="End"/>.</summary>
    public int BeginNested(ushort type) => Begin((ushort)(type | Rtnetlink.NLA_F_NESTED));

    public readonly void End(int nested) => SetLength(nested);

    private int Begin(ushort type)
    {
        var start = Align(_length);
        Append(default(ushort)); // its length, filled in later
        MemoryMarshal.Write(_buffer[_length..], type);
        _length += sizeof(ushort);
        return start;
    }

    private readonly void SetLength(int start) => MemoryMarshal.Write(_buffer[start..], (ushort)(_length - start));

    private void Append(scoped ReadOnlySpan<byte> bytes)
    {
        // An attribute's length does not include its padding, so the padding is written before what follows.
        var start = Align(_length);
        _buffer[_length..start].Clear();
        bytes.CopyTo(_buffer[start..]);
        _length = start + bytes.Length;
    }
}
