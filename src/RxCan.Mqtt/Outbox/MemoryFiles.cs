namespace RxCan.Mqtt.Outbox;

/// <summary>Segments in memory, for an uplink without a folder.</summary>
internal sealed class MemoryFiles : IOutboxFiles
{
    private readonly SortedDictionary<long, MemoryStream> _segments = [];

    public IReadOnlyList<long> List() => [.. _segments.Keys];

    public IOutboxFile Open(long number)
    {
        if (!_segments.TryGetValue(number, out var bytes))
            _segments.Add(number, bytes = new());
        return new Segment(bytes);
    }

    public void Delete(long number) => _segments.Remove(number);

    public void Dispose() => _segments.Clear();

    private sealed class Segment(MemoryStream bytes) : IOutboxFile
    {
        public long Length => bytes.Length;

        public void Append(ReadOnlySpan<byte> added)
        {
            bytes.Position = bytes.Length;
            bytes.Write(added);
        }

        public int Read(long offset, Span<byte> target)
        {
            bytes.Position = Math.Min(offset, bytes.Length);
            return bytes.Read(target);
        }

        public void Truncate(long length) => bytes.SetLength(length);

        public void Flush()
        {
        }

        public void Dispose()
        {
        }
    }
}
