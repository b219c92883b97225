namespace RxCan.Uds;

/// <summary>
/// Reads a message from front to back, big endian. Once something is missing, all that follows is 0 or empty, and <see cref="IsComplete"/> false:
/// ask that before the values are used.
/// </summary>
internal ref struct UdsReader
{
    private ReadOnlySpan<byte> _rest;
    private bool _failed;

    /// <summary>Begins behind the service identifier, which must be as expected.</summary>
    public UdsReader(ReadOnlySpan<byte> message, UdsService service)
        : this(message, (byte)service)
    {
    }

    /// <summary>Begins behind the first byte, which must be as expected.</summary>
    public UdsReader(ReadOnlySpan<byte> message, byte first)
    {
        _failed = message.IsEmpty || message[0] != first;
        _rest = _failed ? default : message[1..];
    }

    /// <summary>Whether everything was there so far.</summary>
    public readonly bool IsValid => !_failed;

    /// <summary>Whether everything was there and nothing is left.</summary>
    public readonly bool IsComplete => !_failed && _rest.IsEmpty;

    public readonly int Left => _rest.Length;

    public readonly bool HasMore => !_rest.IsEmpty;

    /// <summary>Begins to read the positive response to a service.</summary>
    public static UdsReader Response(ReadOnlySpan<byte> message, UdsService service) => new(message, UdsProtocol.Positive(service));

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    /// <summary>A sub-function, without the bit that suppresses the positive response.</summary>
    public byte SubFunction() => (byte)(Byte() & ~UdsProtocol.SuppressPositiveResponse);

    public ushort UInt16() => (ushort)Number(2);

    public uint UInt24() => (uint)Number(3);

    /// <summary>A number of 0 to 8 bytes; longer ones fail unless the surplus is zero.</summary>
    public ulong Number(int length)
    {
        var value = 0UL;
        foreach (var next in Take(length))
        {
            if (value > ulong.MaxValue >> 8)
                Fail();
            value = (value << 8) | next;
        }

        return _failed ? 0 : value;
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > _rest.Length)
        {
            Fail();
            return default;
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    public byte[] Bytes(int length) => Take(length).ToArray();

    public byte[] Rest() => Bytes(_rest.Length);

    /// <summary>Bytes behind their length in two bytes.</summary>
    public byte[] Block() => Bytes(UInt16());

    /// <summary>Continues with what was left of a part that was taken.</summary>
    public readonly UdsReader At(ReadOnlySpan<byte> rest)
    {
        var reader = this;
        reader._rest = rest;
        return reader;
    }

    public void Fail()
    {
        _failed = true;
        _rest = default;
    }
}
