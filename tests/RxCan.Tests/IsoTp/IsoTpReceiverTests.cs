using RxCan.IsoTp;
using static RxCan.Tests.Bus.Pattern;

namespace RxCan.Tests.IsoTp;

public class IsoTpReceiverTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(5);

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    [Fact]
    public void A_single_frame_is_a_message()
    {
        Assert.Equal(P(3), new Line().On("03000102").Message);
        Assert.Equal(P(3), new Line().On("03000102CCCCCCCC").Message);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("0400")]
    [InlineData("0800010203040506")]
    [InlineData("2100")]
    [InlineData("300000")]
    [InlineData("4000")]
    [InlineData("1007000102030405")] // would have fit a single frame
    [InlineData("10080001020304")] // a first frame of 7 bytes
    [InlineData("1000000000140102")] // the 32-bit escape for a length that needs none
    [InlineData("100000000FFF0001")]
    [InlineData("10")]
    public void Invalid_frames_are_ignored(string content)
    {
        var line = new Line();
        Assert.Equal(default, line.On(content));
        Assert.False(line.Receiver.IsActive);
        Assert.Null(line.FlowControl(Start));
    }

    [Fact]
    public void A_first_frame_is_answered_and_the_consecutive_frame_completes_the_message()
    {
        var line = new Line();
        Assert.True(line.On("100A000102030405").Started);
        Assert.Equal("300000", line.FlowControl(Start));
        Assert.Equal(P(10), line.On("2106070809").Message);
        Assert.False(line.Receiver.IsActive);
    }

    [Fact]
    public void Thirty_bytes_in_blocks_of_three_take_two_flow_controls()
    {
        var line = new Line(new() { BlockSize = 3, STmin = Ms(5) });
        line.On("101E000102030405");
        Assert.Equal("300305", line.FlowControl(Start));
        line.On("2106070809 0A0B0C");
        line.On("220D0E0F10111213");
        Assert.Null(line.FlowControl(Start));
        line.On("231415161718191A");
        Assert.Equal("300305", line.FlowControl(Start));
        Assert.Equal(P(30), line.On("241B1C1D").Message);
    }

    [Theory]
    [InlineData(4095, "1FFF000102030405", 6)]
    [InlineData(4096, "1000000010000001", 2)]
    [InlineData(10000, "1000000027100001", 2)]
    public void Long_messages_are_received_with_either_length_format(int length, string first, int index)
    {
        var line = new Line(new() { MaxLength = 100_000 });
        line.On(first);
        var payload = P(length);
        byte[]? message = null;
        for (var sequence = 1; index < length; sequence++)
        {
            var chunk = payload.AsSpan(index, Math.Min(7, length - index));
            message = line.Receiver.OnFrame([(byte)(0x20 | (sequence & 0xF)), .. chunk], Start).Message;
            index += chunk.Length;
        }

        Assert.Equal(payload, message);
    }

    [Theory]
    [InlineData(6 + (7 * 1024), null, "300000")]
    [InlineData(6 + (7 * 1025), null, "30FF00")]
    [InlineData(100_000, 0, "300000")]
    public void Messages_too_long_for_one_block_use_several_unless_one_is_requested(int length, int? blockSize, string flowControl)
    {
        var line = new Line(new() { BlockSize = (byte?)blockSize, MaxLength = 100_000 });
        line.On($"1000{length:X8}0001");
        Assert.Equal(flowControl, line.FlowControl(Start));
    }

    [Fact]
    public void A_wrong_sequence_number_ends_reception()
    {
        var line = new Line();
        line.On("100A000102030405");
        Assert.Equal(IsoTpResult.N_WRONG_SN, line.On("2206070809").Result);
        Assert.False(line.Receiver.IsActive);
        Assert.Null(line.FlowControl(Start));
        Assert.Equal(default, line.On("2106070809"));
    }

    [Fact]
    public void The_second_of_two_first_frames_wins()
    {
        var line = new Line();
        line.On("1014FFFFFFFFFFFF");
        var second = line.On("100A000102030405");
        Assert.Equal((IsoTpResult.N_UNEXP_PDU, true), (second.Result, second.Started));
        Assert.Equal(P(10), line.On("2106070809").Message);
    }

    [Fact]
    public void A_single_frame_in_mid_message_is_received_and_ends_that_message()
    {
        var line = new Line();
        line.On("100A000102030405");
        var single = line.On("03000102");
        Assert.Equal(IsoTpResult.N_UNEXP_PDU, single.Result);
        Assert.Equal(P(3), single.Message);
        Assert.Equal(default, line.On("2106070809"));
    }

    [Fact]
    public void A_missing_consecutive_frame_causes_N_TIMEOUT_CR()
    {
        var line = new Line(new() { NCr = Ms(150) });
        line.On("1014000102030405");
        line.FlowControl(Start);
        line.On("21060708090A0B0C", Start + Ms(100));
        Assert.Equal(Start + Ms(250), line.Receiver.Deadline);
        Assert.Equal(IsoTpResult.N_OK, line.Receiver.OnTime(Start + Ms(249)));
        Assert.Equal(IsoTpResult.N_TIMEOUT_CR, line.Receiver.OnTime(Start + Ms(250)));
        Assert.False(line.Receiver.IsActive);
    }

    [Fact]
    public void A_message_that_is_too_long_is_answered_with_an_overflow()
    {
        var line = new Line(new() { MaxLength = 100 });
        Assert.Equal(new(IsoTpResult.N_OK, IsRefused: true), line.On("1065000102030405"));
        Assert.Equal("320000", line.FlowControl(Start));
        Assert.False(line.Receiver.IsActive);
        Assert.Equal(new(IsoTpResult.N_OK, IsRefused: true), line.On("1000FFFFFFFF0001"));
    }

    [Fact]
    public void A_message_that_is_too_long_ends_the_one_under_way()
    {
        var line = new Line(new() { MaxLength = 100 });
        line.On("1014000102030405");
        line.FlowControl(Start);
        Assert.Equal(new(IsoTpResult.N_UNEXP_PDU, IsRefused: true), line.On("1065000102030405"));
        Assert.Equal("320000", line.FlowControl(Start));
    }

    [Theory]
    [InlineData(12, "8-10")]
    [InlineData(16, "11-14")]
    [InlineData(20, "15-18")]
    [InlineData(24, "19-22")]
    [InlineData(32, "23-30")]
    [InlineData(48, "31-46")]
    [InlineData(64, "47-62")]
    public void A_CAN_FD_single_frame_has_the_shortest_length_for_its_payload(int frameLength, string lengths)
    {
        var range = lengths.Split('-').Select(int.Parse).ToArray();
        for (var length = 0; length < 256; length++)
        {
            var frame = $"00{length:X2}" + Convert.ToHexString(P(frameLength - 2));
            Assert.Equal(length >= range[0] && length <= range[1], new Line(new() { Fd = true }).On(frame).Message is not null);
            var extended = frame[..^2];
            var line = new Line(new() { Fd = true }, IsoTpAddress.Extended(0x6F1, 0x612, 0x12, 0xF1));
            Assert.Equal(length >= range[0] - 1 && length < range[1], line.On(extended).Message is not null);
        }
    }

    [Fact]
    public void Only_single_frames_are_received_on_a_functional_identifier()
    {
        var line = new Line(address: IsoTpAddress.Normal(0x7E8, 0x7DF).WithFunctionalRx());
        Assert.Equal(default, line.On("100A000102030405"));
        Assert.Null(line.FlowControl(Start));
        Assert.Equal(default, line.On("2106070809"));
        Assert.Equal(P(3), line.On("03000102").Message);
    }

    [Fact]
    public void Flow_control_is_sent_after_N_Br()
    {
        var line = new Line(new() { NBr = Ms(20) });
        line.On("100A000102030405");
        Assert.Equal(Start + Ms(20), line.Receiver.Deadline);
        Assert.Null(line.FlowControl(Start + Ms(19)));
        Assert.Equal("300000", line.FlowControl(Start + Ms(20)));
    }

    [Fact]
    public void Wait_frames_precede_each_flow_control_N_Br_apart()
    {
        var line = new Line(new() { NBr = Ms(20), WaitFrames = 2, BlockSize = 1 });
        line.On("1014000102030405");
        for (var (block, now) = (0, Start); block < 2; block++)
        {
            Assert.Equal("310100", line.FlowControl(now += Ms(20)));
            Assert.Null(line.FlowControl(now + Ms(19)));
            Assert.Equal("310100", line.FlowControl(now += Ms(20)));
            Assert.Equal("300100", line.FlowControl(now += Ms(20)));
            line.On(block == 0 ? "21060708090A0B0C" : "220D0E0F10111213", now);
        }
    }

    [Fact]
    public void A_listener_receives_without_sending_flow_control()
    {
        var line = new Line(new() { ListenOnly = true, BlockSize = 1, MaxLength = 20 });
        Assert.True(line.On("1014000102030405").Started);
        Assert.Null(line.FlowControl(Start));
        line.On("21060708090A0B0C");
        Assert.Null(line.FlowControl(Start));
        Assert.Equal(P(20), line.On("220D0E0F10111213").Message);
        Assert.Equal(new(IsoTpResult.N_OK, IsRefused: true), line.On("1015000102030405"));
        Assert.Null(line.FlowControl(Start));
    }

    [Fact]
    public void CAN_FD_first_and_consecutive_frames_use_the_whole_frame()
    {
        var line = new Line(new() { Fd = true });
        Assert.Equal(default, line.On("103E" + Convert.ToHexString(P(62)))); // fits a single frame
        Assert.True(line.On("1080" + Convert.ToHexString(P(62))).Started);
        Assert.Equal(default, line.On("21" + Convert.ToHexString(P(128)[62..109]))); // shorter than the first
        line.On("21" + Convert.ToHexString(P(128)[62..125]));
        Assert.Equal(P(128), line.On("227D7E7F").Message);
        Assert.Equal(P(10), line.On("000A00010203040506070809").Message);
        Assert.Equal(default, line.On("0100010203040506070809CC"));
    }

    [Fact]
    public void An_address_in_the_first_byte_is_written_and_checked()
    {
        var line = new Line(address: IsoTpAddress.Extended(0x6F1, 0x612, 0x12, 0xF1));
        Assert.True(line.Format.Open(new CanFrame(0x612, Bytes("12 06 00"))).IsEmpty);
        Assert.True(line.Format.Open(new CanFrame(0x612, Bytes("F1"))).IsEmpty);
        Assert.Equal(P(2), line.Receiver.OnFrame(line.Format.Open(new CanFrame(0x612, Bytes("F1 02 00 01"))), Start).Message);
        Assert.True(line.Receiver.OnFrame(line.Format.Open(new CanFrame(0x612, Bytes("F1 10 07 00 01 02 03 04"))), Start).Started);
        Assert.Equal("12300000", line.FlowControl(Start));
    }

    [Fact]
    public void Frames_of_the_other_kind_are_ignored()
    {
        Assert.True(new Line().Format.Open(CanFrame.Fd(0x7E8, [1, 2])).IsEmpty);
        Assert.True(new Line(new() { Fd = true }).Format.Open(new CanFrame(0x7E8, [1, 2])).IsEmpty);
        Assert.True(new Line().Format.Open(CanFrame.Remote(0x7E8, 8)).IsEmpty);
    }

    private sealed class Line
    {
        public Line(IsoTpOptions? options = null, IsoTpAddress? address = null)
        {
            options ??= IsoTpOptions.Default;
            Format = new(address ?? IsoTpAddress.Normal(0x7E0, 0x7E8), options);
            Receiver = new(Format, options);
        }

        public IsoTpFormat Format { get; }

        public IsoTpReceiver Receiver { get; }

        public IsoTpReception On(string content, TimeSpan? now = null) => Receiver.OnFrame(Bytes(content), now ?? Start);

        public string? FlowControl(TimeSpan now)
        {
            if (!Receiver.TryTake(now, out var frame))
                return null;
            Receiver.Sent(now);
            return Hex(frame);
        }
    }
}
