using RxCan.IsoTp;
using static RxCan.Tests.Bus.Pattern;

namespace RxCan.Tests.IsoTp;

public class IsoTpSenderTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(5);

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    [Theory]
    [InlineData(1, "0100")]
    [InlineData(7, "0700010203040506")]
    public void A_short_message_is_a_single_frame(int length, string frame)
    {
        var line = new Line();
        line.Sender.Start(P(length));
        Assert.Equal(frame, line.Next(Start));
        Assert.True(line.Sender.Sent(Start));
        Assert.False(line.Sender.IsActive);
    }

    [Fact]
    public void Ten_bytes_take_a_first_frame_and_after_flow_control_a_consecutive_frame()
    {
        var line = new Line();
        line.Sender.Start(P(10));
        Assert.Equal("100A000102030405", line.NextSent(Start));
        Assert.Null(line.Next(Start));
        Assert.Equal(IsoTpResult.N_OK, line.FlowControl("300000", Start));
        Assert.Equal("2106070809", line.Next(Start));
        Assert.True(line.Sender.Sent(Start));
    }

    [Theory]
    [InlineData(4095, "1FFF000102030405")]
    [InlineData(4096, "1000000010000001")]
    [InlineData(10000, "1000000027100001")]
    public void A_length_above_4095_uses_the_32_bit_escape(int length, string frame)
    {
        var line = new Line();
        line.Sender.Start(P(length));
        Assert.Equal(frame, line.Next(Start));
    }

    [Fact]
    public void Sequence_numbers_run_from_1_to_F_and_wrap_to_0()
    {
        var line = new Line();
        line.Sender.Start(P(6 + (7 * 17)));
        line.NextSent(Start);
        line.FlowControl("300000", Start);
        var numbers = Enumerable.Range(0, 17).Select(_ => line.NextSent(Start)![..2]).ToArray();
        Assert.Equal(["21", "22", "23", "24", "25", "26", "27", "28", "29", "2A", "2B", "2C", "2D", "2E", "2F", "20", "21"], numbers);
        Assert.False(line.Sender.IsActive);
    }

    [Fact]
    public void It_waits_for_flow_control_after_each_block_and_keeps_STmin_within_a_block()
    {
        var line = new Line();
        line.Sender.Start(P(30));
        line.NextSent(Start);
        line.FlowControl("300305", Start);
        Assert.Equal("21", line.NextSent(Start)![..2]);
        Assert.Equal(Start + Ms(5), line.Sender.Deadline);
        Assert.Null(line.Next(Start + Ms(5) - TimeSpan.FromTicks(1)));
        Assert.Equal("22", line.NextSent(Start + Ms(5))![..2]);
        Assert.Equal("23", line.NextSent(Start + Ms(10))![..2]);
        Assert.Null(line.Next(Start + Ms(500)));
        Assert.Equal(Start + Ms(10) + Ms(1000), line.Sender.Deadline);
        line.FlowControl("300305", Start + Ms(600));
        Assert.Equal("241B1C1D", line.Next(Start + Ms(600)));
    }

    [Fact]
    public void Each_STmin_value_is_the_time_the_standard_specifies()
    {
        for (var value = 0; value <= 0xFF; value++)
        {
            var line = new Line();
            line.Sender.Start(P(100));
            line.NextSent(Start);
            line.FlowControl($"3000{value:X2}", Start);
            line.NextSent(Start);
            var expected = value is >= 0xF1 and <= 0xF9 ? Ms((value - 0xF0) / 10.0) : Ms(Math.Min(value, 0x7F));
            Assert.Equal(Start + expected, line.Sender.Deadline);
        }
    }

    [Fact]
    public void Each_flow_control_sets_block_size_and_STmin()
    {
        var line = new Line();
        line.Sender.Start(P(100));
        line.NextSent(Start);
        line.FlowControl("300100", Start);
        line.NextSent(Start);
        line.FlowControl("300714", Start);
        line.NextSent(Start);
        Assert.Equal(Start + Ms(20), line.Sender.Deadline);
        Assert.NotNull(line.Next(Start + Ms(20)));
    }

    [Fact]
    public void Without_dynamic_flow_control_the_first_one_sets_block_size_and_STmin_for_the_message()
    {
        var line = new Line(new() { DynamicFlowControl = false });
        line.Sender.Start(P(100));
        line.NextSent(Start);
        line.FlowControl("300100", Start);
        line.NextSent(Start);
        line.FlowControl("300714", Start);
        line.NextSent(Start);
        Assert.Null(line.Next(Start + Ms(20)));
    }

    [Fact]
    public void N_Cs_paces_consecutive_frames_when_STmin_is_shorter()
    {
        var line = new Line(new() { NCs = Ms(3) });
        line.Sender.Start(P(30));
        line.NextSent(Start);
        line.FlowControl("300001", Start);
        Assert.Null(line.Next(Start));
        Assert.NotNull(line.NextSent(Start + Ms(3)));
        Assert.Equal(Start + Ms(6), line.Sender.Deadline);
    }

    [Fact]
    public void Missing_flow_control_causes_N_TIMEOUT_BS()
    {
        var line = new Line(new() { NBs = Ms(70) });
        line.Sender.Start(P(10));
        line.NextSent(Start);
        Assert.Equal(IsoTpResult.N_OK, line.Sender.OnTime(Start + Ms(69)));
        Assert.Equal(IsoTpResult.N_TIMEOUT_BS, line.Sender.OnTime(Start + Ms(70)));
        Assert.False(line.Sender.IsActive);
    }

    [Fact]
    public void A_wait_restarts_N_Bs()
    {
        var line = new Line();
        line.Sender.Start(P(10));
        line.NextSent(Start);
        line.FlowControl("310000", Start + Ms(900));
        Assert.Equal(IsoTpResult.N_OK, line.Sender.OnTime(Start + Ms(1899)));
        Assert.Equal(Start + Ms(1900), line.Sender.Deadline);
        line.FlowControl("300000", Start + Ms(1899));
        Assert.NotNull(line.Next(Start + Ms(1899)));
    }

    [Fact]
    public void One_wait_more_than_the_limit_causes_N_WFT_OVRN()
    {
        var line = new Line(new() { WaitLimit = 2 });
        line.Sender.Start(P(10));
        line.NextSent(Start);
        Assert.Equal(IsoTpResult.N_OK, line.FlowControl("310000", Start));
        Assert.Equal(IsoTpResult.N_OK, line.FlowControl("310000", Start));
        Assert.Equal(IsoTpResult.N_WFT_OVRN, line.FlowControl("310000", Start));
        Assert.False(line.Sender.IsActive);
    }

    [Theory]
    [InlineData("320000", IsoTpResult.N_BUFFER_OVFLW)]
    [InlineData("330000", IsoTpResult.N_INVALID_FS)]
    [InlineData("3F0000", IsoTpResult.N_INVALID_FS)]
    [InlineData("3000", IsoTpResult.N_ERROR)]
    public void Flow_control_that_ends_the_message_gives_the_reason(string content, IsoTpResult result)
    {
        var line = new Line();
        line.Sender.Start(P(10));
        line.NextSent(Start);
        Assert.Equal(result, line.FlowControl(content, Start));
        Assert.False(line.Sender.IsActive);
        Assert.Null(line.Next(Start));
    }

    [Fact]
    public void Unexpected_flow_control_is_ignored()
    {
        var line = new Line();
        Assert.Equal(IsoTpResult.N_OK, line.FlowControl("320000", Start));
        line.Sender.Start(P(20));
        Assert.Equal(IsoTpResult.N_OK, line.FlowControl("320000", Start));
        line.NextSent(Start);
        line.FlowControl("300000", Start);
        Assert.Equal(IsoTpResult.N_OK, line.FlowControl("320000", Start));
        Assert.NotNull(line.NextSent(Start));
    }

    [Fact]
    public void Flow_control_may_arrive_before_the_bus_confirms_the_first_frame()
    {
        var line = new Line();
        line.Sender.Start(P(10));
        line.Next(Start);
        line.FlowControl("300000", Start);
        Assert.Null(line.Next(Start));
        Assert.Equal(TimeSpan.MaxValue, line.Sender.Deadline);
        line.Sender.Sent(Start + Ms(2000));
        Assert.NotNull(line.Next(Start + Ms(2000)));
    }

    [Fact]
    public void An_aborted_message_sends_nothing_more_and_makes_room_for_the_next()
    {
        var line = new Line();
        line.Sender.Start(P(20));
        line.Next(Start);
        line.Sender.Abort();
        line.Sender.Start(P(3));
        Assert.Null(line.Next(Start)); // one frame is still on its way
        Assert.False(line.Sender.Sent(Start));
        Assert.Equal("03000102", line.Next(Start));
    }

    [Fact]
    public void Padding_fills_frames_up_to_8_bytes()
    {
        var line = new Line(new() { Padding = 0xAA });
        line.Sender.Start(P(3));
        Assert.Equal("03000102AAAAAAAA", line.NextSent(Start));
        line.Sender.Start(P(8));
        Assert.Equal("1008000102030405", line.NextSent(Start));
        line.FlowControl("300000", Start);
        Assert.Equal("210607AAAAAAAAAA", line.Next(Start));
    }

    [Theory]
    [InlineData(8, 8, "1008000102030405")]
    [InlineData(10, 64, "000A00010203040506070809")]
    [InlineData(7, 64, "0700010203040506")]
    [InlineData(62, 64, "003E+62")]
    [InlineData(63, 64, "103F+62")]
    [InlineData(5000, 64, "100000001388+58")]
    [InlineData(8, 12, "00080001020304050607CCCC")]
    public void CAN_FD_frames_have_the_standard_format(int length, int dataLength, string expected)
    {
        var line = new Line(new() { Fd = true, TxDataLength = dataLength });
        line.Sender.Start(P(length));
        if (expected.Split('+') is [var head, var count])
            expected = head + Convert.ToHexString(P(int.Parse(count)));
        Assert.Equal(expected, line.Next(Start));
    }

    [Fact]
    public void Fifty_five_bytes_at_TX_DL_64_take_one_padded_frame_with_DLC_15()
    {
        var line = new Line(new() { Fd = true, TxDataLength = 64, BitRateSwitch = true });
        line.Sender.Start(P(55));
        Assert.True(line.Sender.TryTake(Start, out var frame));
        Assert.Equal("0037" + Convert.ToHexString(P(55)) + "CCCCCCCCCCCCCC", Hex(frame));
        Assert.Equal((15, true, true), (frame.Dlc, frame.IsFd, frame.BitRateSwitch));
    }

    [Fact]
    public void An_address_in_the_first_byte_leaves_less_room_for_the_payload()
    {
        var line = new Line(address: IsoTpAddress.Extended(0x6F1, 0x612, 0x12, 0xF1));
        line.Sender.Start(P(6));
        Assert.Equal("1206000102030405", line.NextSent(Start));
        line.Sender.Start(P(7));
        Assert.Equal("1210070001020304", line.NextSent(Start));
        line.FlowControl("300000", Start);
        Assert.Equal("12210506", line.Next(Start));
    }

    private sealed class Line
    {
        public Line(IsoTpOptions? options = null, IsoTpAddress? address = null)
        {
            options ??= IsoTpOptions.Default;
            Sender = new(new(address ?? IsoTpAddress.Normal(0x7E0, 0x7E8), options), options);
        }

        public IsoTpSender Sender { get; }

        public string? Next(TimeSpan now) => Sender.TryTake(now, out var frame) ? Hex(frame) : null;

        public string? NextSent(TimeSpan now)
        {
            var frame = Next(now);
            Assert.NotNull(frame);
            Sender.Sent(now);
            return frame;
        }

        public IsoTpResult FlowControl(string content, TimeSpan now) => Sender.OnFlowControl(Bytes(content), now);
    }
}
