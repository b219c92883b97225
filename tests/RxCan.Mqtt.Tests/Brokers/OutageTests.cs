using System.Globalization;
using RxCan.Mqtt;
using RxCan.Mqtt.Outbox;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Brokers;

/// <summary>
/// Outages in real time at 4,000 frames/s: the broker or the uplink is killed, the network swallows packets, the disk is full.
/// <c>RXCAN_OUTAGE</c> is how long each lasts, in seconds; 1 if it is not set.
/// </summary>
[Collection(nameof(Alone))]
[Trait("Length", "Long")]
public sealed class OutageTests
{
    private static readonly TimeSpan Outage =
        TimeSpan.FromSeconds(double.Parse(Environment.GetEnvironmentVariable("RXCAN_OUTAGE") ?? "1", CultureInfo.InvariantCulture));

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.25);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_broker_that_was_stopped_or_killed_costs_no_frame_that_was_not_in_it(bool kills)
    {
        using var broker = new Mosquitto(autosaves: kills);
        using var ends = new NumberedEnds(broker, new() { BatchFrames = 50 });
        ends.WaitForConnection();
        ends.SendFor(Moment);
        broker.Stop(kills);
        ends.SendFor(Outage);
        broker.Start();
        ends.SendFor(Moment);
        ends.WaitForAll();
        Report($"{ends.Sent} sent, {ends.Missing} missing");
        if (kills)
            ends.AssertInOrderAndGapsTold();
        else
            ends.AssertNothingLost();
    }

    [Fact]
    public void An_uplink_that_is_killed_loses_only_what_was_not_packed()
    {
        const int Second = 1_000_000;
        const int HandedOver = 256 * PublisherProcess.BatchFrames; // the most that may not have reached the outbox yet
        var folder = Directory.CreateTempSubdirectory("rxcan-killed-");
        try
        {
            using var broker = new Mosquitto();
            using var ends = new NumberedEnds(broker, null);
            ends.WaitForConnection();
            using var publisher = PublisherProcess.Start(broker, $"{folder}/outbox", 0);
            Eventually.True(() => ends.Last > 1000, "frames arrive");
            broker.Stop(kills: false);
            var enough = ends.Last + (int)(4000 * Outage.TotalSeconds);
            Assert.True(SpinWait.SpinUntil(() => Written(publisher).Sent > enough, Outage + TimeSpan.FromMinutes(1)), "It does not publish.");
            publisher.Kill();
            var (sent, begun) = Written(publisher);
            var kept = LastKept(folder);
            broker.Start();
            using var next = PublisherProcess.Start(broker, $"{folder}/outbox", Second);
            Eventually.True(() => ends.Last > Second + 1000, "the next one publishes");
            Report($"{sent} to {begun} sent, {kept + 1} kept");
            Assert.InRange(kept, sent - HandedOver, begun);
            ends.AssertInOrder();
            Assert.Equal(Second - 1 - kept, ends.Missing);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        // It writes how far it will go before it goes on, so that it has done what it wrote before that.
        static (int Sent, int Begun) Written(Running publisher) => publisher.Output.Split('\n') is [.., var before, var last, _]
            ? (int.Parse(before, CultureInfo.InvariantCulture), int.Parse(last, CultureInfo.InvariantCulture))
            : default;

        static int LastKept(DirectoryInfo folder)
        {
            var copy = folder.CreateSubdirectory("copy").FullName; // opening an outbox repairs it
            foreach (var file in Directory.GetFiles($"{folder}/outbox", "*.outbox"))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            using var log = new OutboxLog(new DiskFiles(copy), 64 * 1024 * 1024, MqttOverflow.DropOldest);
            var last = -1;
            while (log.TryRead(out var record))
                last = BitConverter.ToInt32(MqttBatch.Decode(record.Payload).Frames[^1].Data);
            return last;
        }
    }

    [Theory]
    [InlineData(MqttOverflow.DropOldest)]
    [InlineData(MqttOverflow.DropNewest)]
    public void A_full_disk_costs_what_does_not_fit_and_it_is_counted_at_both_ends(MqttOverflow whenFull)
    {
        using var disk = new SmallDisk();
        using var broker = new Mosquitto();
        using var ends = new NumberedEnds(broker, new() { Outbox = disk.Folder, WhenFull = whenFull });
        ends.WaitForConnection();
        broker.Stop(kills: false);
        for (var i = 0; i < 300; i++)
        {
            ends.Send(2000, _ => false);
            NumberedEnds.Pause(); // no faster than the disk
        }

        broker.Start();
        var mark = ends.Sent;
        Eventually.True(
            () =>
            {
                ends.SendFor(TimeSpan.FromMilliseconds(50));
                return ends.Last > mark;
            },
            "what the disk has comes, and then what is new");
        ends.Send(100, _ => false);
        ends.WaitForAll();
        ends.AssertInOrderAndGapsTold();
        Report($"{ends.Missing} of {ends.Sent} missing");
        Assert.Equal(ends.Missing, ends.Happened.OfType<MqttUplinkLost>().Last().Total);
        Assert.True(ends.Missing > 200_000, "The disk was large enough."); // 600,000 frames of some 12 bytes
    }

    [Fact]
    public void A_half_open_connection_is_noticed_at_both_ends_and_costs_nothing()
    {
        using var network = new NetworkNamespace();
        using var broker = new Mosquitto(network: network);
        using var ends = new NumberedEnds(broker, new() { BatchFrames = 50 }, patience: TimeSpan.FromSeconds(1));
        ends.WaitForConnection();
        ends.SendFor(Moment);
        network.Cut();
        ends.SendFor(Outage);
        Eventually.True(
            () => ends.Happened.Any(e => e is MqttUplinkDisconnected { Reason: TimeoutException }) && ends.Events.Any(e => e is CanLinkDown), "both ends notice it");
        network.Mend();
        ends.SendFor(Moment);
        ends.WaitForAll();
        Report($"{ends.Sent} sent");
        ends.AssertNothingLost();
    }

    private static void Report(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);
}
