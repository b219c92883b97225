using System.Text;
using RxCan.Logs;
using static RxCan.Tests.Formats.LogFrames;

namespace RxCan.Tests.Formats.Text;

public class AscTests
{
    [Theory]
    [InlineData("Sat Sep 30 15:06:13.191 2017", "2017-09-30T15:06:13.191Z")]
    [InlineData("Sam Sep 30 03:06:13.191 pm 2017", "2017-09-30T15:06:13.191Z")]
    [InlineData("Sat Sep 30 10:06:13.191 PM 2017", "2017-09-30T22:06:13.191Z")]
    [InlineData("Fri Feb 14 12:51:20 am 2020", "2020-02-14T00:51:20Z")]
    [InlineData("Fri Feb 14 12:51:20 pm 2020", "2020-02-14T12:51:20Z")]
    [InlineData("Di Mär 5 11:00:00 am 2024", "2024-03-05T11:00:00Z")]
    [InlineData("Don Dez 5 23:00:00.5 2024", "2024-12-05T23:00:00.5Z")]
    [InlineData("Mit Okt 9 23:00:00 2024", "2024-10-09T23:00:00Z")]
    [InlineData("Mit Mai 9 23:00:00 2024", "2024-05-09T23:00:00Z")]
    [InlineData("mar. août 6 23:00:00 2024", "2024-08-06T23:00:00Z")]
    [InlineData("Son Feb 30 23:00:00 2024", "1970-01-01T00:00:00Z")]
    [InlineData("nonsense", "1970-01-01T00:00:00Z")]
    public void A_frame_has_the_date_of_the_header_read_as_UTC_plus_its_time(string date, string expected)
    {
        foreach (var encoding in (Encoding[])[Encoding.UTF8, Encoding.Latin1])
        {
            var log = encoding.GetBytes($"date {date}\r\nbase hex  timestamps absolute\r\n   0.000000 1  123  Rx   d 1 01\r\n");
            Assert.Equal(DateTimeOffset.Parse(expected), Assert.Single(Read(log).Frames).Timestamp);
        }
    }

    [Fact]
    public void Relative_times_count_from_the_event_before() =>
        Assert.Equal(
            [1_000_000, 3_000_000],
            Of("base hex  timestamps relative", "0.001 1 123 Rx d 0", "0.001 CAN 1 Status:chip status error active", "0.001 1 123 Rx d 0").Select(f => f.UnixTimeNanoseconds));

    [Theory]
    [InlineData("1  123x            Rx   d 2 0A bb", "00000123#0ABB")]
    [InlineData("1  123             Rx   d f 01 02 03 04 05 06 07 08", "123#0102030405060708_F")]
    [InlineData("1  123             Rx   r", "123#R")]
    [InlineData("1  123             Rx   r 4  Length = 0", "123#R4")]
    [InlineData("1  EngineData      Rx   d 1 01  Length = 240015 BitCount = 124 ID = 291", "123#01")]
    [InlineData("1  EngineData      Rx   d 1 01  Length = 240015 BitCount = 124 ID = 291x", "00000123#01")]
    [InlineData("CANFD   4 Rx        4EE  Name   1 0 9 12 01 02 03 04 05 06 07 08 09 0A 0B 0C", "4EE##10102030405060708090A0B0C")]
    [InlineData("CANFD   4 Rx        4EE         0 0 2  2 01 02 130000 130 0 0", "4EE#0102")]
    [InlineData("CANFD   4 Rx        4EE         0 0 2  2 01 02 130000 130 1000 0", "4EE##00102")]
    [InlineData("CANFD   4 Rx        4EE         0 0 2  0 130000 130 10 0", "4EE#R2")]
    [InlineData("1  ErrorFrame ECC: 10100010", "20000000#")]
    public void A_line_is_a_frame(string line, string expected) => Assert.Equal([expected], Of($"   1.5 {line}").Select(frame => $"{frame}"));

    [Theory]
    [InlineData("1  123             Rx   d 2 0A")]
    [InlineData("1  123             Rx   d 2 0A b")]
    [InlineData("1  12G             Rx   d 0")]
    [InlineData("1  123             Rx   x 0")]
    [InlineData("1  20000000x       Rx   d 0")]
    [InlineData("CANFD   4 Rx        4EE         1 0 9 12 01 02 03 04 05 06 07 08 09 0A 0B")]
    [InlineData("CANFD   4 Rx        4EE         1 0 9 13 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D")]
    public void A_damaged_line_is_no_frame(string line)
    {
        var (frames, damage) = Read(Encoding.ASCII.GetBytes($"base hex  timestamps absolute\n   1.5 {line}\n"));
        Assert.Empty(frames);
        Assert.Equal("line 2", Assert.Single(damage).Location);
    }

    [Fact]
    public void What_is_written_is_what_Vector_s_tools_write() =>
        Assert.Equal(
            """
            date Tue Nov 14 10:13:20.001 pm 2023
            base hex  timestamps absolute
            internal events logged
            // version 9.0.0
            Begin Triggerblock Tue Nov 14 10:13:20.001 pm 2023
               0.000000 Start of measurement
               0.000234 1  123             Rx   d 2 0A BB
               0.000234 2  1ABCDEFx        Tx   r 3
               1.000234 1  ErrorFrame
               1.000234 CANFD   1 Rx   123                                        1 0 9 12 00 00 00 00 00 00 00 00 00 00 00 00   130000  130     3000 0 0 0 0 0
            End TriggerBlock

            """.ReplaceLineEndings("\n"),
            Encoding.ASCII.GetString(Write(
                CanLogFormat.Asc,
                new(),
                At(CanFrame.Parse("123#0ABB"), "can0", 0),
                At(CanFrame.Parse("01ABCDEF#R3"), "can1", 0).WithOrigin(isLocal: true),
                At(CanFrame.Parse("20000001#"), "can0", 1),
                At(CanFrame.Fd(0x123, new byte[12], bitRateSwitch: true), "can0", 1))));

    private static CanFrame At(CanFrame frame, string name, int second) => frame.WithInterface(name).WithUnixTimeNanoseconds(1_700_000_000_001_234_567 + (second * 1_000_000_000L));

    private static List<CanFrame> Of(params string[] lines)
    {
        var (frames, damage) = Read(Encoding.ASCII.GetBytes(string.Concat(lines.Select(line => line + "\r\n"))), CanLogFormat.Asc);
        Assert.Empty(damage);
        return frames;
    }
}
