namespace RxCan.Logs.Formats;

/// <summary>Collects what is written to a stream, and hands it over in large pieces.</summary>
internal sealed class BinaryOutput(Stream stream) : IDisposable
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _end;
    private long _written;
    private bool _isDisposed;

    public long Length => _written + _end;

    /// <summary>Room for up to so many bytes, at most a few kilobytes; <see cref="Advance"/> tells how many were used.</summary>
    public Span<byte> Room(int count)
    {
        if (_buffer.Length - _end < count)
            Write();
        return _buffer.AsSpan(_end);
    }

    public void Advance(int count) => _end += count;

    public void Flush()
    {
        Write();
        stream.Flush();
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        try
        {
            Flush();
        }
        finally
        {
            stream.Dispose();
        }
    }

    private void Write()
    {
        stream.Write(_buffer, 0, _end);
        _written += _end;
        _end = 0;
    }
}
