using System.Diagnostics;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Links;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Netlink;
using RxCan.Tests.Bus;
using static RxCan.Tests.Bus.ProcessState;

namespace RxCan.Tests.Links;

/// <summary>Interfaces as they come, change and go. Not run in parallel, because it counts the process's threads and the interfaces.</summary>
[Collection(nameof(Alone))]
public sealed class LinkWatchTests : IDisposable
{
    private const string Name = "rxw0";

    private readonly int _descriptors;

    public LinkWatchTests()
    {
        Kernel.Require();
        _descriptors = Descriptors();
    }

    public void Dispose()
    {
        foreach (var link in CanLinks.All().Where(link => link.Name.StartsWith("rxw", StringComparison.Ordinal)))
            CanLinks.Delete(link.Name);
    }

    [Fact]
    public void Existing_interfaces_come_first_then_additions_changes_and_removals()
    {
        using (var watch = CanLinks.Watch().Record())
        {
            var there = CanLinks.All();
            watch.WaitForCount(there.Count);
            Assert.All(watch.Values, change => Assert.Equal(CanLinkChangeKind.Added, change.Kind));
            Assert.Equal(there.Select(link => link.Name), watch.Values.Select(change => change.Link.Name));

            VcanTestBus.Ip($"link add dev {Name} type vcan");
            var added = watch.WaitFor(change => change.Kind == CanLinkChangeKind.Added && change.Link.Name == Name);
            Assert.Null(added.Previous);
            VcanTestBus.Ip($"link set {Name} up");
            var up = watch.WaitFor(change => change.Kind == CanLinkChangeKind.Changed && change.Link is { Name: Name, IsUp: true, IsRunning: true });
            Assert.Equal((false, added.Link.Index), (up.Previous!.IsUp, up.Link.Index));
            VcanTestBus.Ip($"link set {Name} txqueuelen 42");
            watch.WaitFor(change => change.Kind == CanLinkChangeKind.Changed && change.Link is { Name: Name, TransmitQueueLength: 42 });
            VcanTestBus.Ip($"link set {Name} down");
            VcanTestBus.Ip($"link set {Name} name rxw1");
            Assert.Equal(Name, watch.WaitFor(change => change is { Kind: CanLinkChangeKind.Changed, Link.Name: "rxw1" }).Previous!.Name);
            VcanTestBus.Ip("link delete rxw1");
            watch.WaitFor(change => change is { Kind: CanLinkChangeKind.Removed, Link.Name: "rxw1" });

            Assert.False(watch.Overlapped);
            Assert.Null(watch.End);
        }

        AssertNothingLeft();
    }

    [Fact]
    public void A_hot_plug_is_reported_within_50_ms()
    {
        var seen = new List<(string What, long At)>();
        using var watch = CanLinks.Watch().Where(change => change.Link.Name == Name).Subscribe(change =>
        {
            lock (seen)
                seen.Add(($"{change.Kind}", Stopwatch.GetTimestamp()));
        });
        TimeSpan Latency(string what, Action act)
        {
            lock (seen)
                seen.Clear();
            act(); // it returns after the kernel has sent its message
            var done = Stopwatch.GetTimestamp();
            Eventually.True(() => Seen() is not 0, $"it is {what}");
            long Seen()
            {
                lock (seen)
                    return seen.Find(s => s.What == what).At;
            }

            return Stopwatch.GetElapsedTime(done, Seen()); // negative if it was seen before the call returned
        }

        var latencies = new List<double>();
        for (var i = 0; i < 50; i++)
        {
            latencies.Add(Latency("Added", () => CanLinks.CreateVcan(Name)).TotalMilliseconds);
            latencies.Add(Latency("Removed", () => CanLinks.Delete(Name)).TotalMilliseconds);
        }

        latencies.Sort();
        TestContext.Current.SendDiagnosticMessage($"reported after {latencies[50]:F1} ms (median), {latencies[^1]:F1} ms (longest)");
        Assert.InRange(latencies[50], -50, 50);
    }

    [Fact]
    public void The_watch_matches_the_kernel_after_two_hundred_interfaces_come_and_go()
    {
        var told = new Dictionary<int, CanLink>();
        using (CanLinks.Watch().Subscribe(change => Tell(told, change)))
        {
            Parallel.For(0, 4, worker =>
            {
                var random = new Random(worker);
                for (var i = 0; i < 50; i++)
                {
                    CanLinks.CreateVcan($"rxw{worker}", new() { IsUp = random.Next(2) == 0 });
                    if (random.Next(2) == 0)
                        CanLinks.Configure($"rxw{worker}", new() { TransmitQueueLength = random.Next(1, 1000) });
                    if (i < 49)
                        CanLinks.Delete($"rxw{worker}");
                }
            });

            AssertAsTheKernelHasThem(told);
        }

        AssertNothingLeft();
    }

    [Fact]
    public void A_slow_observer_catches_up_on_changes_the_kernel_could_not_report()
    {
        var told = new Dictionary<int, CanLink>();
        using var isStuck = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var watch = new LinkWatch(
            System.Reactive.Observer.Create<CanLinkChange>(change =>
            {
                if (change.Link.Name == "rxw0")
                {
                    isStuck.Set();
                    goOn.Wait();
                }

                Tell(told, change);
            }),
            receiveBufferSize: 8 * 1024);
        CanLinks.CreateVcan("rxw0");
        isStuck.Wait();
        CanLinks.CreateVcan("rxw1");
        for (var i = 0; i < 30; i++)
        {
            CanLinks.CreateVcan("rxw2", new() { IsUp = true });
            CanLinks.Delete("rxw2");
        }

        CanLinks.Delete("rxw0");
        CanLinks.Configure("rxw1", new() { TransmitQueueLength = 11 });
        goOn.Set();

        AssertAsTheKernelHasThem(told);
        Assert.True(watch.Dumps > 1, "messages were lost");
        watch.Dispose();
        AssertNothingLeft();
    }

    [Fact]
    public void Statistics_are_polled_on_the_scheduler()
    {
        CanLinks.CreateVcan(Name, new() { IsUp = true });
        var time = new HistoricalScheduler();
        using var watch = CanLinks.Watch(TimeSpan.FromSeconds(1), time).Record();
        watch.WaitFor(change => change.Link.Name == Name);
        using var can = CanBus.Open(Name);
        can.Send(new CanFrame(1, [1, 2, 3]));

        time.AdvanceBy(TimeSpan.FromSeconds(1));

        var change = watch.WaitFor(change => change is { Kind: CanLinkChangeKind.Changed, Link.Name: Name });
        Assert.Equal((1, 3), (change.Link.Statistics.SentFrames, change.Link.Statistics.SentBytes));
        Assert.Equal(change.Link, change.Previous! with { Statistics = change.Link.Statistics });
    }

    [Fact]
    public void Each_subscription_has_a_thread_that_ends_with_it_however_it_ends()
    {
        var first = CanLinks.Watch().Record();
        var second = CanLinks.Watch().Record();
        first.WaitForCount(1);
        second.WaitForCount(1);
        Eventually.True(() => Threads() == 2, "each has a thread"); // others may still be ending

        first.Dispose();
        second.Dispose();
        AssertNothingLeft();
        CanLinks.Watch().Take(1).Record().WaitForEnd();
        AssertNothingLeft();
        CanLinks.Watch().Subscribe(_ => throw new InvalidTimeZoneException("on purpose"));
        AssertNothingLeft();
        Parallel.For(0, 200, _ => CanLinks.Watch(TimeSpan.FromMilliseconds(1)).Subscribe(_ => { }).Dispose());
        AssertNothingLeft();
    }

    private static void Tell(Dictionary<int, CanLink> told, CanLinkChange change)
    {
        lock (told)
        {
            if (change.Kind == CanLinkChangeKind.Removed)
                told.Remove(change.Link.Index);
            else
                told[change.Link.Index] = change.Link;
        }
    }

    private static void AssertAsTheKernelHasThem(Dictionary<int, CanLink> told) => Eventually.True(
        () =>
        {
            lock (told)
                return CanLinks.All().SequenceEqual(told.Values.OrderBy(link => link.Index));
        },
        "the reported interfaces match the actual ones");

    private void AssertNothingLeft()
    {
        Eventually.True(() => Threads() == 0, "no thread is left");
        Eventually.True(() => Descriptors() <= _descriptors, "no descriptor is left");
    }
}
