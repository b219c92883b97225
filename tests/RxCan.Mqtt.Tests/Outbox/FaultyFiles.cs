using RxCan.Mqtt.Outbox;

namespace RxCan.Tests.Outbox;

/// <summary>A disk that can be full, tear writes and lose its power.</summary>
internal sealed class FaultyFiles : IOutboxFiles
{
    private readonly SortedDictionary<long, (List<byte> Bytes, int[] Flushed)> _files = [];
    private bool _isOpen = true;

    public long Capacity { get; set; } = long.MaxValue;

    public long Used => _files.Values.Sum(f => (long)f.Bytes.Count);

    public bool IsDisposed => !_isOpen;

    public byte[][] Contents => [.. _files.Values.Select(f => f.Bytes.ToArray())];

    public IReadOnlyList<long> List() => [.. _files.Keys];

    public IOutboxFile Open(long number)
    {
        if (!_files.TryGetValue(number, out var file))
            _files.Add(number, file = ([], [0]));
        return new Opened(this, file.Bytes, file.Flushed);
    }

    public void Put(long number, byte[] bytes) => _files[number] = ([.. bytes], [0]);

    public void Delete(long number) => _files.Remove(number);

    public void Dispose() => _isOpen = false;

    /// <summary>What a process finds after this one was killed; without power, of what was not flushed only a random part.</summary>
    public FaultyFiles After(Random? powerLoss)
    {
        var found = new FaultyFiles { Capacity = Capacity };
        foreach (var (number, (bytes, flushed)) in _files)
        {
            var kept = Math.Min(flushed[0], bytes.Count);
            found.Put(number, [.. bytes.Take(powerLoss is null ? bytes.Count : powerLoss.Next(kept, bytes.Count + 1))]);
        }

        return found;
    }

    private sealed class Opened(FaultyFiles disk, List<byte> bytes, int[] flushed) : IOutboxFile
    {
        public long Length => bytes.Count;

        public void Append(ReadOnlySpan<byte> added)
        {
            var fits = (int)Math.Clamp(disk.Capacity - disk.Used, 0, added.Length);
            bytes.AddRange(added[..fits]);
            if (fits < added.Length)
                throw new IOException("No space left on device.");
        }

        public int Read(long offset, Span<byte> target)
        {
            var count = (int)Math.Clamp(bytes.Count - offset, 0, target.Length);
            if (count > 0)
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes).Slice((int)offset, count).CopyTo(target);
            return count;
        }

        public void Truncate(long length) => bytes.RemoveRange((int)length, bytes.Count - (int)length);

        public void Flush() => flushed[0] = bytes.Count;

        public void Dispose()
        {
        }
    }
}
