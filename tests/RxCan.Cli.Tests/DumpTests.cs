using System.Reactive.Concurrency;
using RxCan.Tests.Bus;

namespace RxCan.Tests;

/// <summary>Beside candump itself: see <see cref="CandumpTests"/>.</summary>
public sealed class DumpTests : Scratch
{
    [Fact]
    public void A_log_is_printed_as_candump_prints_a_bus()
    {
        Assert.Equal(
            """
              can0  1A0   [8]  80 25 00 00 00 00 00 00
              can0  123   [4]  DE AD BE EF
              can1  200   [8]  03 FF F0 00 00 00 00 00
              can0  1F334455   [2]  11 22
              can0       1A0  [08]  00 25 00 00 00 00 00 00

            """.ReplaceLineEndings("\n"),
            Rx.Run($"dump {At("drive.log")}"));
        Assert.Equal(Drive.Replace(" R", "", StringComparison.Ordinal).ReplaceLineEndings("\n") + "\n", Rx.Run($"dump -L {At("drive.log")}"));
    }

    [Theory]
    [InlineData("-ta", " (1700000000.000251)  can0  1A0   [8]", " (1700000000.100000)  can0")]
    [InlineData("-t d", " (000.000000)  can0  1A0   [8]", " (000.099749)  can0")]
    [InlineData("-tz -x", " (000.000000)  can0  RX - -  1A0   [8]", " (000.099749)  can0")]
    public void Times_are_candumps(string options, string first, string second)
    {
        var lines = Rx.Run($"dump {options} {At("drive.log")}").Split('\n');

        Assert.StartsWith(first, lines[0], StringComparison.Ordinal);
        Assert.StartsWith(second, lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_decoded_filtered_counted_and_objects()
    {
        Assert.Equal(
            "  can0  1A0   [8]  80 25 00 00 00 00 00 00 :: EngineData { EngineSpeed = 2400 rpm }\n",
            Rx.Run($"dump {At("drive.log")} --dbc {At("vehicle.dbc")} -n1"));
        Assert.Equal("  can0  123   [4]  DE AD BE EF\n", Rx.Run($"dump {At("drive.log")} --filter 100-1FF&~1A0"));
        Assert.Equal("  can0  123   [4]  DE AD BE EF\n", Rx.Run($"dump {At("drive.log")},123:7FF"));
        Assert.Equal(
            "{\"time\":\"1700000000.100000000\",\"bus\":\"can0\",\"id\":\"123\",\"length\":4,\"data\":\"DEADBEEF\"}\n",
            Rx.Run($"dump {At("drive.log")} -f 123 --json"));
    }

    [Fact]
    public void Frames_and_error_frames_of_a_bus_are_printed_as_they_come()
    {
        using var can = CanBus.Open("virtual:dump");
        using var rx = Rx.Start("dump virtual:dump,100:700,#FFFFFFFF -e");
        rx.WaitForOutput(output => Sent(can, "100#") && output.Length > 0, "a frame");

        foreach (var frame in (string[])["223#00", "123#11", "20000040#0000000000000000", "12345123#R"])
            Sent(can, frame);
        rx.WaitForOutput(output => output.Contains("remote", StringComparison.Ordinal), "the last frame");

        Assert.Equal(0, rx.Interrupt().Status);
        Assert.Equal(
            "  virtual:dump  123   [1]  11\n  virtual:dump  20000040   [8]  00 00 00 00 00 00 00 00   ERRORFRAME\n\tbus-off\n  virtual:dump  12345123   [0]  remote request\n",
            rx.Output.Replace("  virtual:dump  100   [0] \n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void It_ends_after_silence()
    {
        Assert.Equal("", Rx.Run("dump virtual:dump-silence -T 20"));
    }

    [Fact]
    public void An_interrupt_before_any_frame_has_a_status_of_its_own()
    {
        using var rx = Rx.Start("dump virtual:dump-interrupt");
        Assert.Equal(130, rx.Interrupt().Status);
    }

    [Fact]
    public void Removal_of_the_interface_is_trouble()
    {
        var bus = new VirtualCanBus();
        using var registered = CanBus.Register("removed", (_, options) => bus.Connect(options));
        using var rx = Rx.Start("dump removed://x");
        using var can = bus.Connect();
        rx.WaitForOutput(
            output =>
            {
                can.Send(new CanFrame(1, []));
                return output.Length > 0;
            },
            "a frame");

        bus.Remove();

        Assert.Equal(1, rx.Status);
        Assert.EndsWith("the interface was removed.\n", rx.Talk, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-d", true)]
    [InlineData("", false)]
    public void Lost_frames_are_counted_in_the_output_or_told(string option, bool isPrinted)
    {
        var time = new HistoricalScheduler();
        var bus = new VirtualCanBus(time);
        using var registered = CanBus.Register("lossy", (_, options) => bus.Connect(options with { ReceiveBufferSize = 10_000 }));
        using var can = bus.Connect();
        using var rx = Rx.Start($"dump lossy://x -L {option}");
        string Told() => isPrinted ? rx.Output : rx.Talk;

        Eventually.True(
            () =>
            {
                for (var i = 0; i < 100; i++)
                    can.Send(new CanFrame(0x123, []));
                time.AdvanceBy(TimeSpan.FromSeconds(1));
                return Told().Contains("dropped", StringComparison.Ordinal);
            },
            "lost frames");

        Assert.Matches(isPrinted ? @"(?m)^DROPCOUNT: dropped (\d+) CAN frames on '\S+' socket \(total drops \1\)$" : @"(?m)^\S+ \S+Z \S+: (\d+) frames dropped, \1 in all$", Told());
        Assert.Equal(0, rx.Interrupt().Status);
    }

    private static bool Sent(ICanBus can, string frame)
    {
        can.Send(CanFrame.Parse(frame));
        return true;
    }

    [Fact]
    public void Bad_input_gets_a_sentence()
    {
        Rx.Fails(2, "is not a number", "dump virtual:dump-bad -n 0");
        Rx.Fails(2, "does not take 'x'", "dump virtual:dump-bad -t x");
        Rx.Fails(2, "is not a CAN filter", "dump can0,12X:7FF");
        Rx.Fails(2, "The name of the bus is empty", "dump virtual:");
        Rx.Fails(1, "no bus is registered for the scheme 'nosuch'. Known: ", "dump nosuch://x");
        Rx.Fails(2, "There is no option --bogus", "dump --bogus");
        Rx.Fails(1, "there is no such file", "dump nothing.log");
        Assert.Equal("", Rx.Run("dump virtual:dump-bad -d -T 20"));
    }
}
