using CsCheck;

namespace RxCan.Tests.Frames;

public sealed class CanFrameBitsTests
{
    [Theory] // what can-utils' canframelen.c counts with CFL_EXACT
    [InlineData("000#", 53)]
    [InlineData("000#0000000000000000", 127)]
    [InlineData("7FF#FFFFFFFFFFFFFFFF", 126)]
    [InlineData("123#DEADBEEF", 81)]
    [InlineData("123#00CA22FF5566AADF", 115)]
    [InlineData("555#3C3C3C3C3C3C3C3C", 127)]
    [InlineData("078#3C3C3C3C3C3C3C3C", 131)]
    [InlineData("0F0#", 50)]
    [InlineData("700#R", 49)]
    [InlineData("00000014#01", 81)]
    [InlineData("00000000#0000000000000000", 150)]
    [InlineData("1FFFFFFF#FFFFFFFFFFFFFFFF", 149)]
    [InlineData("1F334455#1122334455667788", 133)]
    public void A_classic_frame_has_as_many_bits_as_can_utils_counts(string frame, int bits) =>
        Assert.Equal(new CanFrameBits(bits, 0), CanFrameBits.Of(CanFrame.Parse(frame)));

    [Theory] // the table of Linux commit "can: length: refactor frame lengths definition to add size in bits"
    [InlineData("123#0000000000000000", 135)]
    [InlineData("12345678#0000000000000000", 160)]
    [InlineData("123##0{64}", 712)]
    [InlineData("12345678##0{64}", 736)]
    [InlineData("123#R8", 55)]
    [InlineData("12345678#R", 80)]
    public void The_worst_case_matches_the_kernel(string frame, int bits) => Assert.Equal(
        bits, CanFrameBits.WorstCase(CanFrame.Parse(frame.Replace("{64}", new string('0', 128), StringComparison.Ordinal))).Total);

    [Fact] // 0x55 never needs a stuff bit; the 67 bits of overhead are from linux/can/length.h for CRC-21
    public void A_CAN_FD_frame_without_stuff_bits_has_579_bits()
    {
        var data = new byte[64];
        data.AsSpan().Fill(0x55);
        Assert.Equal(new CanFrameBits(579, 0), CanFrameBits.Of(CanFrame.Fd(0x555, data)));
        // 17 bits up to BRS and 12 after the CRC delimiter have the nominal rate
        Assert.Equal(new CanFrameBits(29, 550), CanFrameBits.Of(CanFrame.Fd(0x555, data, bitRateSwitch: true)));
    }

    [Theory] // the catalogue of parametrised CRC algorithms: CRC-15/CAN, CRC-17/CAN-FD, CRC-21/CAN-FD
    [InlineData(15, 0x4599, 0x059E)]
    [InlineData(17, 0x1685B, 0x04F03)]
    [InlineData(21, 0x102899, 0x0ED841)]
    public void The_reference_model_has_the_right_polynomials(int width, int polynomial, int check)
    {
        var bits = string.Concat("123456789".Select(c => BitSequence.Bits(c, 8)));
        Assert.Equal(BitSequence.Bits((uint)check, width), BitSequence.Crc(bits, width, polynomial, 0));
    }

    [Fact]
    public void A_classic_frame_has_as_many_bits_as_the_sequence_in_the_standard() => Cases.Classic.Sample(
        frame => (CanFrameBits.Of(frame).Nominal, CanFrameBits.Of(frame).Data) == BitSequence.Count(frame), iter: Cases.Count);

    [Fact]
    public void A_CAN_FD_frame_has_as_many_bits_as_the_sequence_in_the_standard() => Cases.Fd.Sample(
        frame => (CanFrameBits.Of(frame).Nominal, CanFrameBits.Of(frame).Data) == BitSequence.Count(frame), iter: Cases.Count);

    [Fact]
    public void No_frame_exceeds_the_worst_case() => Gen.OneOf(Cases.Classic, Cases.Fd).Sample(
        frame =>
        {
            var (actual, worst) = (CanFrameBits.Of(frame), CanFrameBits.WorstCase(frame));
            return actual.Nominal <= worst.Nominal && actual.Data <= worst.Data;
        },
        iter: 10 * Cases.Count);

    [Theory]
    [InlineData(111, 0, 500_000, 500_000, 2_220)]
    [InlineData(1, 0, 800_000, 800_000, 13)] // 12.5
    [InlineData(29, 550, 500_000, 2_000_000, 580 + 2_750)]
    [InlineData(29, 550, 1_000_000, 8_000_000, 290 + 688)] // 687.5
    public void A_duration_is_the_sum_of_both_phases_in_ticks_of_100_ns(int nominal, int data, int bitrate, int dataBitrate, long ticks) =>
        Assert.Equal(TimeSpan.FromTicks(ticks), new CanFrameBits(nominal, data).Duration(bitrate, dataBitrate));

    [Fact]
    public void An_error_frame_has_no_bits_to_count()
    {
        var error = CanFrame.Parse("20000040#0000000000000000");
        Assert.Throws<ArgumentException>(() => CanFrameBits.Of(error));
        Assert.Throws<ArgumentException>(() => CanFrameBits.WorstCase(error));
    }

    [Fact]
    public void A_bit_rate_must_be_positive()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanFrameBits(1, 0).Duration(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanFrameBits(1, 0).Duration(1, -1));
    }
}
