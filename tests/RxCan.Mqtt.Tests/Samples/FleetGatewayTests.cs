using System.Buffers;
using System.Globalization;
using MQTTnet;
using MQTTnet.Protocol;
using RxCan.Mqtt;
using RxCan.Mqtt.Outbox;
using RxCan.Tests.Brokers;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Samples;

/// <summary>The built sample: as it stands, and as a vehicle that is killed.</summary>
[Collection(nameof(Alone))]
[Trait("Length", "Long")]
public sealed class FleetGatewayTests
{
    private const string Topic = "truck42/can0";

    [Fact]
    public void It_shows_a_simulated_vehicle_through_its_own_broker()
    {
        using var sample = Start(Mosquitto.FreePort(), "");
        sample.WaitForOutput(output => output.Contains(" km/h", StringComparison.Ordinal) && output.Contains("uplink: connected", StringComparison.Ordinal));
    }

    /// <summary>
    /// SIGKILL with the broker there, and with frames in the outbox. All frames that were packed arrive, in order; those of the latest flush period
    /// may come twice, as the same numbers.
    /// </summary>
    [Fact]
    public async Task A_vehicle_that_is_killed_loses_nothing_that_was_packed()
    {
        var folder = Directory.CreateTempSubdirectory("rxcan-killed-");
        try
        {
            using var broker = new Mosquitto();
            var arguments = $"--Gateway:EmbeddedBroker false --Gateway:Outbox {folder.FullName}/outbox";
            var batches = new List<MqttBatch>();
            var collector = await Collect(broker, batches);
            using (Start(broker.Port, arguments))
                Eventually.True(() => Copy().Length >= 8, "the first run publishes");

            using (Start(broker.Port, arguments))
            {
                Eventually.True(() => Copy().Select(b => b.Stream).Distinct().Count() == 2 && Copy().Length >= 16, "the second run publishes");
                broker.Stop(kills: false);
                collector.Dispose();
                var before = Size();
                Eventually.True(() => Size() > before + 1500, "frames wait in the outbox");
            }

            // The outbox is readable, and goes on where the broker was.
            var kept = Kept();
            Assert.NotEmpty(kept);
            var second = Copy()[^1].Stream;
            Assert.True(kept.First(b => b.Stream == second).Sequence <= Copy()[^1].Next);
            broker.Start();
            collector = await Collect(broker, batches);
            using (Start(broker.Port, arguments))
            {
                Eventually.True(() => Copy().Any(b => b.Stream == second && b.Next == kept[^1].Next), "what was kept arrives");
                Eventually.True(() => Copy().Select(b => b.Stream).Distinct().Count() == 3, "the third run publishes");
            }

            collector.Dispose();
            Assert.Equal(3, Copy().GroupBy(b => b.Stream).Count());
            foreach (var stream in Copy().GroupBy(b => b.Stream))
            {
                var next = 0UL;
                foreach (var batch in stream.OrderBy(b => b.Sequence))
                {
                    Assert.True(batch.Sequence == next || batch.Next <= next, $"{batch.Sequence} to {batch.Next} after {next}");
                    next = Math.Max(next, batch.Next);
                }
            }

            MqttBatch[] Copy()
            {
                lock (batches)
                    return [.. batches];
            }

            long Size() => new DirectoryInfo($"{folder.FullName}/outbox").EnumerateFiles("*.outbox").Sum(f => f.Exists ? f.Length : 0);

            List<MqttBatch> Kept()
            {
                var copy = Directory.CreateDirectory($"{folder.FullName}/copy").FullName;
                foreach (var file in Directory.GetFiles($"{folder.FullName}/outbox", "*.outbox"))
                    File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
                using var log = new OutboxLog(new DiskFiles(copy), 64 * 1024 * 1024, MqttOverflow.DropOldest);
                List<MqttBatch> found = [];
                while (log.TryRead(out var record))
                    found.Add(MqttBatch.Decode(record.Payload));
                Assert.Equal(0, log.Lost);
                Assert.InRange(log.Damaged, 0, 1); // a torn last record
                return found;
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Starts the sample; disposing it is SIGKILL.</summary>
    private static Running Start(int port, string arguments) =>
        new("dotnet", string.Create(CultureInfo.InvariantCulture, $"exec {BuiltSample.Path("FleetGateway")} --Gateway:Port {port} {arguments}"));

    private static async Task<IMqttClient> Collect(Mosquitto broker, List<MqttBatch> batches)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += message =>
        {
            lock (batches)
                batches.Add(MqttBatch.Decode(message.ApplicationMessage.Payload.ToArray()));
            return Task.CompletedTask;
        };
        var cancellation = TestContext.Current.CancellationToken;
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port)
            .WithClientId("collector").WithCleanSession(false).WithSessionExpiryInterval(3600); // the broker keeps what it was about to deliver
        await client.ConnectAsync(options.Build(), cancellation);
        await client.SubscribeAsync(Topic + "/frames", MqttQualityOfServiceLevel.AtLeastOnce, cancellation);
        return client;
    }
}
