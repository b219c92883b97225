namespace RxCan.Uds;

/// <summary>Writes a message from front to back, big endian.</summary>
internal ref struct UdsWriter
{
    private Span<byte> _buffer;
    private int _length;

    /// <summary>Begins with the service identifier.</summary>
    /// <param name="buffer">Room on the stack; more is taken from the heap.</param>
    /// <param name="first">The first byte.</param>
    public UdsWriter(Span<byte> buffer, byte first)
    {
        _buffer = buffer;
        Byte(first);
    }

    public UdsWriter(Span<byte> buffer, UdsService service)
        : this(buffer, (byte)service)
    {
    }

    public void Byte(byte value) => Room(1)[0] = value;

    public void UInt16(ushort value) => Number(value, 2);

    public void UInt24(uint value) => Number(value, 3);

    /// <summary>The low bytes of a number.</summary>
    public void Number(ulong value, int length)
    {
        var room = Room(length);
        for (var i = length - 1; i >= 0; i--, value >>= 8)
            room[i] = (byte)value;
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Room(bytes.Length));

    /// <summary>Bytes behind their length in two bytes.</summary>
    public void Block(ReadOnlySpan<byte> bytes)
    {
        UInt16(checked((ushort)bytes.Length));
        Bytes(bytes);
    }

    public readonly byte[] ToArray() => _buffer[.._length].ToArray();

    private Span<byte> Room(int length)
    {
        if (_length + length > _buffer.Length)
        {
            var larger = new byte[Math.Max(2 * _buffer.Length, _length + length)];
            _buffer[.._length].CopyTo(larger);
            _buffer = larger;
        }

        _length += length;
        return _buffer.Slice(_length - length, length);
    }
}
