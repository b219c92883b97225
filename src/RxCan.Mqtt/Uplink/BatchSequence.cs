namespace RxCan.Mqtt.Uplink;

/// <summary>What is new in a batch.</summary>
/// <param name="Skip">How many of its entries came before; all of them if it is a duplicate.</param>
/// <param name="Lost">How many entries are missing before it.</param>
/// <param name="IsRestart">Whether the far end began a new stream: how much is missing of the old one is unknown.</param>
internal readonly record struct BatchNews(int Skip, long Lost, bool IsRestart);

/// <summary>
/// Finds duplicates and gaps by stream and sequence number. What comes too late is a duplicate: it was told as lost. A stream that goes on after
/// another began is told as a restart too: it must not stay silent forever if a broker mixes them up or two uplinks share a topic.
/// </summary>
internal sealed class BatchSequence
{
    private const int MaxStreams = 16;

    private readonly Dictionary<ulong, ulong> _next = []; // by stream
    private readonly Queue<ulong> _streams = new(); // by age
    private ulong? _latest;

    /// <summary>Whatever comes next is new, without a gap: nobody listened.</summary>
    public void Reset()
    {
        _latest = null;
        _next.Clear();
        _streams.Clear();
    }

    public BatchNews Take(ulong stream, ulong sequence, int count)
    {
        var end = sequence + (ulong)count;
        var isKnown = _next.TryGetValue(stream, out var next);
        if (isKnown && end <= next)
            return new(count, 0, false);
        var isRestart = _latest is not null && _latest != stream;
        if (!isKnown)
        {
            next = isRestart ? 0 : sequence;
            if (_streams.Count == MaxStreams)
                _next.Remove(_streams.Dequeue());
            _streams.Enqueue(stream);
        }

        (_latest, _next[stream]) = (stream, end);
        return sequence < next ? new((int)(next - sequence), 0, isRestart) : new(0, (long)(sequence - next), isRestart);
    }
}
