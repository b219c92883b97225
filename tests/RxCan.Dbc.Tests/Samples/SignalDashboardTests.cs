using System.Text.RegularExpressions;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Samples;

/// <summary>The built sample, on an in-process bus.</summary>
[Trait("Length", "Long")]
public sealed class SignalDashboardTests
{
    [Fact]
    public void It_shows_the_signals_of_the_simulated_car()
    {
        using var sample = new Running("dotnet", $"exec {BuiltSample.Path("SignalDashboard")} virtual:car 3");

        Assert.Equal(0, sample.WaitForExit());
        Assert.Equal("", sample.Errors);
        Assert.Contains("shift up\n", sample.Output, StringComparison.Ordinal);
        Assert.Matches(@"\ngear (Second|Third|Fourth) at -?\d+\.\d m/s2\n", sample.Output);
        var last = sample.Output[sample.Output.LastIndexOf("--- virtual:car, 14 signals", StringComparison.Ordinal)..];
        Assert.Matches(@"\nEngineData   EngineSpeed = \d+(\.\d+)? rpm   CoolantTemperature = 20 degC   Gear = \w+   Torque = ", last);
        Assert.Matches(new Regex(@"\nWheelSpeeds  FrontLeft = \d+(\.\d+)? km/h   FrontRight = "), last);
        Assert.Contains("VoltageRear = ", last, StringComparison.Ordinal);
        Assert.Matches(@"\nLights       Beam = (Low|High)   Warning = ", last);
    }
}
