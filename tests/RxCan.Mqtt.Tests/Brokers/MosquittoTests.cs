using System.Diagnostics;
using RxCan.Mqtt;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Brokers;

/// <summary>Everything together, on a real broker and in real time.</summary>
[Collection(nameof(Alone))]
[Trait("Length", "Long")]
public sealed class MosquittoTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Many_frames_go_through_a_broker_in_order(bool isNoDelay)
    {
        const int Count = 200_000;
        using var broker = new Mosquitto(isNoDelay);
        using var end = new NumberedEnds(broker, new() { InFlight = 20, BatchTime = TimeSpan.FromMilliseconds(20) });
        end.WaitForConnection();
        var clock = Stopwatch.StartNew();
        end.Send(Count, frame => frame % 20_000 == 0); // the outbox takes what the broker cannot yet
        end.WaitForAll();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Count / clock.Elapsed.TotalSeconds:N0} frames/s, no delay: {isNoDelay}");
        end.AssertNothingLost();
    }

    [Fact]
    public void An_uplink_that_ended_leaves_its_frames_to_the_next_on_disk()
    {
        var folder = Directory.CreateTempSubdirectory("rxcan-outbox-");
        try
        {
            using var broker = new Mosquitto();
            using var ends = new NumberedEnds(broker, null);
            ends.WaitForConnection();
            broker.Stop(kills: false);
            using (var first = new NumberedEnds(broker, new() { Outbox = folder.FullName }))
                first.Send(10_000, _ => false);
            Eventually.True(() => !IsLocked(folder), "the outbox is closed");
            broker.Start();
            using var next = new NumberedEnds(broker, new() { Outbox = folder.FullName });
            ends.Expect(10_000);
            ends.WaitForAll();
            ends.AssertNothingLost();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool IsLocked(DirectoryInfo folder)
    {
        try
        {
            using var file = new FileStream(Path.Combine(folder.FullName, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
