using System.Buffers.Binary;

namespace RxCan.Logs.Formats.Mdf4;

/// <summary>What a raw value means: a CC block of one of the numeric kinds. Source: ASAM MDF 4.1, 4.17 (<c>cc_type</c>).</summary>
internal sealed class Mdf4Conversion
{
    private const int Linear = 1;
    private const int Rational = 2;
    private const int TableInterpolated = 4;
    private const int Table = 5;
    private const int Ranges = 6;

    private readonly int _kind;
    private readonly double[] _values;

    private Mdf4Conversion(int kind, double[] values) => (_kind, _values) = (kind, values);

    /// <summary>The factor and offset of a linear conversion.</summary>
    public (double Factor, double Offset)? Line => _kind == Linear ? (_values[1], _values[0]) : null;

    /// <summary>Reads a conversion; null if it leaves a number as it is.</summary>
    public static Mdf4Conversion? Read(Mdf4File file, long offset)
    {
        if (offset == 0)
            return null;
        var data = file.Block(offset, "CC").DataOf(24);
        int kind = data[0];
        var values = new double[Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(data[6..]), (data.Length - 24) / 8)];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(data[(24 + (8 * i))..]);
        var needed = kind switch { Linear => 2, Rational => 6, TableInterpolated or Table => 2, Ranges => 1, _ => int.MaxValue };
        if (needed == int.MaxValue)
            return null;
        return values.Length >= needed ? new(kind, values) : throw Mdf4File.Damaged(offset, $"a conversion of kind {kind} has {values.Length} values");
    }

    public double Apply(double raw)
    {
        var v = _values;
        switch (_kind)
        {
            case Linear:
                return v[0] + (v[1] * raw);
            case Rational:
                return ((((v[0] * raw) + v[1]) * raw) + v[2]) / ((((v[3] * raw) + v[4]) * raw) + v[5]);
            case Ranges:
                for (var i = 0; i + 3 <= v.Length; i += 3)
                {
                    if (raw >= v[i] && raw <= v[i + 1])
                        return v[i + 2];
                }

                return v[^1];
            default:
                return Lookup(raw);
        }
    }

    private double Lookup(double raw)
    {
        var v = _values;
        var last = (v.Length & ~1) - 2;
        if (!(raw > v[0]))
            return v[1];
        for (var i = 0; i < last; i += 2)
        {
            var (low, high) = (v[i], v[i + 2]);
            if (raw > high)
                continue;
            if (_kind == Table)
                return raw - low > high - raw || raw == high ? v[i + 3] : v[i + 1];
            return v[i + 1] + ((v[i + 3] - v[i + 1]) * (raw - low) / (high - low));
        }

        return v[last + 1];
    }
}
