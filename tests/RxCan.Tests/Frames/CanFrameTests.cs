using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using CsCheck;
using RxCan.Frames;

namespace RxCan.Tests.Frames;

public class CanFrameTests
{
    private static readonly DateTimeOffset Noon = new DateTimeOffset(2024, 12, 27, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_567);

    private static readonly Gen<CanId> GenId = Gen.OneOf(
        Gen.UInt[0, CanId.MaxStandard].Select(CanId.Standard), Gen.UInt[0, CanId.MaxExtended].Select(CanId.Extended));

    private static readonly Gen<CanFrame> GenFrame = Gen.OneOf(
        Gen.Select(GenId, Gen.Byte.Array[0, 8]).Select((id, data) => new CanFrame(id, data)),
        Gen.Select(GenId, Gen.Byte.Array[8], Gen.Int[8, 15]).Select((id, data, dlc) => new CanFrame(id, data).WithDlc(dlc)),
        Gen.Select(GenId, Gen.Int[0, 8]).Select(CanFrame.Remote),
        Gen.Select(GenId, Gen.Int[9, 15]).Select((id, dlc) => CanFrame.Remote(id, 8).WithDlc(dlc)),
        Gen.Select(GenId, Gen.Int[0, 15], Gen.Byte.Array[64], Gen.Bool, Gen.Bool).Select(
            (id, dlc, data, brs, esi) => CanFrame.Fd(id, data.AsSpan(0, CanFrame.FdLengths[dlc]), brs, esi)),
        Gen.Select(Gen.UInt[0, CanId.MaxExtended], Gen.Byte.Array[8]).Select(
            (type, data) => CanFrame.Parse($"{0x2000_0000 | type:X8}#{Convert.ToHexString(data)}")));

    private static readonly Gen<string> GenName = Gen.OneOf("", "can0", "vcan-of-15-chars", "größe", "バス0", "\U0001F697", new string('x', 100));

    [Fact]
    public void A_classic_frame_consists_of_an_identifier_and_up_to_eight_bytes()
    {
        var frame = new CanFrame(0x123, [0xDE, 0xAD]);

        Assert.Equal((CanId)0x123, frame.Id);
        Assert.Equal([0xDE, 0xAD], frame.Data.ToArray());
        Assert.Equal((2, 2), (frame.Length, frame.Dlc));
        Assert.False(frame.IsFd || frame.IsRemote || frame.IsError || frame.BitRateSwitch || frame.ErrorStateIndicator || frame.IsLocal || frame.IsOwn);
        Assert.Equal(("", default(DateTimeOffset)), (frame.Interface, frame.Timestamp));
        Assert.Equal(8, new CanFrame(0x123, new byte[8]).Length);
        Assert.Empty(new CanFrame(0x123, []).Data.ToArray());
    }

    [Fact]
    public void The_data_is_copied()
    {
        byte[] data = [1, 2];
        var frame = new CanFrame(0x123, data);
        data[0] = 9;

        Assert.Equal([1, 2], frame.Data.ToArray());
    }

    [Fact]
    public void The_default_value_is_an_empty_frame_with_identifier_0() =>
        Assert.Equal(("000#", new CanFrame(0, [])), (default(CanFrame).ToString(), default));

    [Fact]
    public void An_FD_frame_can_have_the_lengths_of_the_sixteen_length_codes()
    {
        for (var length = 0; length <= 65; length++)
        {
            var data = Enumerable.Range(1, length).Select(i => (byte)i).ToArray();
            var dlc = CanFrame.FdLengths.IndexOf((byte)length);
            if (dlc < 0)
            {
                var refusal = Assert.Throws<ArgumentException>(() => CanFrame.Fd(0x123, data));
                Assert.Contains($"cannot carry {length} bytes, only 0 to 8, 12, 16, 20, 24, 32, 48 or 64", refusal.Message);
                continue;
            }

            var frame = CanFrame.Fd(0x123, data, bitRateSwitch: true);
            Assert.True(frame.IsFd && frame.BitRateSwitch && !frame.ErrorStateIndicator);
            Assert.Equal((length, dlc), (frame.Length, frame.Dlc));
            Assert.Equal(data, frame.Data.ToArray());
        }

        Assert.Throws<ArgumentException>(() => CanFrame.Fd(0x123, new byte[256 + 8]));
        Assert.True(CanFrame.Fd(0x123, [], errorStateIndicator: true) is { ErrorStateIndicator: true, BitRateSwitch: false });
    }

    [Fact]
    public void A_remote_frame_requests_a_length_and_carries_no_data()
    {
        var frame = CanFrame.Remote(0x1F334455, 8);

        Assert.True(frame.IsRemote && frame.Id.IsExtended);
        Assert.Equal((8, 8, 0), (frame.Length, frame.Dlc, frame.Data.Length));
        Assert.Equal((CanId)0x1F334455, frame.Id);
        Assert.Equal(0, CanFrame.Remote(0x123).Length);
    }

    [Fact]
    public void The_first_bytes_are_there_if_the_data_is_long_enough() =>
        Gen.Select(GenFrame, Gen.Int[0, 65]).Sample(
            (frame, length) =>
            {
                var isThere = frame.TryGetData(length, out var data);
                Assert.Equal(!frame.IsRemote && frame.Data.Length >= length, isThere);
                Assert.Equal(isThere ? frame.Data[..length].ToArray() : [], data.ToArray());
            },
            iter: 10_000);

    [Fact]
    public void No_other_frame_can_have_the_identifier_of_an_error_frame()
    {
        var frame = CanFrame.Error(new CanError { Class = CanErrorClass.BusOff, TransmitErrors = 255 });

        Assert.True(frame.IsError && !frame.IsRemote && !frame.IsFd);
        Assert.Equal((8, 255), (frame.Length, frame.Data[6]));
        Assert.NotEqual((CanId)0x40, frame.Id);
        Assert.NotEqual(CanId.Extended(0x40), frame.Id);
        Assert.Equal("20000040", frame.Id.ToString());
        Assert.Contains("CanFrame.Error", Assert.Throws<ArgumentException>(() => new CanFrame(frame.Id, [])).Message);
        Assert.Contains("CanFrame.Error", Assert.Throws<ArgumentException>(() => CanFrame.Fd(frame.Id, [])).Message);
        Assert.Contains("CanFrame.Error", Assert.Throws<ArgumentException>(() => CanFrame.Remote(frame.Id)).Message);
        Assert.Contains("CanFrame.Error", Assert.Throws<ArgumentException>(() => new CanFrame(1, []).WithId(frame.Id)).Message);
    }

    [Fact]
    public void The_error_for_an_impossible_frame_says_what_is_allowed()
    {
        var nine = Assert.Throws<ArgumentException>("data", () => new CanFrame(0x123, new byte[9]));
        Assert.Contains("0 to 8 bytes, not 9", nine.Message);
        Assert.Contains("CanFrame.Fd", nine.Message);
        Assert.Contains("0 to 8 bytes, not 9", Assert.Throws<ArgumentException>("length", () => CanFrame.Remote(0x123, 9)).Message);
        Assert.Contains("not -1", Assert.Throws<ArgumentException>("length", () => CanFrame.Remote(0x123, -1)).Message);
        Assert.Contains("largest is 0x1FFFFFFF", Assert.Throws<ArgumentOutOfRangeException>(() => new CanFrame(0x2000_0000, [])).Message);
        Assert.Contains("no remote frames", Assert.Throws<FormatException>(() => CanFrame.Parse("123##1R")).Message);
    }

    [Fact]
    public void WithId_changes_only_the_identifier()
    {
        var frame = Received("123##3112233").WithId(0x18DA55AA);

        Assert.Equal("18DA55AA##3112233", frame.ToString());
        Assert.Equal((Noon, true), (frame.Timestamp, frame.IsLocal));
        Assert.Equal("00000001#R4", CanFrame.Remote(0x123, 4).WithId(CanId.Extended(1)).ToString());
        Assert.Throws<InvalidOperationException>(() => CanFrame.Parse("20000040#0000000000000000").WithId(1));
    }

    [Fact]
    public void WithData_changes_only_the_data()
    {
        var frame = Received("123##3112233").WithData(new byte[12]);

        Assert.Equal("123##3000000000000000000000000", frame.ToString());
        Assert.Equal((Noon, true), (frame.Timestamp, frame.IsLocal));
        Assert.Equal("123#01", new CanFrame(0x123, new byte[8]).WithDlc(15).WithData([1]).ToString());
        Assert.Throws<ArgumentException>(() => new CanFrame(0x123, []).WithData(new byte[12]));
        Assert.Throws<ArgumentException>(() => CanFrame.Fd(0x123, []).WithData(new byte[13]));
        Assert.Contains("new CanFrame(id, data)", Assert.Throws<InvalidOperationException>(() => CanFrame.Remote(0x123).WithData([])).Message);
        Assert.Throws<InvalidOperationException>(() => CanFrame.Parse("20000040#0000000000000000").WithData([]));
    }

    [Fact]
    public void A_raw_length_code_above_eight_means_eight_bytes()
    {
        var frame = new CanFrame(0x123, [1, 2, 3, 4, 5, 6, 7, 8]).WithDlc(13);

        Assert.Equal((8, 13, 8), (frame.Length, frame.Dlc, frame.Data.Length));
        Assert.Equal("123#0102030405060708_D", frame.ToString());
        Assert.NotEqual(frame, frame.WithDlc(8));
        Assert.Equal("123#0102030405060708", frame.WithDlc(8).ToString());
        Assert.Equal((8, 15, 0), (CanFrame.Remote(1, 8).WithDlc(15).Length, CanFrame.Remote(1, 8).WithDlc(15).Dlc, CanFrame.Remote(1, 8).WithDlc(15).Data.Length));
        Assert.Contains("8 to 15, not 16", Assert.Throws<ArgumentOutOfRangeException>(() => frame.WithDlc(16)).Message);
        Assert.Contains("8 to 15, not 7", Assert.Throws<ArgumentOutOfRangeException>(() => frame.WithDlc(7)).Message);
        Assert.Throws<InvalidOperationException>(() => new CanFrame(0x123, [1]).WithDlc(9));
        Assert.Throws<InvalidOperationException>(() => CanFrame.Fd(0x123, new byte[8]).WithDlc(9));
        Assert.Throws<InvalidOperationException>(() => CanFrame.Parse("20000040#0000000000000000").WithDlc(9));
    }

    [Fact]
    public void Frames_are_equal_regardless_of_when_and_how_they_arrived()
    {
        var made = CanFrame.Parse("123##1112233");
        var received = Received("123##1112233");

        Assert.True(made == received && made.Equals((object)received) && !(made != received));
        Assert.Equal(made.GetHashCode(), received.GetHashCode());
        Assert.True(received is { IsLocal: true, IsOwn: true } && received.Timestamp == Noon);
    }

    [Fact]
    public void Frames_differ_by_identifier_kind_flags_length_code_and_data()
    {
        CanFrame[] different =
        [
            CanFrame.Parse("123#"), CanFrame.Parse("124#"), CanFrame.Parse("00000123#"), CanFrame.Parse("123#00"), CanFrame.Parse("123#01"),
            CanFrame.Parse("123#R"), CanFrame.Parse("123#R1"), CanFrame.Parse("123##0"), CanFrame.Parse("123##1"), CanFrame.Parse("123##2"),
            CanFrame.Parse("123##000"), CanFrame.Parse("123#0000000000000000"), CanFrame.Parse("123#0000000000000000_9"),
            CanFrame.Parse("123##00000000000000000"), CanFrame.Parse("20000123#0000000000000000"), CanFrame.Parse("20000124#0000000000000000"),
        ];

        Assert.Equal(different.Length, different.Distinct().Count());
        Assert.False(different[0].Equals((object?)null));
        Assert.False(different[0].Equals("123#"));
    }

    [Theory]
    [InlineData("123#", "123#")]
    [InlineData("123#DEADBEEF", "123#DEADBEEF")]
    [InlineData("5aa#de.ad.be.ef", "5AA#DEADBEEF")]
    [InlineData("123#11.2233.44", "123#11223344")]
    [InlineData("123#.11", "123#11")]
    [InlineData("123#11.", "123#11")]
    [InlineData("123#11.22.33.44.55.66.77.88.", "123#1122334455667788")]
    [InlineData("123##5.11.22", "123##11122")]
    [InlineData("1F334455#1122334455667788", "1F334455#1122334455667788")]
    [InlineData("00000123#00", "00000123#00")]
    [InlineData("123#R", "123#R")]
    [InlineData("123#r0", "123#R")]
    [InlineData("123#R8", "123#R8")]
    [InlineData("123#R8_E", "123#R8_E")]
    [InlineData("1F334455#R3", "1F334455#R3")]
    [InlineData("123##1112233", "123##1112233")]
    [InlineData("123##0", "123##0")]
    [InlineData("123##311.22.33", "123##3112233")]
    [InlineData("123##F", "123##3")]
    [InlineData("123#1122334455667788_9", "123#1122334455667788_9")]
    [InlineData("123#1122334455667788_f", "123#1122334455667788_F")]
    [InlineData("20000040#0000000000000000", "20000040#0000000000000000")]
    [InlineData("20000004#0001000000000000", "20000004#0001000000000000")]
    public void The_text_that_cansend_accepts_is_parsed_and_written(string text, string written)
    {
        var frame = CanFrame.Parse(text);

        Assert.Equal(written, frame.ToString());
        Assert.Equal(written, frame.ToString("G", CultureInfo.GetCultureInfo("")));
        Assert.True(CanFrame.TryParse(text, null, out var tried));
        Assert.Equal(frame, tried);
        Assert.Equal(frame, CanFrame.Parse(written.AsSpan()));
    }

    [Theory]
    [InlineData("", "# after 3 or 8 digits")]
    [InlineData("123", "# after 3 or 8 digits")]
    [InlineData("12#11", "# after 3 or 8 digits")]
    [InlineData("1234#11", "# after 3 or 8 digits")]
    [InlineData("12G#11", "not hexadecimal")]
    [InlineData("800#11", "at most 7FF")]
    [InlineData("40000000#11", "at most 1FFFFFFF")]
    [InlineData("80000123#11", "at most 1FFFFFFF")]
    [InlineData("123#1", "0 to 8 bytes")]
    [InlineData("123#1G", "0 to 8 bytes")]
    [InlineData("123#112233445566778899", "0 to 8 bytes")]
    [InlineData("123#11..22", "0 to 8 bytes")]
    [InlineData("123#..11", "0 to 8 bytes")]
    [InlineData("123#11..", "0 to 8 bytes")]
    [InlineData("123#11 22", "0 to 8 bytes")]
    [InlineData("123#R9", "one digit, 0 to 8")]
    [InlineData("123#RA", "one digit, 0 to 8")]
    [InlineData("123#R10", "one digit, 0 to 8")]
    [InlineData("123#11_9", "only a frame of 8 bytes can have a raw DLC")]
    [InlineData("123#R7_9", "only a frame of 8 bytes can have a raw DLC")]
    [InlineData("123#1122334455667788_8", "raw DLC is 9 to F")]
    [InlineData("123#1122334455667788_G", "raw DLC is 9 to F")]
    [InlineData("20000040#0000000000000000_9", "raw DLC is 9 to F")]
    [InlineData("123##", "one hexadecimal digit of flags")]
    [InlineData("123##G11", "one hexadecimal digit of flags")]
    [InlineData("123##1R", "CAN FD has no remote frames")]
    [InlineData("123##1112", "0 to 64 bytes")]
    [InlineData("123##01", "0 to 64 bytes")]
    [InlineData("123##000112233445566778899AABBCC", "cannot carry 13 bytes")]
    [InlineData("20000040#R", "an error frame cannot be remote")]
    [InlineData("20000040##0", "an error frame cannot be CAN FD")]
    public void Invalid_text_is_rejected_with_the_reason_and_the_valid_forms(string text, string why)
    {
        Assert.False(CanFrame.TryParse(text, null, out var frame));
        Assert.Equal(default, frame);
        var refusal = Assert.Throws<FormatException>(() => { _ = CanFrame.Parse(text); });
        Assert.StartsWith($"'{text}' is not a CAN frame: ", refusal.Message);
        Assert.Contains(why, refusal.Message);
        Assert.Contains("123#DEADBEEF", refusal.Message);
    }

    [Fact]
    public void Null_text_is_rejected()
    {
        Assert.Throws<ArgumentNullException>(() => CanFrame.Parse((string)null!));
        Assert.False(CanFrame.TryParse((string?)null, null, out _));
    }

    [Fact]
    public void Every_frame_survives_a_round_trip_through_text() => GenFrame.Sample(
        frame => CanFrame.Parse(frame.ToString()) == frame && CanFrame.Parse(frame.ToString()).GetHashCode() == frame.GetHashCode(), iter: 5_000);

    [Fact]
    public void Any_text_is_either_parsed_or_rejected() => Gen.Select(GenFrame, Gen.Int[0, 200], Gen.OneOf("#", ".", "_", "R", "", "1", "G", "##")).Sample(
        (frame, at, noise) =>
        {
            var text = frame.ToString();
            text = text.Insert(at % (text.Length + 1), noise);
            if (CanFrame.TryParse(text, null, out var read))
                Assert.Equal(read, CanFrame.Parse(read.ToString()));
            else
                Assert.Throws<FormatException>(() => { _ = CanFrame.Parse(text); });
        },
        iter: 5_000);

    [Fact]
    public void Every_frame_formats_into_a_span_only_if_it_is_long_enough() => Gen.Select(GenFrame, Gen.OneOf("", "G", "L", "N")).Sample(
        (frame, format) =>
        {
            var expected = frame.ToString(format);
            Span<char> text = stackalloc char[expected.Length];
            Assert.True(frame.TryFormat(text, out var written, format));
            Assert.Equal((expected.Length, expected), (written, new string(text)));
            for (var tooShort = 0; tooShort < expected.Length; tooShort++)
            {
                Assert.False(frame.TryFormat(text[..tooShort], out written, format));
                Assert.Equal(0, written);
            }
        },
        iter: 300);

    [Fact]
    public void Every_frame_formats_as_utf8_too() => Gen.Select(GenFrame, GenName, Gen.Long, Gen.OneOf("", "G", "L", "N")).Sample(
        (frame, name, time, format) =>
        {
            frame = frame.WithInterface(name).WithUnixTimeNanoseconds(time);
            var expected = Encoding.UTF8.GetBytes(frame.ToString(format));
            Span<byte> text = new byte[expected.Length + 1];
            Assert.True(frame.TryFormat(text, out var written, format));
            Assert.Equal((expected.Length, 0), (written, text[^1]));
            Assert.Equal(expected, text[..written]);
        },
        iter: 2_000);

    [Fact]
    public void Nothing_is_written_beyond_a_span_of_utf8_that_is_too_short() => Gen.Select(GenFrame, GenName, Gen.OneOf("G", "L", "N")).Sample(
        (frame, name, format) =>
        {
            frame = frame.WithInterface(name);
            var length = Encoding.UTF8.GetByteCount(frame.ToString(format));
            Span<byte> text = new byte[length];
            for (var tooShort = 0; tooShort < length; tooShort++)
            {
                text.Fill(0xFF); // no byte of UTF-8
                Assert.False(frame.TryFormat(text[..tooShort], out var written, format));
                Assert.Equal(0, written);
                Assert.Equal(-1, text[tooShort..].IndexOfAnyExcept((byte)0xFF));
            }
        },
        iter: 300);

    [Fact]
    public void Formatting_allocates_nothing()
    {
        var frame = Received("12345678##1" + new string('5', 128));
        var (chars, bytes) = (new char[256], new byte[256]);
        Format();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Format();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Format()
        {
            frame.TryFormat(chars, out _, "L");
            frame.TryFormat(bytes, out _, "L");
        }
    }

    [Fact]
    public void It_formats_in_an_interpolated_string()
    {
        var frame = Received("123#DEADBEEF");

        Assert.Equal("<123#DEADBEEF>", $"<{frame}>");
        Assert.Equal("<(1735300800.123456) can-model 123#DEADBEEF>", $"<{frame:L}>");
    }

    [Theory]
    [InlineData("123#DEADBEEF", "123#DEADBEEF")]
    [InlineData("1F334455#R", "1F334455#R")]
    [InlineData("123#R8", "123#R8")]
    [InlineData("20000040#0000000000000000", "20000040#0000000000000000")]
    [InlineData("123##0", "123##4")] // the kernel sets CANFD_FDF, 4, in what is received
    [InlineData("123##3112233", "123##7112233")]
    public void The_log_format_is_a_candump_line(string text, string inLog) =>
        Assert.Equal("(1735300800.123456) can-model " + inLog, Received(text).ToString("L"));

    [Fact]
    public void The_log_format_of_a_frame_that_was_not_received_has_time_0_and_no_interface() =>
        Assert.Equal("(0000000000.000000)  123##1", CanFrame.Parse("123##1").ToString("L"));

    [Fact]
    public void The_log_format_fits_the_longest_interface_name_and_data()
    {
        var name = new string('x', 300);
        var frame = CanFrame.Fd(0x1FFF_FFFF, new byte[64]).Received(CanFrame.FrameFlags.None, InterfaceNames.NumberOf(name), DateTime.MaxValue.Ticks);

        Assert.Equal($"(253402300799.999999) {name} 1FFFFFFF##4{new string('0', 128)}", frame.ToString("L"));
    }

    [Fact]
    public void The_error_for_an_unknown_format_lists_the_valid_ones()
    {
        var refusal = Assert.Throws<FormatException>(() => default(CanFrame).ToString("X"));

        Assert.Contains("'X'", refusal.Message);
        Assert.Contains("G (for cansend), L (as candump -L prints it) or N (with nanoseconds)", refusal.Message);
    }

    [Theory]
    [InlineData(0x0001_2123u, false, "123#")]
    [InlineData(0x5FFF_F923u, false, "123#R")]
    [InlineData(0x9FFF_FFFFu, false, "1FFFFFFF#")]
    [InlineData(0xC000_0123u, false, "00000123#R")]
    [InlineData(0xE000_0040u, false, "20000040#")]
    [InlineData(0x4000_0123u, true, "123##0")]
    public void Stray_bits_in_a_received_identifier_are_dropped(uint rawId, bool fd, string text)
    {
        var flags = fd ? CanFrame.FrameFlags.Fd : CanFrame.FrameFlags.None;
        Assert.Equal(text, new CanFrame(CanFrame.Meaningful(rawId, flags), 0, flags, [], 0, 0).ToString());
    }

    [Fact]
    public void A_frame_in_memory_is_its_time_followed_by_what_the_kernel_writes()
    {
        var frame = new CanFrame(0x1234_5678u | CanId.EffFlag, 3, CanFrame.FrameFlags.Fd, [1, 2, 3], 0x0A0B, 0x0102_0304_0506_0708);
        ReadOnlySpan<byte> head = [8, 7, 6, 5, 4, 3, 2, 1, 0x78, 0x56, 0x34, 0x92, 3, 4, 0x0B, 0x0A, 1, 2, 3];
        Assert.Equal([.. head, .. new byte[61]], MemoryMarshal.AsBytes(new ReadOnlySpan<CanFrame>(in frame)).ToArray());
    }

    [Theory]
    [InlineData(1735270588_936508123, 1735270588_9365081, "(1735270588.936508123) can0 123#")]
    [InlineData(1, 0, "(0000000000.000000001) can0 123#")]
    [InlineData(0, 0, "(0000000000.000000000) can0 123#")]
    [InlineData(long.MaxValue, long.MaxValue / 100, "(9223372036.854775807) can0 123#")]
    public void A_time_is_kept_to_the_nanosecond(long nanoseconds, long ticks, string text)
    {
        var frame = new CanFrame(0x123, []).WithInterface("can0").WithUnixTimeNanoseconds(nanoseconds);

        Assert.Equal(nanoseconds, frame.UnixTimeNanoseconds);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddTicks(ticks), frame.Timestamp);
        Assert.Equal(text, frame.ToString("N"));
        Assert.Equal(nanoseconds, CanFrame.Parse(text).UnixTimeNanoseconds);
    }

    [Fact]
    public void Every_tick_of_a_clock_is_a_time() => Gen.Long[0, DateTimeOffset.MaxValue.Ticks].Sample(
        ticks =>
        {
            var time = new DateTimeOffset(ticks, TimeSpan.Zero);
            var frame = default(CanFrame).WithTimestamp(time);
            var exact = (Int128)(ticks - DateTimeOffset.UnixEpoch.Ticks) * 100;
            Assert.Equal(time, frame.Timestamp);
            Assert.Equal((long)Int128.Clamp(exact, long.MinValue, long.MaxValue), frame.UnixTimeNanoseconds);
        },
        iter: RandomCases.Of(100_000));

    [Theory]
    [InlineData(-1, -1)]
    [InlineData(-100, -1)]
    [InlineData(-101, -2)]
    [InlineData(long.MinValue, (long.MinValue / 100) - 1)]
    public void A_time_before_1970_is_rounded_down_to_100_ns(long nanoseconds, long ticks) =>
        Assert.Equal(DateTimeOffset.UnixEpoch.AddTicks(ticks), default(CanFrame).WithUnixTimeNanoseconds(nanoseconds).Timestamp);

    [Fact]
    public void A_frame_created_here_has_no_time()
    {
        Assert.Equal(default, new CanFrame(0x123, []).Timestamp);
        Assert.Equal(long.MinValue, new CanFrame(0x123, []).UnixTimeNanoseconds);
    }

    [Fact]
    public void A_frame_takes_80_bytes() => Assert.Equal(80, Unsafe.SizeOf<CanFrame>());

    private static CanFrame Received(string text) =>
        CanFrame.Parse(text).Received(CanFrame.FrameFlags.Local | CanFrame.FrameFlags.Own, InterfaceNames.NumberOf("can-model"), Noon.Ticks);
}
