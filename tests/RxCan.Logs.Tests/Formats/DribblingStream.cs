namespace RxCan.Tests.Formats;

/// <summary>A stream that cannot seek, and gives fewer bytes than were asked for, as a pipe does.</summary>
internal sealed class DribblingStream(byte[]? content = null) : MemoryStream(content ?? [])
{
    private readonly MemoryStream _written = new();
    private int _reads;

    public byte[] Written => _written.ToArray();

    public override bool CanSeek => false;

    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1 + (_reads++ * 7 % 5_000)));

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1 + (_reads++ * 7 % 5_000))]);

    public override long Seek(long offset, SeekOrigin loc) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => _written.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => _written.Write(buffer);
}
