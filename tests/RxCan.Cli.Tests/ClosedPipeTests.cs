using RxCan.Tests.Bus;

namespace RxCan.Tests;

/// <summary>Commands whose output nobody reads any more: <c>rxcan dump | head</c>.</summary>
public sealed class ClosedPipeTests : Scratch
{
    [Theory]
    [InlineData("dump virtual:closed")]
    [InlineData("dump virtual:closed --json")]
    [InlineData("decode virtual:closed --dbc @dbc")]
    [InlineData("isotp virtual:closed --tx 7E0 --rx 7E8 dump")]
    [InlineData("j1939 virtual:closed dump")]
    [InlineData("isotp virtual:closed --tx 7E8 --rx 7E0 recv")]
    [InlineData("obd virtual:closed 0C --p2 1h --every 20ms")]
    [InlineData("decode @log --dbc @dbc --format csv")]
    [InlineData("decode @log --dbc @dbc --format jsonl")]
    public void They_end_without_a_complaint(string line)
    {
        using var can = CanBus.Open("virtual:closed");
        using var rx = Rx.StartIntoClosedPipe(line
            .Replace("@dbc", At("vehicle.dbc"), StringComparison.Ordinal).Replace("@log", At("drive.log"), StringComparison.Ordinal));

        Eventually.True(
            () =>
            {
                foreach (var frame in (string[])["1A0#8025000000000000", "7E0#0322F190", "7E8#04410C1AF8", "18F00480#0102030405060708"])
                    can.Send(CanFrame.Parse(frame));
                return !rx.IsRunning;
            },
            "the end");

        Assert.Equal((0, ""), (rx.Status, rx.Talk));
    }
}
