namespace RxCan.Monitor;

/// <summary>The last frames of the bus in the order in which they came. It grows to its capacity and then forgets the oldest; each has a number.</summary>
internal sealed class TraceRing(int capacity)
{
    private const int ChunkBits = 12;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly Lock _gate = new();
    private readonly CanFrame[]?[] _chunks = new CanFrame[]?[(capacity + ChunkSize - 1) >> ChunkBits];
    private long _count;

    public int Capacity { get; } = capacity;

    /// <summary>The number of frames that came: the number of the next one.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The number of the oldest frame that is kept.</summary>
    public long First => Math.Max(0, Count - Capacity);

    public void Add(in CanFrame frame)
    {
        lock (_gate)
        {
            var slot = (int)(_count % Capacity);
            var chunk = _chunks[slot >> ChunkBits] ??= new CanFrame[Math.Min(ChunkSize, Capacity)];
            chunk[slot & (ChunkSize - 1)] = frame;
            Volatile.Write(ref _count, _count + 1);
        }
    }

    /// <summary>Copies frames from a number on, as many as there are and as there is room. Returns the number of the first copied, later if that one is forgotten.</summary>
    public long Read(long from, Span<CanFrame> into, out int count)
    {
        lock (_gate)
        {
            from = Math.Max(from, Math.Max(0, _count - Capacity));
            count = (int)Math.Clamp(_count - from, 0, into.Length);
            for (var i = 0; i < count; i++)
            {
                var slot = (int)((from + i) % Capacity);
                into[i] = _chunks[slot >> ChunkBits]![slot & (ChunkSize - 1)];
            }

            return from;
        }
    }

    /// <summary>The frame of a number; false if it is forgotten, or has not come.</summary>
    public bool TryGet(long number, out CanFrame frame)
    {
        frame = default;
        return number >= 0 && Read(number, new(ref frame), out var count) == number && count == 1;
    }
}
