using System.Globalization;

namespace RxCan.Dbc.Codec;

/// <content>From values to bits.</content>
internal sealed partial class SignalCodec
{
    private const int MaxListed = 20;

    private double LowestRaw => _kind == DbcSignalKind.Signed ? -Math.Pow(2, WordBits - 1 - _unused) : 0;

    private double HighestRaw => Math.Pow(2, WordBits - _unused - (_kind == DbcSignalKind.Signed ? 1 : 0)) - 1;

    /// <summary>The bits of a value.</summary>
    /// <exception cref="ArgumentException">The signal cannot have this value.</exception>
    public ulong Bits(SignalValue value) => value.Kind switch
    {
        SignalValue.Form.Raw => FitsRaw(value.Integer)
            ? (ulong)value.Integer & _mask
            : throw OutOfRange(value, FormattableString.Invariant($"its {Signal.Length} bits hold {RawRange()} without factor and offset")),
        SignalValue.Form.Name => NamedBits(value.Name),
        SignalValue.Form.Integer when _kind < DbcSignalKind.Float && _factor == 1 && Math.Abs(_offset) < 1L << 53 && double.IsInteger(_offset) =>
            IntegerBits(value),
        _ => PhysicalBits(value),
    };

    /// <summary>The bits of the start value (attribute <c>GenSigStartValue</c>); null if there is none, or it does not fit.</summary>
    public ulong? StartBits { get; }

    /// <summary>Asserts that data is long enough.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public void ThrowIfBeyond(int length, string parameter)
    {
        if (length >= RequiredLength)
            return;
        throw new ArgumentException(
            Signal.Length > WordBits
                ? $"{Signal} has {Signal.Length} bits: it is not a number. Write its bytes yourself."
                : $"{Signal} needs {RequiredLength} bytes of data, but there are {length}.",
            parameter);
    }

    private bool FitsRaw(long raw) => _unused == 0 || _kind switch
    {
        DbcSignalKind.Signed => raw >> (WordBits - 1 - _unused) is 0 or -1,
        _ => ((ulong)raw & ~_mask) == 0,
    };

    private string RawRange() => _kind == DbcSignalKind.Signed
        ? FormattableString.Invariant($"{long.MinValue >> _unused} to {long.MaxValue >> _unused}")
        : FormattableString.Invariant($"0 to {_mask}");

    private ulong NamedBits(string name)
    {
        if (Signal.Values is not { } values)
            throw new ArgumentException($"{Signal} has no named values, such as '{name}': write a number.");
        if (!values.TryGetValue(name, out var raw))
        {
            var names = string.Join(", ", values.Values.Take(MaxListed).Select(value => $"'{value.Name}'"));
            throw new ArgumentException($"{Signal} has no value named '{name}'. It has {names}{(values.Values.Count > MaxListed ? ", ..." : "")}.");
        }

        if (_kind >= DbcSignalKind.Float)
            return FloatBits(raw);
        return FitsRaw(raw)
            ? (ulong)raw & _mask
            : throw OutOfRange(name, FormattableString.Invariant($"the database gives it the number {raw}, but {Signal.Length} bits hold {RawRange()}"));
    }

    private ulong IntegerBits(SignalValue value)
    {
        var raw = (Int128)value.Integer - (long)_offset;
        var (lowest, highest) = _kind == DbcSignalKind.Signed
            ? (long.MinValue >> _unused, long.MaxValue >> _unused)
            : ((Int128)0, (Int128)_mask);
        if (raw < lowest || raw > highest)
            throw DoesNotFit(value);
        ThrowIfNotInRange(value, value.Integer);
        return (ulong)raw & _mask;
    }

    private ulong PhysicalBits(SignalValue value)
    {
        var raw = (value.Physical - _offset) / _factor;
        if (_kind >= DbcSignalKind.Float)
        {
            var bits = FloatBits(raw);
            if (double.IsFinite(value.Physical) && !double.IsFinite(Number(bits)))
                throw DoesNotFit(value);
            ThrowIfNotInRange(value, Value(bits));
            return bits;
        }

        // Neither the limits of a long signal nor the way to them are exact in a double.
        var step = Math.Round(raw);
        if (!(step >= LowestRaw && step <= HighestRaw))
            throw DoesNotFit(value);
        ThrowIfNotInRange(value, (step * _factor) + _offset);
        return _kind == DbcSignalKind.Signed
            ? (ulong)Math.Clamp((long)step, long.MinValue >> _unused, long.MaxValue >> _unused) & _mask
            : Math.Min((ulong)step, _mask);
    }

    private ulong FloatBits(double raw) =>
        _kind == DbcSignalKind.Float ? BitConverter.SingleToUInt32Bits((float)raw) : BitConverter.DoubleToUInt64Bits(raw);

    /// <summary>Tests the range that the database names, whose ends are often rounded: half a step beyond them is still inside.</summary>
    private void ThrowIfNotInRange(SignalValue value, double rounded)
    {
        if (Signal.Minimum is not { } lowest || Signal.Maximum is not { } highest)
            return;
        var tolerance = _kind switch
        {
            DbcSignalKind.Float => Math.Max(Math.Abs(lowest), Math.Abs(highest)) / (1 << 23),
            DbcSignalKind.Double => 0,
            _ => Math.Abs(_factor) / 2,
        };
        if (rounded < lowest - tolerance || rounded > highest + tolerance)
            throw OutOfRange(value, FormattableString.Invariant($"write {lowest:G15} to {highest:G15}, or SignalValue.Raw for a number outside of its range"));
    }

    private ArgumentOutOfRangeException DoesNotFit(SignalValue value)
    {
        if (_kind >= DbcSignalKind.Float)
            return OutOfRange(value, $"it is too large for {Signal.Length} bits");
        var (one, other) = ((LowestRaw * _factor) + _offset, (HighestRaw * _factor) + _offset);
        return OutOfRange(value, FormattableString.Invariant($"its {Signal.Length} bits hold {Math.Min(one, other):G15} to {Math.Max(one, other):G15}"));
    }

    private ArgumentOutOfRangeException OutOfRange(SignalValue value, string reason) =>
        new(nameof(value), $"{Signal} cannot be {value}: {reason}.");

    private ulong? FindStart()
    {
        if (Signal.Attributes[DbcSignal.StartValueAttribute] is not { } start || !double.IsFinite(start.Number))
            return null;
        if (_kind >= DbcSignalKind.Float)
            return FloatBits(start.Number);
        var raw = start.IsInteger ? start.Integer : (long)Math.Round(start.Number);
        return FitsRaw(raw) ? (ulong)raw & _mask : null;
    }
}
