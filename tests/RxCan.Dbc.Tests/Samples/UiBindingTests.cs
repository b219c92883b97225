using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Dbc;
using RxCan.Tests.Bus;
using UiBinding;

namespace RxCan.Tests.Samples;

/// <summary>The sample's tables on virtual time, and the built sample.</summary>
public sealed class UiBindingTests
{
    [Fact]
    public void Rows_come_go_stale_and_leave_whatever_feeds_them()
    {
        Assert.All(SignalTable.Kinds, kind =>
        {
            var time = new HistoricalScheduler();
            var vehicle = CanDatabase.Load(Path.Combine(AppContext.BaseDirectory, "vehicle.dbc"));
            var bus = new VirtualCanBus(time);
            using ICanBus can = bus.Connect(), car = bus.Connect();
            using var simulated = new SimulatedCar(car, vehicle);
            var ui = new HistoricalScheduler(); // a thread of its own, which runs a moment later
            using var table = kind(can, TableSignal.Of(vehicle), ui);
            var lines = new List<string>();
            var changes = new TableChanges(line => lines.Add($"{ui.Now - DateTimeOffset.MinValue:ss\\.f} {line}"));

            for (var tick = 1; tick <= 110; tick++)
            {
                time.AdvanceBy(SignalTable.Tick);
                ui.AdvanceBy(SignalTable.Tick);
                changes.Show(table.Rows);
                if (tick == 20)
                {
                    Assert.Equal(
                        ["BatteryData.Charge = 80 %", "BatteryData.Module = 0", "EngineData.CoolantTemperature = 20 degC", "EngineData.EngineSpeed", "EngineData.Gear = Neutral"],
                        table.Rows.Take(5).Select(row => row.Name == "EngineData.EngineSpeed" ? row.Name : $"{row.Name} = {row.Value}"));
                }
            }

            Assert.Equal(
                [
                    "00.1 BatteryData.Charge is there", "00.1 BatteryData.Module is there", "00.1 EngineData.CoolantTemperature is there",
                    "00.1 EngineData.EngineSpeed is there", "00.1 EngineData.Gear is there", "00.1 EngineData.Torque is there",
                    "00.1 WheelSpeeds.FrontLeft is there", "00.1 WheelSpeeds.FrontRight is there", "00.1 WheelSpeeds.RearLeft is there",
                    "00.1 WheelSpeeds.RearRight is there",
                    "03.9 BatteryData.Charge is stale", "03.9 BatteryData.Module is stale",
                    "05.9 BatteryData.Charge has left", "05.9 BatteryData.Module has left",
                    "10.0 BatteryData.Charge is there", "10.0 BatteryData.Module is there",
                ],
                lines);
        });
    }

    [Fact]
    public void It_shows_the_signals_of_the_simulated_car()
    {
        using var sample = new Running("dotnet", $"exec {BuiltSample.Path("UiBinding")} virtual:car 60");

        sample.WaitForOutput(output => output.Contains("BatteryData.Charge has left", StringComparison.Ordinal));

        Assert.Contains("EngineData.EngineSpeed is there", sample.Output, StringComparison.Ordinal);
        Assert.Contains("BatteryData.Charge is stale", sample.Output, StringComparison.Ordinal);
        Assert.Equal(SignalTable.Lack ?? "", sample.Errors.TrimEnd());
    }
}
