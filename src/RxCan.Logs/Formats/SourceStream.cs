namespace RxCan.Logs.Formats;

/// <summary>A stream whose beginning is looked at before it is read. It can seek if the stream can; a position counts from that beginning.</summary>
internal sealed class SourceStream : InputStream
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly byte[] _head;
    private readonly long _origin;
    private int _headRead; // how much of the head has been read; all of it where the stream can seek

    public SourceStream(Stream stream, bool leaveOpen, int headLength)
    {
        (_stream, _leaveOpen) = (stream, leaveOpen);
        _origin = stream.CanSeek ? stream.Position : 0;
        _head = new byte[headLength];
        Array.Resize(ref _head, stream.ReadAtLeast(_head, headLength, throwOnEndOfStream: false));
        if (stream.CanSeek)
        {
            stream.Position = _origin;
            _headRead = _head.Length;
        }
    }

    /// <summary>The first bytes.</summary>
    public ReadOnlySpan<byte> Head => _head;

    public override bool CanSeek => _stream.CanSeek;

    public override long Length => _stream.Length - _origin;

    public override long Position
    {
        get => _stream.Position - _origin;
        set => _stream.Position = value + _origin;
    }

    public override int Read(Span<byte> buffer)
    {
        var rest = _head.AsSpan(_headRead);
        if (rest.IsEmpty)
            return _stream.Read(buffer);
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        _headRead += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        _stream.Seek(origin == SeekOrigin.Begin ? offset + _origin : offset, origin) - _origin;

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_leaveOpen)
            _stream.Dispose();
        base.Dispose(disposing);
    }
}
