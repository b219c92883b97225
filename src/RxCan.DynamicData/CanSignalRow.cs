using System.ComponentModel;
using System.Globalization;

namespace RxCan;

/// <summary>
/// The value of a signal at the last tick, from <see cref="CanChangeSet.ToChangeSet(IObservable{CanFrame}, IEnumerable{NamedSignal},
/// CanRowOptions?, System.Reactive.Concurrency.IScheduler?)"/>. Updated in place, like a <see cref="CanRow"/>.
/// </summary>
public sealed class CanSignalRow : INotifyPropertyChanged
{
    private static readonly PropertyChangedEventArgs ValueChanged = new(nameof(Value));
    private static readonly PropertyChangedEventArgs TimestampChanged = new(nameof(Timestamp));
    private static readonly PropertyChangedEventArgs IsStaleChanged = new(nameof(IsStale));

    internal CanSignalRow(NamedSignal signal, in CanFrame frame) =>
        (Signal, Value, Timestamp) = (signal, signal.Signal.Decode(frame), frame.Timestamp);

    /// <inheritdoc/>
    public event PropertyChangedEventHandler? PropertyChanged;

    /// <summary>Orders rows by name, by character code (ordinal). It never changes, so <c>UseBinarySearch</c> is allowed with it.</summary>
    public static IComparer<CanSignalRow> ByName { get; } =
        Comparer<CanSignalRow>.Create(static (left, right) => string.CompareOrdinal(left.Signal.Name, right.Signal.Name));

    /// <summary>The signal; its name is the key.</summary>
    public NamedSignal Signal { get; }

    /// <summary>The value in the last frame that was long enough to hold it, in the unit of the signal.</summary>
    public double Value { get; private set; }

    /// <summary>When that frame was received; see <see cref="CanFrame.Timestamp"/>.</summary>
    public DateTimeOffset Timestamp { get; private set; }

    /// <summary>Whether there was no data frame of its identifier for <see cref="CanRowOptions.StaleAfter"/>.</summary>
    public bool IsStale { get; private set; }

    /// <summary>Name, value and unit, for logs and debuggers.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Signal.Name} = {Value}{(Signal.Unit == "" ? "" : " ")}{Signal.Unit}{(IsStale ? " stale" : "")}");

    internal void Update(in CanFrame frame, bool isStale)
    {
        var (value, timestamp) = frame.Data.Length >= Signal.Signal.RequiredLength
            ? (Signal.Signal.Decode(frame), frame.Timestamp)
            : (Value, Timestamp);
        var (otherValue, otherTimestamp, otherStale) = (!value.Equals(Value), timestamp != Timestamp, isStale != IsStale);
        (Value, Timestamp, IsStale) = (value, timestamp, isStale);
        if (PropertyChanged is not { } handler)
            return;
        if (otherValue)
            handler(this, ValueChanged);
        if (otherTimestamp)
            handler(this, TimestampChanged);
        if (otherStale)
            handler(this, IsStaleChanged);
    }
}
