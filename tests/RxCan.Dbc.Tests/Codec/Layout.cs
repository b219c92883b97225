using System.Globalization;
using CsCheck;
using RxCan.Dbc;

namespace RxCan.Tests.Codec;

/// <summary>Where a signal is, and its bits one by one, as the DBC format counts them: written as naively as possible.</summary>
internal sealed record Layout(int Start, int Length, bool IsMotorola, DbcSignalKind Kind)
{
    /// <summary>Any that fits into 64 bytes.</summary>
    public static Gen<Layout> Any { get; } =
        Gen.Select(Gen.Int[0, 511], Gen.Int[1, 64], Gen.Bool, Gen.Enum<DbcSignalKind>())
            .Select((start, length, isMotorola, kind) => new Layout(
                start,
                kind switch { DbcSignalKind.Float => 32, DbcSignalKind.Double => 64, _ => length },
                isMotorola,
                kind))
            .Where(layout => layout.Positions.All(position => position.Byte < 64));

    public bool IsFloat => Kind >= DbcSignalKind.Float;

    public int Bytes => Positions.Max(position => position.Byte) + 1;

    /// <summary>Where its bits are, the least significant first.</summary>
    public (int Byte, int Bit)[] Positions
    {
        get
        {
            var positions = new List<(int, int)>();
            var (at, bit) = (Start / 8, Start % 8);
            for (var i = 0; i < Length; i++)
            {
                positions.Add((at, bit));
                if (IsMotorola)
                    (at, bit) = bit == 0 ? (at + 1, 7) : (at, bit - 1);
                else
                    (at, bit) = bit == 7 ? (at + 1, 0) : (at, bit + 1);
            }

            if (IsMotorola)
                positions.Reverse();
            return [.. positions];
        }
    }

    /// <summary>The number in some data; of a floating-point signal, its bits.</summary>
    public long Raw(byte[] data)
    {
        long raw = 0;
        for (var i = 0; i < Length; i++)
        {
            var (at, bit) = Positions[i];
            if ((data[at] >> bit & 1) != 0)
                raw += 1L << i;
        }

        return Kind == DbcSignalKind.Signed && Length < 64 && raw >> (Length - 1) == 1 ? raw - (1L << Length) : raw;
    }

    /// <summary>The line of a DBC file.</summary>
    public string Line(string name, double factor = 1, double offset = 0, string multiplexing = "") => string.Create(
        CultureInfo.InvariantCulture,
        $" SG_ {name} {multiplexing}: {Start}|{Length}@{(IsMotorola ? 0 : 1)}{(Kind == DbcSignalKind.Signed ? '-' : '+')} ({factor},{offset}) [0|0] \"\" X\n");

    /// <summary>A signal of a message of 64 bytes.</summary>
    public DbcSignal ToSignal(double factor = 1, double offset = 0) => Message([this], factor, offset).Signals[0];

    /// <summary>A message of 64 bytes with the signals S0, S1 and so on.</summary>
    public static DbcMessage Message(IReadOnlyList<Layout> layouts, double factor = 1, double offset = 0)
    {
        var lines = layouts.Select((layout, i) => layout.Line($"S{i}", factor, offset));
        var types = layouts.Select((layout, i) => layout.IsFloat ? $"SIG_VALTYPE_ 1 S{i} : {layout.Kind - DbcSignalKind.Signed};\n" : "");
        return CanDatabase.Parse($"BO_ 1 M: 64 X\n{string.Concat(lines)}\n{string.Concat(types)}").Messages[0];
    }
}
