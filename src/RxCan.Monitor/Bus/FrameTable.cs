using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace RxCan.Monitor;

/// <summary>
/// The table that all pages show: each batch of <c>LatestById</c> as rows. One tick at a time writes it, and any number of pages read it,
/// without locks, because a <see cref="FrameRow"/> that a page holds never changes. (For one window that binds to rows that change in
/// place, use <c>ToChangeSet</c> of RxCan.DynamicData.)
/// </summary>
internal sealed class FrameTable(TimeSpan staleAfter)
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<FrameKey, FrameEntry> _entries = [];
    private DateTimeOffset _ratesAt;
    private long _total;

    /// <summary>The rows, in the order in which they were added; the array is replaced when a row is added or removed.</summary>
    public ImmutableArray<FrameEntry> Entries { get; private set; } = [];

    /// <summary>The number of frames since the start, including those of removed rows.</summary>
    public long Total => Volatile.Read(ref _total);

    public FrameEntry? Find(FrameKey key) => _entries.GetValueOrDefault(key);

    public void Clear()
    {
        _entries.Clear();
        Entries = [];
    }

    /// <summary>Adds a tick's batch.</summary>
    public void Update(ImmutableArray<LatestFrame> batch, DateTimeOffset now)
    {
        var (total, entries) = (_total, Entries);
        foreach (ref readonly var latest in batch.AsSpan())
        {
            var key = FrameKey.Of(latest.Frame);
            if (latest.Count == 0)
            {
                if (_entries.TryRemove(key, out var gone))
                    entries = entries.Remove(gone);
                continue;
            }

            total += latest.Count;
            if (_entries.TryGetValue(key, out var entry))
                entry.Update(latest, now);
            else
                entries = entries.Add(_entries[key] = new(key, latest, now));
        }

        var newRates = now - _ratesAt >= RateWindow || now < _ratesAt;
        if (newRates)
            _ratesAt = now;
        foreach (var entry in entries)
            entry.Age(now, staleAfter, newRates);
        Entries = entries;
        Volatile.Write(ref _total, total);
    }
}
