using CsCheck;

namespace RxCan.Tests.Frames;

public sealed class CanSignalTests
{
    private static readonly Gen<CanSignal> AnySignal = Gen.Select(Gen.Int[0, 511], Gen.Int[1, 64], Gen.Bool, Gen.Bool)
        .Where(Fits)
        .Select((start, length, intel, signed) => new CanSignal(start, length, intel ? CanByteOrder.Intel : CanByteOrder.Motorola, signed));

    // The message ExampleMessage of motohawk.dbc, and what cantools decodes it to.
    private static readonly CanSignal Temperature = new(0, 12, CanByteOrder.Motorola, isSigned: true, 0.01, 250);
    private static readonly CanSignal AverageRadius = new(6, 6, CanByteOrder.Motorola, factor: 0.1);
    private static readonly CanSignal Enable = new(7, 1, CanByteOrder.Motorola);

    [Theory]
    [InlineData("C006E00000000000", 250.55, 3.2, 1)]
    [InlineData("0100200000000000", 229.53, 0, 0)]
    [InlineData("0100000000000000", 229.52, 0, 0)]
    public void A_Motorola_message_from_cantools_decodes_and_encodes(string hex, double temperature, double radius, double enable)
    {
        var data = Convert.FromHexString(hex);
        Assert.Equal(temperature, Temperature.Decode(data), 9);
        Assert.Equal(radius, AverageRadius.Decode(data), 9);
        Assert.Equal(enable, Enable.Decode(data));

        var frame = new CanFrame(496, new byte[8]);
        frame = Temperature.Encode(temperature, frame);
        frame = AverageRadius.Encode(radius, frame);
        frame = Enable.Encode(enable, frame);
        Assert.Equal(new CanFrame(496, data), frame);
    }

    [Theory] // SAE J1939: EEC1 engine speed 24|16@1+ (0.125,0), ET1 coolant temperature 0|8@1+ (1,-40)
    [InlineData(24, 16, 0.125, 0, "FFFFFF6813FFFFFF", 621)]
    [InlineData(0, 8, 1, -40, "7DFFFFFFFFFFFFFF", 85)]
    public void An_Intel_signal_from_J1939_decodes(int start, int length, double factor, double offset, string hex, double value) =>
        Assert.Equal(value, new CanSignal(start, length, factor: factor, offset: offset).Decode(Convert.FromHexString(hex)));

    [Fact]
    public void A_written_number_reads_back_unchanged() => Gen.Select(AnySignal, Gen.Long, Gen.Byte.Array[64]).Sample(
        (signal, number, data) =>
        {
            var raw = Shorten(number, signal);
            signal.EncodeRaw(raw, data);
            return signal.DecodeRaw(data) == raw;
        },
        iter: Cases.Count);

    [Fact]
    public void A_number_consists_of_the_bits_a_database_defines() => Gen.Select(AnySignal, Gen.Byte.Array[64]).Sample(
        (signal, data) =>
        {
            long raw = 0;
            foreach (var bit in BitsFromHighest(signal))
                raw = (raw << 1) | (long)((data[bit / 8] >> (bit % 8)) & 1);
            return signal.DecodeRaw(data) == Shorten(raw, signal);
        },
        iter: Cases.Count);

    [Fact]
    public void Writing_leaves_all_other_bits_alone() => Gen.Select(AnySignal, Gen.Long, Gen.Byte.Array[64]).Sample(
        (signal, number, before) =>
        {
            var after = before.ToArray();
            signal.EncodeRaw(Shorten(number, signal), after);
            var own = BitsFromHighest(signal).ToHashSet();
            return Enumerable.Range(0, 512).All(bit => own.Contains(bit) || ((before[bit / 8] ^ after[bit / 8]) >> (bit % 8) & 1) == 0);
        },
        iter: Cases.Count);

    [Fact]
    public void An_encoded_value_decodes_unchanged() => Gen.Select(
        Gen.Int[0, 400], Gen.Int[1, 32], Gen.Bool, Gen.Bool, Gen.Long, Gen.OneOf(1, 0.1, -0.5, 0.01, 1e-3, 17.25), Gen.OneOf(0.0, -40, 250, 1e4)).Sample(
        (start, length, intel, signed, number, factor, offset) =>
        {
            var signal = new CanSignal(start, length, intel ? CanByteOrder.Intel : CanByteOrder.Motorola, signed, factor, offset);
            var value = (Shorten(number, signal) * factor) + offset;
            var frame = signal.Encode(value, CanFrame.Fd(0x100, new byte[64], bitRateSwitch: true));
            return signal.Decode(frame) == value && frame.BitRateSwitch && value >= signal.Minimum && value <= signal.Maximum;
        },
        iter: Cases.Count);

    [Theory]
    [InlineData(8, false, 255.4, 0xFF)]
    [InlineData(8, false, -0.4, 0x00)]
    [InlineData(8, true, -128.4, 0x80)]
    [InlineData(8, true, 126.6, 0x7F)]
    public void A_value_is_rounded_to_the_nearest_step(int length, bool signed, double value, byte expected)
    {
        byte[] data = [0];
        new CanSignal(0, length, isSigned: signed).Encode(value, data);
        Assert.Equal([expected], data);
    }

    [Theory]
    [InlineData(8, false, 256)]
    [InlineData(8, false, -1)]
    [InlineData(8, true, 128)]
    [InlineData(8, true, -129)]
    [InlineData(64, true, 9223372036854777856d)]
    [InlineData(64, false, 18446744073709555712d)]
    [InlineData(8, false, double.NaN)]
    [InlineData(8, false, double.PositiveInfinity)]
    public void A_value_that_does_not_fit_is_rejected_and_nothing_is_written(int length, bool signed, double value)
    {
        var data = new byte[8];
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => new CanSignal(0, length, isSigned: signed).Encode(value, data));
        Assert.Contains("does not fit", refused.Message, StringComparison.Ordinal);
        Assert.Equal(new byte[8], data);
    }

    [Theory]
    [InlineData(8, false, 256)]
    [InlineData(8, false, -1)]
    [InlineData(8, true, 128)]
    [InlineData(8, true, -129)]
    public void A_number_that_does_not_fit_is_rejected(int length, bool signed, long raw) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanSignal(0, length, isSigned: signed).EncodeRaw(raw, new byte[8]));

    [Fact]
    public void The_limits_of_every_signal_can_be_written()
    {
        for (var length = 1; length <= 64; length++)
        {
            foreach (var signed in new[] { false, true })
            {
                AssertLimits(new(0, length, isSigned: signed));
                AssertLimits(new(7, length, CanByteOrder.Motorola, signed, factor: 0.1, offset: -40));
                AssertLimits(new(0, length, isSigned: signed, factor: -0.003, offset: 1e6));
            }
        }

        static void AssertLimits(CanSignal signal)
        {
            var (low, high) = signal.Factor > 0 ? (signal.Minimum, signal.Maximum) : (signal.Maximum, signal.Minimum);
            var data = new byte[8];
            var highest = signal.IsSigned ? long.MaxValue >> (64 - signal.Length) : (long)(ulong.MaxValue >> (64 - signal.Length));

            signal.Encode(high, data);
            AssertRaw(highest);
            signal.Encode(low, data);
            AssertRaw(signal.IsSigned ? -highest - 1 : 0);

            // From 54 bits on, a double with factor and offset may be a step of its own away from the limit.
            void AssertRaw(long raw)
            {
                if (signal.Length < 48 || signal is { Factor: 1, Offset: 0 })
                    Assert.Equal(raw, signal.DecodeRaw(data));
                Assert.Equal(raw == highest ? high : low, signal.Decode(data), Math.Abs(high - low) * 1e-13);
            }
        }
    }

    [Fact]
    public void All_64_bits_are_usable()
    {
        var data = new byte[9];
        var unsigned = new CanSignal(4, 64);
        unsigned.EncodeRaw(-1, data);
        Assert.Equal(Convert.FromHexString("F0FFFFFFFFFFFFFF0F"), data);
        Assert.Equal(18446744073709551615d, unsigned.Decode(data));
        Assert.Equal(-1, new CanSignal(4, 64, isSigned: true).Decode(data));
    }

    [Theory]
    [InlineData(-1, 1, CanByteOrder.Intel)]
    [InlineData(512, 1, CanByteOrder.Intel)]
    [InlineData(0, 0, CanByteOrder.Intel)]
    [InlineData(0, 65, CanByteOrder.Intel)]
    [InlineData(511, 2, CanByteOrder.Intel)]
    [InlineData(504, 2, CanByteOrder.Motorola)]
    [InlineData(0, 1, (CanByteOrder)2)]
    public void A_signal_that_no_frame_can_hold_is_rejected(int start, int length, CanByteOrder order) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanSignal(start, length, order));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(1, double.PositiveInfinity)]
    public void A_factor_or_offset_that_has_no_inverse_is_rejected(double factor, double offset) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanSignal(0, 8, factor: factor, offset: offset));

    [Fact]
    public void The_error_for_a_frame_that_is_too_short_gives_the_length_needed()
    {
        Assert.Equal(3, Temperature.RequiredLength);
        var refused = Assert.Throws<ArgumentException>(() => Temperature.Decode(new CanFrame(496, [1, 2])));
        Assert.Contains("0|12@0- (0.01,250) needs 3 bytes of data, but there are 2", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Temperature.Encode(250, new CanFrame(496, [1, 2])));
    }

    private static bool Fits(int start, int length, bool intel, bool signed) => (intel ? start : start ^ 7) + length <= 512;

    /// <summary>The signal's bits by their DBC numbers, counted according to the definition.</summary>
    private static IEnumerable<int> BitsFromHighest(CanSignal signal)
    {
        if (signal.ByteOrder == CanByteOrder.Intel)
            return Enumerable.Range(signal.StartBit, signal.Length).Reverse();
        var bits = new List<int>();
        for (var bit = signal.StartBit; bits.Count < signal.Length; bit = bit % 8 == 0 ? bit + 15 : bit - 1)
            bits.Add(bit);
        return bits;
    }

    private static long Shorten(long number, CanSignal signal)
    {
        var unused = 64 - signal.Length;
        return signal.IsSigned ? number << unused >> unused : (long)((ulong)number << unused >> unused);
    }
}
