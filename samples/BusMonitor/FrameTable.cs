using System.Collections.Concurrent;
using System.Collections.Immutable;
using RxCan;

namespace BusMonitor;

/// <summary>
/// The table that all pages show: each batch of <c>LatestById</c> as rows. It is written by one tick at a time and read by any number of
/// pages, without locks, as what a page holds of it never changes: <see cref="FrameRow"/>. (Where one window binds to rows that change in
/// place, <c>ToChangeSet</c> of RxCan.DynamicData is for it.)
/// </summary>
internal sealed class FrameTable(TimeSpan staleAfter)
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<FrameKey, FrameEntry> _entries = [];
    private DateTimeOffset _ratesAt;
    private long _total;

    /// <summary>The rows in the order in which they came; the array is replaced when one comes or leaves.</summary>
    public ImmutableArray<FrameEntry> Entries { get; private set; } = [];

    /// <summary>The number of frames since the start, those of rows that left too.</summary>
    public long Total => Volatile.Read(ref _total);

    public FrameEntry? Find(FrameKey key) => _entries.GetValueOrDefault(key);

    public void Clear()
    {
        _entries.Clear();
        Entries = [];
    }

    /// <summary>Takes over a tick's batch.</summary>
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
