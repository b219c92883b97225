using Gateway;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Samples;

/// <summary>The built sample.</summary>
[Collection(nameof(SampleProgram))] // one program at a time: they start slowly in the guest
public sealed class GatewayTests
{
    [Fact]
    [Trait("Length", "Long")]
    public void It_forwards_the_speed_of_a_simulated_car_until_SIGTERM()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("needs SIGTERM");
        using var gateway = new SampleProgram("Gateway", "");

        gateway.WaitForOutput("The cluster shows 8");

        gateway.AssertEndsOnSigterm();
    }

    [Fact]
    public void It_survives_what_can_happen_to_either_interface()
    {
        using VcanTestBus powertrain = new(), body = new();
        using ICanBus brakes = powertrain.Open(new() { WaitForInterface = true }), cluster = body.Open(new() { WaitForInterface = true });
        using var speeds = cluster.Where(CanFilter.Id(SpeedGateway.BodySpeed)).Signal(SpeedGateway.Speed).Record();
        using var gateway = new SampleProgram("Gateway", $"--CanBuses:powertrain:Name {powertrain.Name} --CanBuses:body:Name {body.Name}");
        byte speed = 0;

        AssertForwards();
        foreach (var side in new[] { body, powertrain })
        {
            gateway.WaitForAnother("link down", side.LinkDown);
            gateway.WaitForAnother("link up", side.LinkUp);
            AssertForwards();
            gateway.WaitForAnother("interface removed", side.Remove);
            gateway.WaitForAnother("link up", side.Restore);
            AssertForwards();
        }

        gateway.AssertEndsOnSigterm();

        void AssertForwards()
        {
            speed++;
            Eventually.True(
                () =>
                {
                    brakes.TrySend(new CanFrame(SpeedGateway.WheelSpeeds, [speed, 0, speed, 0, speed, 0, speed, 0]), out _);
                    return speeds.Values.Any(shown => Math.Abs(shown - (speed * 2.56)) < 0.1);
                },
                $"speed {speed} is forwarded");
        }
    }
}
