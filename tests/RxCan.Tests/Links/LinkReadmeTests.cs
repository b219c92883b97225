using System.Reactive.Linq;
using RxCan;
using RxCan.Links;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Links;

/// <summary>The code on the page about interfaces, word for word: <see cref="ReadmeTests"/> compares it.</summary>
[Collection(nameof(Alone))]
public sealed class LinkReadmeTests
{
    private readonly ConsoleRecorder Console = new();

    public LinkReadmeTests()
    {
        Kernel.Require();
        if (!Kernel.HasControllers)
            Assert.Skip("needs two controllers on one wire, can0 and can1: run tests/guest");
    }

    [Fact]
    public void Interfaces_are_listed_configured_created_and_deleted()
    {
        // All CAN interfaces: name, kind, up, state, bit timing, modes, error counters, statistics.
        foreach (CanLink link in CanLinks.All())
            Console.WriteLine(link);                                 // can0 can up ErrorActive 500000 bit/s 87.5 %

        Assert.Contains("can0 can up ErrorActive 500000 bit/s 87.5 %", Console.Lines);
        VcanTestBus.Ip("link set can0 down");
        VcanTestBus.Ip("link set can0 type can bitrate 250000");

        // Bit rate and modes; the kernel computes the timing. Only differences are changed, so this may run at every start.
        CanLinks.Configure("can0", new() { Bitrate = 500_000, RestartDelay = TimeSpan.Zero, IsUp = true });

        Assert.Equal((500_000, true), (CanLinks.Get("can0").Controller?.BitTiming?.Bitrate, CanLinks.Get("can0").IsUp));

        // Virtual interfaces come and go.
        CanLinks.CreateVcan("vcan7", new() { IsUp = true });
        Assert.Contains(CanLinks.All(), link => link.Name == "vcan7");
        CanLinks.Delete("vcan7");
        Assert.DoesNotContain(CanLinks.All(), link => link.Name == "vcan7");
    }

    [Fact]
    public void Interfaces_are_watched()
    {
        using var reported =

            // First the existing interfaces, then each that is added, changed or removed, when the kernel reports it.
            CanLinks.Watch().Subscribe(change => Console.WriteLine(change));  // Added vcan7 vcan up fd
        using var polled =

            // The kernel does not report statistics and error counters: poll for them.
            CanLinks.Watch(poll: TimeSpan.FromSeconds(1))
                .Where(change => change.Link.Name == "can0")
                .Select(change => change.Link.Controller?.ErrorCounters)
                .DistinctUntilChanged()
                .Subscribe(counters => Console.WriteLine(counters));
        CanLinks.CreateVcan("vcan7", new() { IsUp = true });
        CanLinks.Delete("vcan7");

        WaitForLine("Added vcan7 vcan up fd");
        WaitForLine("Removed vcan7 vcan down fd");
        WaitForLine("CanErrorCounters { Transmit = 0, Receive = 0 }");
    }

    [Fact]
    public void A_bus_recovers()
    {
        using var can = CanBus.Open("can0");
        using var peer = CanBus.Open("can1");
        VcanTestBus.Ip("link set can0 down");
        using var restarting =

            // Restarts the controller when it is bus-off: after 100 ms, then after longer and longer delays if it goes bus-off again.
            can.RestartOnBusOff().Subscribe(restart => Console.WriteLine(restart));
        using var watch =

            // An adapter that is plugged in again comes back down and without a bit rate: set it up when it is added, and frames continue.
            CanLinks.Watch()
                .Where(change => change.Kind == CanLinkChangeKind.Added && change.Link.Name == "can0")
                .Subscribe(_ => CanLinks.Configure("can0", new() { Bitrate = 500_000, IsUp = true }));
        using var frames =
            can.Reconnect().Subscribe(frame => Console.WriteLine(frame));
        Eventually.True(() => CanLinks.Get("can0").IsRunning, "it is set up");
        peer.Send(new CanFrame(0x123, [7]));

        WaitForLine("123#07");
    }

    private void WaitForLine(string line) => Eventually.True(() => Console.Lines.Contains(line), $"'{line}' is printed");
}
