using RxCan;
using RxCan.Mqtt;
using RxCan.Tests.Bus;

namespace RxCan.Tests;

/// <summary>Compiles and runs the code of the README. It runs without a broker: an uplink waits for it.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void The_code_compiles() => ReadmeCode.AssertCompiled("src/RxCan.Mqtt/README.md", "ReadmeTests.cs");

    [Fact]
    public void The_code_runs()
    {
        const string password = "secret";
        using var can = CanBus.Open("virtual:mqtt-readme");
        var folder = Directory.CreateTempSubdirectory("rxcan-readme-").FullName;

        // In the vehicle: the uplink is a subscription. Its values are what happens to it.
        var broker = new MqttLink("broker.example") { User = "truck42", Password = password, Tls = new() };
        IDisposable uplink = can.PublishTo(broker, "truck42/can0", new() { Outbox = folder, Compression = MqttCompression.Deflate })
            .Subscribe(happened => Console.WriteLine(happened));

        // Anywhere else: the same frames, as a bus.
        using var schemes = MqttBus.Register(link => link with { User = "dashboard", Password = password });
        using ICanBus truck = CanBus.Open("mqtts://broker.example/truck42/can0");
        truck.Where(CanFilter.Id(0x1A0)).Subscribe(frame => Console.WriteLine(frame));
        Assert.Equal("mqtts://broker.example/truck42/can0", truck.Name);

        uplink.Dispose();
        Eventually.True(() => Directory.GetFiles(folder) is [var only] && Path.GetFileName(only) == "lock", "the outbox is empty");
        Directory.Delete(folder, recursive: true);
    }
}
