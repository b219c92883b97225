using System.Text;
using RxCan.Logs;
using static RxCan.Tests.Formats.LogFrames;

namespace RxCan.Tests.Formats.Text;

/// <summary>The examples of PEAK's description of the format, and what it says about them.</summary>
public class TrcTests
{
    private const string Ten = ";##########\n;    Start time: 11.09.2002 16:00:20.682\n";

    [Theory]
    [InlineData(Ten, "1)      1841         0001  8  00 00 00 00 00 00 00 00", "1031760022523000000 1 001#0000000000000000 R")]
    [InlineData(Ten, "2)      1842         0008  4  ERROR 00 19 08 08", "1031760022524000000 1 20000288#0000801900000808 R")]
    [InlineData(Ten, "3)      1843     FFFFFFFF  4  00 00 00 04 -- -- -- -- BUSLIGHT", null)]
    [InlineData(Ten, "4)      1844         0100  3  RTR", "1031760022526000000 1 100#R3 R")]
    [InlineData(";$FILEVERSION=1.1\n;$STARTTIME=37510.5\n", "1)      1059.9  Tx     00000300  2  00 01", "1031745601059900000 1 00000300#0001 T")]
    [InlineData(";$FILEVERSION=1.3\n;$STARTTIME=37510.5\n", "1)      1059.900 2  Rx  0300 -  2  00 01", "1031745601059900000 2 300#0001 R")]
    [InlineData(";$FILEVERSION=2.0\n;$COLUMNS=N,O,T,I,d,l,D\n", "5 1334.416 FD 0500 Tx 12 01 02 03 04 05 06 07 08 09 0A 0B 0C", "1334416000 1 500##00102030405060708090A0B0C T")]
    [InlineData(";$FILEVERSION=2.0\n;$COLUMNS=N,O,T,I,d,l,D\n", "6 1334.522 ER Rx 04 00 02 00 00", "1334522000 1 20000288#0000840200000000 R")]
    [InlineData(";$FILEVERSION=2.0\n;$COLUMNS=N,O,T,I,d,l,D\n", "7 1334.531 ST Rx 00 00 00 08", null)]
    [InlineData(";$FILEVERSION=2.0\n;$COLUMNS=N,O,T,I,d,l,D\n", "8 1334.643 EC Rx 02 02", null)]
    [InlineData(";$FILEVERSION=2.1\n;$COLUMNS=N,O,T,B,I,d,R,L,D\n", "6 1334.222 ER 1 - Rx - 5 04 01 02 03 04", "1334222000 1 20000288#0000040200000403 R")]
    [InlineData(";$FILEVERSION=2.1\n;$COLUMNS=N,O,T,B,I,d,R,L,D\n", "7 1334.224 EV 1 User-defined event for bus 1", null)]
    [InlineData(";$FILEVERSION=2.1\n;$COLUMNS=N,O,T,B,I,d,R,L,D\n", "8 1334.225 BI 2 18EFC034 Tx - 9 01 02 03 04 05 06 07 08 09 0A 0B 0C", "1334225000 2 18EFC034##30102030405060708090A0B0C T")]
    public void A_line_of_each_version_is_a_frame_or_passed_over(string header, string line, string? expected)
    {
        var (frames, damage) = Read(Encoding.ASCII.GetBytes($"{header}     {line}\n"));
        Assert.Empty(damage);
        Assert.Equal(expected is null ? [] : [expected], frames.Select(Describe));
    }

    [Fact]
    public void The_start_time_is_exact()
    {
        var frame = CanFrame.Parse("123#11").WithInterface("1").WithUnixTimeNanoseconds(1_700_000_000_123_456_789);
        Assert.Equal([Describe(frame)], Read(Write(CanLogFormat.Trc, new() { Nanoseconds = true }, frame)).Frames.Select(Describe));
    }
}
