using System.Text;

namespace RxCan.Logs.Formats.Text;

/// <summary>Appends ASCII to a stream through a buffer; lines end with LF, or with CR LF as on Windows.</summary>
internal sealed class LineWriter(Stream stream, bool isWindows = false) : IDisposable
{
    private const int Size = 65_536;
    private const int MaxLine = 4096; // the longest line of a frame has some 600 characters

    private readonly byte[] _buffer = new byte[Size + MaxLine];
    private int _count;
    private long _flushed;

    public long Length => _flushed + _count;

    /// <summary>Room for a number or a frame's data; what was written goes to <see cref="Advance"/>.</summary>
    public Span<byte> Room => _buffer.AsSpan(_count);

    public void Advance(int count) => _count += count;

    public void Add(byte character) => _buffer[_count++] = character;

    public void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room);
        _count += text.Length;
    }

    /// <summary>Appends text in UTF-8, at most 1000 characters.</summary>
    public void Add(string text) => _count += Encoding.UTF8.GetBytes(text.AsSpan(0, Math.Min(text.Length, 1000)), Room);

    /// <summary>Appends a decimal number with leading characters up to a width.</summary>
    public void AddDecimal(ulong value, int width = 0, byte padding = (byte)' ')
    {
        Span<byte> digits = stackalloc byte[20];
        var start = digits.Length;
        do
        {
            digits[--start] = (byte)('0' + (value % 10));
            value /= 10;
        }
        while (value != 0);
        for (var i = digits.Length - start; i < width; i++)
            Add(padding);
        Add(digits[start..]);
    }

    /// <summary>Appends exactly this many digits, of a number that has no more.</summary>
    public void AddDigits(uint value, int count)
    {
        var room = Room[..count];
        for (var i = count - 1; i >= 0; i--)
        {
            room[i] = (byte)('0' + (value % 10));
            value /= 10;
        }

        _count += count;
    }

    /// <summary>Appends an upper-case hexadecimal number with leading zeros up to a number of digits.</summary>
    public void AddHex(uint value, int minDigits)
    {
        var digits = Math.Max(minDigits, 8 - (System.Numerics.BitOperations.LeadingZeroCount(value | 1) / 4));
        var room = Room[..digits];
        for (var i = digits - 1; i >= 0; i--)
        {
            room[i] = "0123456789ABCDEF"u8[(int)(value & 0xF)];
            value >>= 4;
        }

        _count += digits;
    }

    /// <summary>Appends bytes of two upper-case digits each.</summary>
    public void AddHex(ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexString(bytes, Room, out var written);
        _count += written;
    }

    /// <summary>Appends bytes of two upper-case digits each, every one after a space.</summary>
    public void AddSpacedHex(ReadOnlySpan<byte> bytes)
    {
        var room = Room[..(3 * bytes.Length)];
        for (var i = 0; i < bytes.Length; i++)
        {
            room[3 * i] = (byte)' ';
            room[(3 * i) + 1] = "0123456789ABCDEF"u8[bytes[i] >> 4];
            room[(3 * i) + 2] = "0123456789ABCDEF"u8[bytes[i] & 0xF];
        }

        _count += room.Length;
    }

    /// <summary>Appends spaces until a line that began at a length has a width, at least one.</summary>
    public void PadTo(long lineStart, int width)
    {
        do
        {
            Add((byte)' ');
        }
        while (Length - lineStart < width);
    }

    /// <summary>Ends a line; a full buffer goes to the stream.</summary>
    public void EndLine()
    {
        if (isWindows)
            Add((byte)'\r');
        Add((byte)'\n');
        if (_count >= Size)
            WriteOut();
    }

    public void Flush()
    {
        WriteOut();
        stream.Flush();
    }

    public void Dispose()
    {
        try
        {
            WriteOut();
        }
        finally
        {
            stream.Dispose();
        }
    }

    private void WriteOut()
    {
        var count = _count;
        _count = 0;
        _flushed += count;
        stream.Write(_buffer, 0, count);
    }
}
