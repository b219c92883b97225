using System.ComponentModel;

namespace RxCan;

/// <summary>
/// An identifier's data frames up to the last tick, from <see cref="CanChangeSet.ToChangeSet(IObservable{CanFrame}, CanRowOptions?,
/// System.Reactive.Concurrency.IScheduler?)"/>. Updated in place, on the scheduler of the ticks, until it leaves.
/// </summary>
/// <remarks>
/// <see cref="PropertyChanged"/> is raised once per changed property, when all have their new values. A row equals only itself.
/// </remarks>
public sealed class CanRow : INotifyPropertyChanged
{
    private static readonly PropertyChangedEventArgs FrameChanged = new(nameof(Frame));
    private static readonly PropertyChangedEventArgs CountChanged = new(nameof(Count));
    private static readonly PropertyChangedEventArgs PeriodChanged = new(nameof(Period));
    private static readonly PropertyChangedEventArgs ChangedBytesChanged = new(nameof(ChangedBytes));
    private static readonly PropertyChangedEventArgs IsStaleChanged = new(nameof(IsStale));

    private CanFrame _frame;
    private FramePeriod _period;

    internal CanRow(in LatestFrame latest, long tick) => (Id, _frame, _period, LastTick) = (latest.Frame.Id, latest.Frame, latest.Period, tick);

    /// <inheritdoc/>
    public event PropertyChangedEventHandler? PropertyChanged;

    /// <summary>Orders rows by identifier. It never changes, so <c>UseBinarySearch</c> is allowed with it.</summary>
    public static IComparer<CanRow> ById { get; } = Comparer<CanRow>.Create(static (left, right) => left.Id.CompareTo(right.Id));

    /// <summary>The identifier: the key.</summary>
    public CanId Id { get; }

    /// <summary>The last data frame.</summary>
    public CanFrame Frame => _frame;

    /// <summary>The number of data frames since the row was added.</summary>
    public long Count => _period.Count + 1;

    /// <summary>The period since the row was added, with <see cref="FramePeriod.Jitter"/>.</summary>
    public FramePeriod Period => _period;

    /// <summary>
    /// The bytes in which <see cref="Frame"/> differs from that of the previous update, bit 0 for the first byte. If one of the two is
    /// shorter, its missing bytes differ. Zero in a new row.
    /// </summary>
    public ulong ChangedBytes { get; private set; }

    /// <summary>Whether there was no frame for <see cref="CanRowOptions.StaleAfter"/>.</summary>
    public bool IsStale { get; private set; }

    internal long LastTick { get; private set; }

    /// <summary>The row as text, for logs and debuggers.</summary>
    public override string ToString() => $"{Frame} x{Count}{(IsStale ? " stale" : "")}";

    internal void Update(in LatestFrame latest, long tick)
    {
        var changed = Difference(_frame.Data, latest.Frame.Data);
        var (otherBytes, wasStale) = (changed != ChangedBytes, IsStale);
        (_frame, _period, ChangedBytes, IsStale, LastTick) = (latest.Frame, latest.Period, changed, false, tick);
        if (PropertyChanged is not { } handler)
            return;
        handler(this, FrameChanged);
        handler(this, CountChanged);
        handler(this, PeriodChanged);
        if (otherBytes)
            handler(this, ChangedBytesChanged);
        if (wasStale)
            handler(this, IsStaleChanged);
    }

    internal void GoStale()
    {
        IsStale = true;
        PropertyChanged?.Invoke(this, IsStaleChanged);
    }

    private static ulong Difference(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        if (before.SequenceEqual(after))
            return 0;
        if (before.Length > after.Length)
            return Difference(after, before);
        var bits = 0UL;
        for (var i = 0; i < after.Length; i++)
        {
            if (i >= before.Length || before[i] != after[i])
                bits |= 1UL << i;
        }

        return bits;
    }
}
