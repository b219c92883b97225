using System.Globalization;

namespace RxCan;

/// <summary>The values of several signals in one frame. Each is decoded when it is asked for; one that the frame is too short for is null.</summary>
public readonly struct CanSignalValues : IEquatable<CanSignalValues>
{
    private readonly CanSignal[]? _signals;

    internal CanSignalValues(in CanFrame frame, CanSignal[] signals) => (Frame, _signals) = (frame, signals);

    /// <summary>The frame.</summary>
    public CanFrame Frame { get; }

    /// <summary>When the frame was received, see <see cref="CanFrame.Timestamp"/>.</summary>
    public DateTimeOffset Timestamp => Frame.Timestamp;

    /// <summary>The frame's identifier.</summary>
    public CanId Id => Frame.Id;

    /// <summary>The number of signals.</summary>
    public int Count => Signals.Length;

    private ReadOnlySpan<CanSignal> Signals => _signals;

    /// <summary>The value of a signal, in its unit; null if the frame does not hold it.</summary>
    /// <param name="index">Its place among the signals, from 0.</param>
    /// <exception cref="IndexOutOfRangeException">There are not so many signals.</exception>
    public double? this[int index] => Signals[index].TryDecode(Frame, out var value) ? value : null;

    /// <summary>Whether two have the same values.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(CanSignalValues left, CanSignalValues right) => left.Equals(right);

    /// <summary>Whether two differ in a value.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(CanSignalValues left, CanSignalValues right) => !left.Equals(right);

    /// <summary>The first two values: <c>var (speed, torque) = values</c>.</summary>
    /// <param name="first">The first signal's value, as in the indexer.</param>
    /// <param name="second">The second signal's value.</param>
    public void Deconstruct(out double? first, out double? second) => (first, second) = (this[0], this[1]);

    /// <summary>The first three values.</summary>
    /// <param name="first">The first signal's value, as in the indexer.</param>
    /// <param name="second">The second signal's value.</param>
    /// <param name="third">The third signal's value.</param>
    public void Deconstruct(out double? first, out double? second, out double? third) => (first, second, third) = (this[0], this[1], this[2]);

    /// <summary>Whether all values are the same; so <c>DistinctUntilChanged</c> leaves frames out that change none of them.</summary>
    /// <param name="other">What to compare with.</param>
    public bool Equals(CanSignalValues other)
    {
        if (Count != other.Count)
            return false;
        for (var i = 0; i < Count; i++)
        {
            if (!Nullable.Equals(this[i], other[i]))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CanSignalValues other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        for (var i = 0; i < Count; i++)
            hash.Add(this[i]);
        return hash.ToHashCode();
    }

    /// <summary>The values and the frame, such as <c>12.5, - in 123#DEADBEEF</c>; a dash where the frame has none.</summary>
    public override string ToString()
    {
        var values = this;
        return string.Join(", ", Enumerable.Range(0, Count).Select(i => values[i]?.ToString(CultureInfo.InvariantCulture) ?? "-")) + $" in {Frame}";
    }
}
