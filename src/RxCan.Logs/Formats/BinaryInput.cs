namespace RxCan.Logs.Formats;

/// <summary>Reads a file forwards through one buffer of a fixed size, whatever lengths the file announces.</summary>
internal sealed class BinaryInput(Stream stream, int capacity = 1 << 16) : IDisposable
{
    private readonly byte[] _buffer = new byte[capacity];
    private int _start;
    private int _end;
    private long _position;

    /// <summary>The offset of the next byte from where reading began.</summary>
    public long Position => _position;

    /// <summary>What <see cref="Fill"/> made available.</summary>
    public ReadOnlySpan<byte> Buffered => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Makes at least a number of bytes available, at most the buffer's size; false if the file ends before.</summary>
    public bool Fill(int count)
    {
        while (_end - _start < count)
        {
            if (_start > 0)
            {
                Buffered.CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
                return false;
            _end += read;
        }

        return true;
    }

    /// <summary>Moves over bytes that are available.</summary>
    public void Advance(int count)
    {
        _start += count;
        _position += count;
    }

    /// <summary>Moves over some bytes; false if the file ends before.</summary>
    public bool Skip(long count)
    {
        while (count > 0 && Fill(1))
        {
            var step = (int)Math.Min(count, _end - _start);
            Advance(step);
            count -= step;
        }

        return count <= 0;
    }

    /// <summary>Copies what is there, at least one byte; 0 at the end of the file.</summary>
    public int Read(Span<byte> target)
    {
        if (target.IsEmpty || !Fill(1))
            return 0;
        var count = Math.Min(target.Length, _end - _start);
        Buffered[..count].CopyTo(target);
        Advance(count);
        return count;
    }

    /// <summary>Goes back to an offset; false if the stream cannot.</summary>
    public bool TryReturn(long position)
    {
        if (!stream.CanSeek)
            return false;
        stream.Seek(position - _position - (_end - _start), SeekOrigin.Current);
        (_start, _end, _position) = (0, 0, position);
        return true;
    }

    public void Dispose() => stream.Dispose();
}
