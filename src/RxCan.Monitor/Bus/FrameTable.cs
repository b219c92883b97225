using System.Collections.Immutable;

namespace RxCan.Monitor;

/// <summary>
/// The table that all pages show: the last frame of each identifier, with its count and period. Frames are added as they come, without
/// an allocation; a tick makes rows of them, which any number of pages read without locks, because a <see cref="FrameRow"/> never changes.
/// </summary>
/// <param name="staleAfter">When a silent row is marked.</param>
/// <param name="goneAfter">When it is removed; null for never.</param>
internal sealed class FrameTable(TimeSpan staleAfter, TimeSpan? goneAfter)
{
    /// <summary>More identifiers than any bus has. What comes beyond is counted only.</summary>
    public const int MaxRows = 20_000;

    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OriginWindow = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly Dictionary<FrameKey, FrameEntry> _byKey = [];
    private readonly List<FrameEntry> _fresh = [];
    private readonly List<FrameEntry> _added = [];
    private readonly HashSet<FrameEntry> _forgotten = [];
    private DateTimeOffset _ratesAt;
    private DateTimeOffset _originsAt;
    private long _came;
    private long _unlisted;
    private long _total;

    /// <summary>The rows, in the order in which they were added; the array is replaced when a row is added or removed.</summary>
    public ImmutableArray<FrameEntry> Entries { get; private set; } = [];

    /// <summary>The number of frames up to the last tick, including those without a row.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>The number of frames whose identifier has no row, because there are too many.</summary>
    public long Unlisted => Volatile.Read(ref _unlisted);

    /// <summary>The row of a key; one of any bus for a key without.</summary>
    public FrameEntry? Find(FrameKey key)
    {
        if (key.Bus == "")
            return Entries.FirstOrDefault(entry => key.Matches(entry.Key));
        lock (_gate)
            return _byKey.TryGetValue(key, out var entry) && entry.Row is not null ? entry : null;
    }

    /// <summary>Removes the rows of a bus.</summary>
    public void Forget(Func<string, bool> isOfBus)
    {
        lock (_gate)
        {
            foreach (var (key, entry) in _byKey.Where(item => isOfBus(item.Key.Bus)).ToArray())
            {
                _byKey.Remove(key);
                _fresh.Remove(entry);
                if (!_added.Remove(entry))
                    _forgotten.Add(entry);
            }
        }
    }

    /// <summary>Adds a frame.</summary>
    public void Add(in CanFrame frame)
    {
        var key = FrameKey.Of(frame);
        lock (_gate)
        {
            _came++;
            if (!_byKey.TryGetValue(key, out var entry))
            {
                if (_byKey.Count == MaxRows)
                {
                    _unlisted++;
                    return;
                }

                _byKey.Add(key, entry = new(key));
                _added.Add(entry);
            }

            if (entry.Add(frame))
                _fresh.Add(entry);
        }
    }

    /// <summary>Makes rows of what came since the last tick. Returns whether any row changed.</summary>
    /// <param name="now">The time of the machine.</param>
    /// <param name="clocks">Those of the buses; the machine's if null.</param>
    public bool Tick(DateTimeOffset now, BusClocks? clocks = null)
    {
        clocks ??= new(now);
        var entries = Entries;
        var hasChanged = false;
        var isNewSecond = now - _ratesAt >= RateWindow || now < _ratesAt;
        lock (_gate)
        {
            hasChanged = _came != _total;
            foreach (var entry in _fresh)
                entry.Publish(clocks[entry.Key.Bus].Now);
            _fresh.Clear();
            if (_added.Count > 0)
                entries = entries.AddRange(_added);
            _added.Clear();
            if (now - _originsAt >= OriginWindow || now < _originsAt)
            {
                _originsAt = now;
                foreach (var entry in entries)
                    entry.TurnOrigin();
            }

            if (_forgotten.Count > 0)
            {
                entries = entries.RemoveAll(_forgotten.Contains);
                _forgotten.Clear();
                hasChanged = true;
            }

            if (goneAfter is { } time && entries.Any(entry => entry.IsSilent(clocks[entry.Key.Bus].Now, time)))
            {
                foreach (var entry in entries.Where(entry => entry.IsSilent(clocks[entry.Key.Bus].Now, time)))
                    _byKey.Remove(entry.Key);
                entries = entries.RemoveAll(entry => entry.IsSilent(clocks[entry.Key.Bus].Now, time));
                hasChanged = true;
            }

            Volatile.Write(ref _total, _came);
        }

        if (isNewSecond)
            _ratesAt = now;
        foreach (var entry in entries)
            hasChanged |= entry.Age(clocks[entry.Key.Bus].Now, staleAfter, isNewSecond);
        Entries = entries;
        return hasChanged;
    }
}
