using RxCan.Tests.Bus;

namespace RxCan.Tests.Top;

/// <summary><c>rxcan top</c> where the output is not a terminal.</summary>
public sealed class TopCommandTests : Scratch
{
    [Fact]
    public void The_table_is_printed_once()
    {
        using var rx = Rx.Start($"top {At("drive.log")} --dbc {At("vehicle.dbc")} --bitrate 500k --for 1h");

        Assert.Equal((0, ""), (rx.Status, rx.Talk));
        Assert.Matches(@"^/.*drive\.log  [\d.]+ frames/s  load [\d.]+ %  0 errors  0 lost  4 ids  peak [\d.]+ %  500 kbit/s  5 frames$", rx.Lines[0]);
        Assert.Equal(["bus  id       name          count rate/s period/ms jitter/ms len data", "can0      123                   1"], [rx.Lines[1], rx.Lines[2][..33]]);
        Assert.Equal(6, rx.Lines.Length);
    }

    [Fact]
    public void Objects_have_rates_in_hertz_and_periods_in_seconds()
    {
        using var can = CanBus.Open("virtual:top");
        using var rx = Rx.Start($"top virtual:top --for 1s --json --sort count --dbc {At("vehicle.dbc")}");
        Eventually.True(
            () =>
            {
                can.Send(CanFrame.Parse("1A0#8025"));
                return !rx.IsRunning;
            },
            "the end");

        Assert.Equal(0, rx.Status);
        Assert.Matches("""^\{"bus":"virtual:top","id":"1A0","message":"EngineData","count":\d+,"rate":[\d.]+,"period":[\d.E-]+,"jitter":[\d.E-]+,"length":2,"data":"8025"\}\n$""", rx.Output);
    }

    [Fact]
    public void Bad_input_gets_a_sentence()
    {
        Rx.Fails(2, "does not take 'weight'", "top virtual:top --sort weight");
        Rx.Fails(2, "is not a bit rate", "top virtual:top --bitrate fast");
        Rx.Fails(2, "Required argument", "top");
        Rx.Fails(1, "there is no such file", "top nothing.log");
    }

    [Fact]
    public void An_interrupt_before_any_frame_has_a_status_of_its_own()
    {
        using var rx = Rx.Start("top virtual:top-interrupt --for 1h");
        Assert.Equal(130, rx.Interrupt().Status);
    }
}
