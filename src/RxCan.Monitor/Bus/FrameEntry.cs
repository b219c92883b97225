namespace RxCan.Monitor;

/// <summary>
/// An identifier's place in the table. Frames are added as they come; a tick makes a row of them. The row is replaced when it changes, so
/// a page sees by reference whether to draw it.
/// </summary>
internal sealed class FrameEntry(FrameKey key)
{
    // Written as frames come, under the table's lock.
    private CanFrame _latest;
    private long _count;
    private PeriodWindow _window;
    private FrameOrigin _origin;
    private bool _isFresh;

    // Written by ticks.
    private FrameOrigin _originBefore;
    private DateTimeOffset _seen;
    private long _ratedCount;
    private DateTimeOffset _ratedUpTo;
    private bool _isNew;
    private volatile FrameRow? _row;

    public FrameKey Key { get; } = key;

    /// <summary>What the last tick published.</summary>
    public FrameRow Row => _row!;

    /// <summary>Adds a frame. Returns whether it is the first one since the last tick.</summary>
    public bool Add(in CanFrame frame)
    {
        _latest = frame;
        _count++;
        _window.Add(frame.Timestamp.UtcTicks);
        _origin |= OriginOf(frame);
        return !_isFresh && (_isFresh = true);
    }

    /// <summary>Makes a row of what came, under the table's lock.</summary>
    public void Publish(DateTimeOffset now)
    {
        _isFresh = false;
        _seen = now;
        _isNew = true;
        var before = _row?.Frame ?? _latest;
        var period = _window.Period;
        if (_row is null)
            (_ratedCount, _ratedUpTo) = (1, _latest.Timestamp - (period.Count * period.Mean)); // of the first frame
        _row = new(_latest, _count, _row?.Rate ?? 0, period, _originBefore | _origin, before, Difference(before.Data, _latest.Data), IsStale: false);
    }

    /// <summary>At each tick, after <see cref="Publish"/>: removes the marks of a row without new frames, or makes it stale. Returns whether it changed.</summary>
    public bool Age(DateTimeOffset now, TimeSpan staleAfter, bool isNewSecond)
    {
        var row = Row;
        if (isNewSecond && row.Count > _ratedCount)
        {
            var time = (row.Frame.Timestamp - _ratedUpTo).TotalSeconds;
            row = row with { Rate = time > 0 ? (row.Count - _ratedCount) / time : 0 };
            (_ratedCount, _ratedUpTo) = (row.Count, row.Frame.Timestamp);
        }

        if (!_isNew && row.Changed != 0)
            row = row with { Changed = 0 };
        _isNew = false;

        // Infrequent frames take longer to count as stale.
        var silence = now - _seen;
        if (!row.IsStale && silence > staleAfter && silence > 3 * row.Period.Mean)
            row = row with { IsStale = true, Rate = 0 };
        var hasChanged = !ReferenceEquals(_row, row);
        _row = row;
        return hasChanged;
    }

    /// <summary>Forgets who sent before, once in a few seconds, under the table's lock.</summary>
    public void TurnOrigin()
    {
        if (_origin != FrameOrigin.None)
            (_originBefore, _origin) = (_origin, FrameOrigin.None);
    }

    /// <summary>Whether nothing came for some time.</summary>
    public bool IsSilent(DateTimeOffset now, TimeSpan time) => now - _seen >= time;

    public static FrameOrigin OriginOf(in CanFrame frame) =>
        frame.IsOwn ? FrameOrigin.Monitor : frame.IsLocal ? FrameOrigin.Machine : FrameOrigin.Bus;

    /// <summary>The bytes of the later frame that differ from the previous one.</summary>
    private static ulong Difference(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var bits = 0UL;
        for (var i = before.CommonPrefixLength(after); i < after.Length; i++)
        {
            if (i >= before.Length || before[i] != after[i])
                bits |= 1UL << i;
        }

        return bits;
    }
}
