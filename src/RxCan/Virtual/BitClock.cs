using System.Numerics;

namespace RxCan.Virtual;

/// <summary>An instant on the wire: ticks of 100 ns of its clock, and a fraction of a tick in the units of a <see cref="BitClock"/>.</summary>
internal readonly record struct BitTime(long Ticks, long Units = 0)
{
    /// <summary>The first whole tick at or after it.</summary>
    public long Ceiling => Units > 0 ? Ticks + 1 : Ticks;
}

/// <summary>
/// Counts time in bits without rounding, so that no error adds up. In its unit, a tick and a bit at either rate are whole numbers: at
/// 500 kbit/s the unit is a tick, at 800 kbit/s half a tick.
/// </summary>
internal sealed class BitClock
{
    private readonly long _tick;
    private readonly long _nominalBit;
    private readonly long _dataBit;

    public BitClock(int bitrate, int dataBitrate)
    {
        // A bit is TicksPerSecond / bitrate ticks: in lowest terms, numerator / denominator.
        var (nominalNumerator, nominalDenominator) = Reduced(bitrate);
        var (dataNumerator, dataDenominator) = Reduced(dataBitrate);
        _tick = nominalDenominator / Gcd(nominalDenominator, dataDenominator) * dataDenominator;
        _nominalBit = nominalNumerator * (_tick / nominalDenominator);
        _dataBit = dataNumerator * (_tick / dataDenominator);
    }

    public BitTime Add(BitTime time, CanFrameBits bits)
    {
        var units = time.Units + (bits.Nominal * _nominalBit) + (bits.Data * _dataBit);
        var (ticks, rest) = Math.DivRem(units, _tick);
        return new(time.Ticks + ticks, rest);
    }

    private static (long Numerator, long Denominator) Reduced(int bitrate)
    {
        var divisor = Gcd(TimeSpan.TicksPerSecond, bitrate);
        return (TimeSpan.TicksPerSecond / divisor, bitrate / divisor);
    }

    private static long Gcd(long a, long b) => (long)BigInteger.GreatestCommonDivisor(a, b);
}
