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
    [InlineData("j1939 virtual:closed claim 80")]
    [InlineData("uds virtual:closed-session --tx 7E0 --rx 7E8 --simulate session extended --hold --p2 1h")]
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

    /// <summary>They have nothing more to say, and would hold what they hold until they are interrupted.</summary>
    [Theory]
    [InlineData("j1939 virtual:closed claim 80")]
    [InlineData("uds virtual:closed --tx 7E0 --rx 7E8 --simulate session extended --hold --p2 1h")]
    [InlineData("link watch")]
    public void Programs_that_fell_silent_notice_it(string line)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("needs poll");
        if (line.StartsWith("link", StringComparison.Ordinal))
            Kernel.Require();
        using var first = new Running("bash", $"-c \"set -o pipefail; dotnet exec {Rx.Program} {line} | head -n 1\"");

        Assert.Equal((0, ""), (first.WaitForExit(), first.Errors));
        Assert.Equal(1, first.Output.Count(c => c == '\n'));
    }
}
