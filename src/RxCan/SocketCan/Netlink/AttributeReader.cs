using System.Runtime.InteropServices;
using System.Text;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Netlink;

/// <summary>
/// The attributes of a netlink message, or of an attribute that nests others (<c>struct nlattr</c>). It stops at malformed data and never throws.
/// </summary>
internal ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    private const int HeaderSize = 4;

    private ReadOnlySpan<byte> _rest = attributes;

    /// <summary>The kind, without its flags.</summary>
    public ushort Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The value as zero-terminated text.</summary>
    public readonly string Text => TextOf(Value);

    /// <summary>The attributes nested in this one.</summary>
    public readonly AttributeReader Nested => new(Value);

    /// <summary>Text in a field of fixed size, up to a zero or the end of the field.</summary>
    public static string TextOf(ReadOnlySpan<byte> field) =>
        Encoding.UTF8.GetString(field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field);

    /// <summary>Goes to the next attribute; false if there is none.</summary>
    public bool Read()
    {
        if (!MemoryMarshal.TryRead(_rest, out ushort length) || length < HeaderSize || length > _rest.Length)
        {
            _rest = default;
            return false;
        }

        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[sizeof(ushort)..]) & Rtnetlink.NLA_TYPE_MASK);
        Value = _rest[HeaderSize..length];
        _rest = _rest[Math.Min(NetlinkWriter.Align(length), _rest.Length)..];
        return true;
    }

    /// <summary>The value as a structure. It may be shorter or longer in other kernels: missing fields are zero.</summary>
    public readonly T As<T>()
        where T : unmanaged
    {
        var result = default(T);
        var bytes = MemoryMarshal.AsBytes(new Span<T>(ref result));
        Value[..Math.Min(Value.Length, bytes.Length)].CopyTo(bytes);
        return result;
    }
}
