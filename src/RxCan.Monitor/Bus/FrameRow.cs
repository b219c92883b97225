
namespace RxCan.Monitor;

/// <summary>The key of a row: data frames and remote frames of an identifier have separate rows.</summary>
internal readonly record struct FrameKey(CanId Id, bool IsRemote)
{
    public static FrameKey Of(in CanFrame frame) => new(frame.Id, frame.IsRemote);
}

/// <summary>An identifier's frames up to a tick.</summary>
/// <param name="Frame">The last one.</param>
/// <param name="Count">The number of frames since the row was added.</param>
/// <param name="Rate">In frames/s, over the last second or the last period, whichever is longer.</param>
/// <param name="Period">Since the row was added.</param>
/// <param name="Changed">The bytes that this tick changed, bit 0 for the first.</param>
/// <param name="IsStale">Whether there was no frame for longer than usual.</param>
public sealed record FrameRow(CanFrame Frame, long Count, double Rate, FramePeriod Period, ulong Changed, bool IsStale);

/// <summary>A place in the table. Its row is replaced when it changes, so a page sees by reference whether to draw it.</summary>
internal sealed class FrameEntry
{
    private DateTimeOffset _seen;
    private long _ratedCount = 1;
    private DateTimeOffset _ratedUpTo;
    private bool _isNew;
    private volatile FrameRow _row;

    public FrameEntry(FrameKey key, in LatestFrame latest, DateTimeOffset now)
    {
        Key = key;
        _seen = now;
        _isNew = true;
        _ratedUpTo = latest.Frame.Timestamp - (latest.Period.Count * latest.Period.Mean); // of the first frame, about
        _row = new(latest.Frame, latest.Count, 0, latest.Period, 0, IsStale: false);
    }

    public FrameKey Key { get; }

    public FrameRow Row => _row;

    public void Update(in LatestFrame latest, DateTimeOffset now)
    {
        _seen = now;
        _isNew = true;
        _row = new(latest.Frame, _row.Count + latest.Count, _row.Rate, latest.Period, Difference(_row.Frame.Data, latest.Frame.Data), IsStale: false);
    }

    /// <summary>At each tick: removes the marks of a row without new frames, or makes it stale.</summary>
    public void Age(DateTimeOffset now, TimeSpan staleAfter, bool newRate)
    {
        var row = _row;
        if (newRate && row.Count > _ratedCount)
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
        _row = row;
    }

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
