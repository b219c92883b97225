using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan;
using RxCan.IsoTp;
using RxCan.J1939;
using RxCan.Tests.Bus;

namespace RxCan.Tests;

/// <summary>The code in the READMEs, word for word: <see cref="Every_line_of_README_code_is_compiled_here"/>.</summary>
[Trait("Length", "Long")]
public sealed class ReadmeTests
{
    private readonly ConsoleRecorder Console = new();

    [Theory]
    [InlineData("README.md", "ReadmeTests.cs")]
    [InlineData("src/RxCan/README.md", "ReadmeTests.cs")]
    [InlineData("src/RxCan/Virtual/README.md", "ReadmeTests.cs")]
    [InlineData("src/RxCan/Sending.md", "ReadmeTests.cs")]
    [InlineData("src/RxCan/IsoTp/README.md", "ReadmeTests.cs")]
    [InlineData("src/RxCan/J1939/README.md", "ReadmeTests.cs")]
    [InlineData("src/RxCan/SocketCan/Netlink/README.md", "LinkReadmeTests.cs")]
    public void Every_line_of_README_code_is_compiled_here(string readme, params string[] tests) => ReadmeCode.AssertCompiled(readme, tests);

    [Fact]
    public void The_main_README_works_as_written()
    {
        using ICanBus can = CanBus.Open("virtual:demo");             // in process, on any system; or "can0", "vcan0": an interface of this Linux host

        // An interface is a hot stream, and Rx operators are its filters.
        can.Where(f => f.Id == 0x123 && f.Data is [> 3, ..]).Subscribe(f => Console.WriteLine(f));
        var brake = from f in can where f.Id == 0x1A0 && f.Length > 2 select f.Data[2] * 0.5;

        // A CanFilter is pushed down: the kernel drops all other frames.
        can.Where(CanFilter.Id(0x7E8) | CanFilter.Range(0x700, 0x70F)).Subscribe(f => Console.WriteLine(f));

        using var brakes = brake.Record();
        using var sender = CanBus.Open("virtual:demo");
        foreach (var text in (string[])["123#", "123#03", "123#04", "1A0#", "7E8#01", "70F#02", "710#03", "1A0#000007", "700#"])
            sender.Send(CanFrame.Parse(text));
        Assert.Equal(["123#04", "7E8#01", "70F#02", "700#"], Console.WaitForLines(4));
        Assert.Equal([3.5], brakes.WaitForCount(1).Values);
    }

    [Fact]
    public void The_protocols_in_the_main_README_work_as_written()
    {
        using var can = CanBus.Open("virtual:protocols");
        using var peer = CanBus.Open("virtual:protocols");
        using var seen = peer.Record();
        using var server = peer.OpenIsoTp(tx: 0x7E8, rx: 0x7E0);
        using var answers = server.Subscribe(request => server.Send([0x62, .. request.AsSpan(1), 0x2A]));

        // A cyclic (BCM) job is a subscription. Disposing it is TX_DELETE.
        IDisposable heartbeat = can.SendCyclic(new CanFrame(0x701, [0x05]), TimeSpan.FromMilliseconds(100)).Subscribe();
        IDisposable counter = Observable.Interval(TimeSpan.FromMilliseconds(50))
            .Select(i => new CanFrame(0x1F0, [(byte)i]))
            .SendCyclic(can, TimeSpan.FromMilliseconds(10)).Subscribe(); // each value updates the job in place

        // The broadcast manager watches content and presence for you.
        can.Changes(CanFilter.Id(0x123), mask: [0xFF, 0x00, 0xF0]).Subscribe(f => Console.WriteLine($"changed: {f}"));
        can.Presence(0x702, TimeSpan.FromMilliseconds(500)).Where(p => !p.IsPresent).Subscribe(_ => Console.WriteLine("node 2 is gone"));

        // ISO-TP: a request is an observable of its responses.
        using IIsoTpSession ecu = can.OpenIsoTp(tx: 0x7E0, rx: 0x7E8);
        ecu.Request([0x22, 0xF1, 0x90]).Timeout(TimeSpan.FromSeconds(1)).Subscribe(r => Console.WriteLine(Convert.ToHexString(r)), e => { });

        seen.WaitFor(f => f.ToString() == "1F0#00");
        seen.WaitFor(f => f.ToString() == "1F0#02");
        seen.WaitFor(f => f.ToString() == "701#05");
        foreach (var text in (string[])["123#010000", "123#01FF00", "123#02FF00"])
            peer.Send(CanFrame.Parse(text));
        Console.WaitForLines(4);
        Assert.Equal(["62F1902A", "changed: 123#010000", "changed: 123#02FF00", "node 2 is gone"], Console.Lines.Order(StringComparer.Ordinal));
        heartbeat.Dispose();
        counter.Dispose();
    }

    [Fact]
    public void A_node_that_stops_is_missed_after_half_a_second()
    {
        var time = new HistoricalScheduler();
        var bus = new VirtualCanBus(time);
        using ICanBus monitor = bus.Connect(), node = bus.Connect();
        var missed = new List<TimeSpan>();
        var start = time.Now;
        using var watch = monitor.Presence(0x701, TimeSpan.FromMilliseconds(500)).Where(p => !p.IsPresent).Subscribe(_ => missed.Add(time.Now - start));

        using (node.SendCyclic(new CanFrame(0x701, [0x05]), TimeSpan.FromMilliseconds(100)).Subscribe())
            time.AdvanceBy(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(50));
        time.AdvanceBy(TimeSpan.FromMinutes(1));

        Assert.Equal([TimeSpan.FromSeconds(300.4)], missed);     // half a second after the last frame, at 299.9 s
    }

    [Fact]
    public void The_virtual_bus_page_works_as_written()
    {
        var time = new HistoricalScheduler();                        // or a TestScheduler; without one, the bus runs in real time
        var bus = new VirtualCanBus(bitrate: 500_000, dataBitrate: 2_000_000, scheduler: time);
        ICanBus engine = bus.Connect(), brake = bus.Connect(), tester = bus.Connect();

        tester.Subscribe(f => Console.WriteLine($"{f.Timestamp.Ticks / 10.0} us: {f}"));
        tester.BusLoad(500_000, TimeSpan.FromSeconds(1), dataBitrate: 2_000_000).Subscribe(l => Console.WriteLine($"{l.Load:P1} of the second"));
        engine.Send(new CanFrame(0x200, [1, 2, 3, 4]));              // both start at once:
        brake.Send(new CanFrame(0x100, [5]));                        // the lower identifier goes first, the other one waits
        time.AdvanceBy(TimeSpan.FromSeconds(1));

        var lines = Console.WaitForLines(3);
        int first = CanFrameBits.Of(new CanFrame(0x100, [5])).Total, second = CanFrameBits.Of(new CanFrame(0x200, [1, 2, 3, 4])).Total;
        Assert.Equal([$"{(first - 3) * 2} us: 100#05", $"{(first + second - 3) * 2} us: 200#01020304"], lines.Take(2));
        Assert.Equal($"{(first + second) / 500_000.0:P1} of the second", lines[2]);

        var bad = new VirtualCanBus(bitrate: 500_000, scheduler: time)
        {
            Faults = new() { Seed = 7, Loss = 0.01, Errors = 0.02, Duplicates = 0.001, MaxDelay = TimeSpan.FromMilliseconds(5) },
        };
        Assert.Equal(7, bad.Faults.Seed);
    }

    [Fact]
    public async Task The_package_page_works_as_written()
    {
        using var other = CanBus.Open("virtual:bench");
        using var sent = other.Record();
        using var can = CanBus.Open("virtual:bench");                // or "can0", "vcan0"; "any" receives from all interfaces

        // Receive. The kernel drops all other frames.
        can.Where(CanFilter.Id(0x1A0)).Select(f => f.Data[2] * 0.5).Subscribe(force => Console.WriteLine($"brake {force} kN"));
        can.Where(CanFilter.Parse("7E8:7FF,100-1FF")).Subscribe(f => Console.WriteLine(f));

        // Send.
        can.Send(new CanFrame(0x123, [0xDE, 0xAD]));                 // throws CanQueueFullException when the transmit queue is full
        await can.SendAsync(CanFrame.Fd(0x123, new byte[48]));       // waits for room; takes a time-out and a CancellationToken
        can.Send(CanFrame.Parse("1F334455#11.22.33"));               // 8 digits: extended; 123#R: remote; 123##1AABB: CAN FD with BRS

        Assert.Equal(["123#DEAD", "123##0" + new string('0', 96), "1F334455#112233"], sent.WaitForCount(3).Values.Select(f => f.ToString()));
        foreach (var text in (string[])["1A0#000007", "200#", "7E8#01", "1FF#02"])
            other.Send(CanFrame.Parse(text));
        Assert.Equal(["1A0#000007", "1FF#02", "7E8#01", $"brake {3.5} kN"], Console.WaitForLines(4).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_sending_page_works_as_written()
    {
        using ICanBus can = CanBus.Open("virtual:sending"), peer = CanBus.Open("virtual:sending");
        using var sent = peer.Record();
        using var frames = new Subject<CanFrame>();
        using var speeds = new BehaviorSubject<byte>(50);
        var frame = new CanFrame(0x123, [1]);

        can.Send(frame);                                             // at once, or an exception that says why not
        if (!can.TrySend(frame, out var reason))                     // the same without the exception
            Console.WriteLine(reason.Message);
        await can.SendAsync(frame, TimeSpan.FromSeconds(1));         // waits for room, here for a second; without a time, forever

        using var forwarding = frames
            .SendTo(can, new() { Capacity = 10, Policy = OverflowPolicy.DropOldest, MaxAge = TimeSpan.FromMilliseconds(50) })
            .Subscribe(unsent => Console.WriteLine($"{unsent.Frame}: {unsent.Reason.Message}"));
        frames.OnNext(new CanFrame(0x124, [2]));
        using var job = speeds.Select(kmh => new CanFrame(0x320, [kmh])).SendCyclic(can, TimeSpan.FromMilliseconds(100)).Subscribe();

        Assert.Equal(["123#01", "123#01", "123#01", "124#02", "320#32"], sent.WaitForCount(5).Values.Take(5).Select(f => f.ToString()));
        Assert.Empty(Console.Lines);
    }

    [Fact]
    public async Task The_ISO_TP_page_works_as_written()
    {
        using var can = CanBus.Open("virtual:isotppage");
        using var motor = CanBus.Open("virtual:isotppage");
        using var controller = motor.OpenIsoTp(tx: 0x7E8, rx: 0x7E0);
        using var received = controller.Record();
        using var answers = controller.Where(m => m[0] == 0x22).Subscribe(_ =>
        {
            controller.Send([0x62, 0xF1, 0x90, 0x2A]);
        });
        using var obd = motor.OpenIsoTp(tx: 0x7E9, rx: 0x7DF);
        using var names = obd.Subscribe(_ => obd.Send([0x49, 0x02, 0x01]));
        var (bar, firmware) = (new Bar(), new byte[4000]);

        using IIsoTpSession ecu = can.OpenIsoTp(tx: 0x7E0, rx: 0x7E8, new() { Padding = 0xCC, Requests = new() { P2 = TimeSpan.FromSeconds(2) } });

        ecu.Request([0x22, 0xF1, 0x90]).Subscribe(r => Console.WriteLine(Convert.ToHexString(r)));
        ecu.Progress.Where(p => p.IsSending).Subscribe(p => bar.Value = p.Fraction);
        await ecu.SendAsync(firmware);

        using IIsoTpSession all = can.OpenIsoTp(IsoTpAddress.FunctionalObd);
        all.RequestMessages([0x09, 0x02], new() { Gather = TimeSpan.FromMilliseconds(100) })
           .Subscribe(m => Console.WriteLine($"{m.Peer}: {Convert.ToHexString(m.Data)}"));

        for (var tries = 0; tries < 30 && !SpinWait.SpinUntil(() => Console.Lines.Count > 1, TimeSpan.FromSeconds(2)); tries++)
        {
            // A machine that stalls for longer than Gather misses the answer.
            all.RequestMessages([0x09, 0x02], new() { Gather = TimeSpan.FromSeconds(1) })
                .Subscribe(m => Console.WriteLine($"{m.Peer}: {Convert.ToHexString(m.Data)}"));
        }

        Assert.Equal(["62F1902A", "7E1 -> 7E9: 490201"], Console.Lines.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(1, bar.Value);
        received.WaitFor(m => m.Length == 4000);
    }

    [Fact]
    public async Task The_J1939_page_works_as_written()
    {
        using var can = CanBus.Open("virtual:j1939page");
        using var can2 = CanBus.Open("virtual:j1939page");
        using var motor = CanBus.Open("virtual:j1939page");
        byte[] troubleCodes = [0x04, 0xFF, 1, 2, 3, 4, 5, 6, 7, 8], firmware = new byte[2000], softwareVersion = [1, .. "2.7*"u8];
        using var engine = motor.OpenJ1939(address: 0x00);
        using var hours = engine.AnswerRequest(0xFEE5, _ => new byte[] { 1, 0, 0, 0 }).Subscribe();
        using var received = engine.Record();

        using IJ1939Node tool = can.OpenJ1939(address: 0xF9);

        tool.Where(J1939Filter.Pgn(0xF004)).Subscribe(m => Console.WriteLine($"{m.Source:X2}: {(m.Data.Span[3] | m.Data.Span[4] << 8) * 0.125} rpm"));
        tool.Request(0xFEE5, destination: 0x00).Subscribe(m => Console.WriteLine($"engine hours: {Convert.ToHexString(m.Data.Span)}"));
        tool.Send(0xFECA, troubleCodes);                             // above 8 bytes: BAM to all, a packet every 50 ms
        await tool.SendAsync(0xEF00, firmware, destination: 0x00);   // RTS/CTS to one, ETP above 1785 bytes; ends when it is acknowledged

        // An ECU: it claims an address for its NAME, defends it, and moves to another if it loses it and is allowed to.
        var name = new J1939Name { ManufacturerCode = 0x7FF, Function = 129, IdentityNumber = 42, IsArbitraryAddressCapable = true };
        using IJ1939Node ecu = can2.OpenJ1939(name);
        ecu.ClaimAddress(preferred: 0x80).Subscribe(c => Console.WriteLine($"{c.State} {c.Address:X2}"));
        ecu.AnswerRequest(0xFEDA, request => softwareVersion).Subscribe();

        engine.Send(0xF004, [0xFF, 0xFF, 0xFF, 0x20, 0x1C, 0xFF, 0xFF, 0xFF], priority: 3);
        Assert.Equal(["00: 900 rpm", "Claimed 80", "Claiming 80", "engine hours: 01000000"], Console.WaitForLines(4).Order(StringComparer.Ordinal));
        Assert.Equal(softwareVersion, (await engine.Request(0xFEDA, 0x80, TimeSpan.FromSeconds(20))).Data.ToArray());
        Assert.Equal(troubleCodes, received.WaitFor(m => m.Pgn == 0xFECA).Data.ToArray());
        Assert.Equal(2000, received.WaitFor(m => m.Pgn == 0xEF00).Data.Length);
    }

    [Fact]
    public void Trouble_is_reported_and_survived()
    {
        var bus = new VirtualCanBus();
        using var can = bus.Connect();

        can.Events.Subscribe(happened => Console.WriteLine(happened switch
        {
            CanLinkDown => "the link is down; frames flow again when it is up",
            CanStateChanged { State: CanState.BusOff } => "the controller is bus-off",
            CanErrorReported { Error: var error } => $"error frame: {error}",
            CanFramesDropped { Count: var count } => $"{count} frames did not fit the receive buffer",
            _ => happened.ToString(),
        }));

        // Only the removal of the interface ends the stream. Reconnect subscribes again when the adapter is back.
        can.Reconnect().Subscribe(f => Console.WriteLine($"still here: {f}"));

        bus.LinkDown();
        bus.LinkUp();
        using (var sender = bus.Connect())
            sender.Send(CanFrame.Error(new() { Class = CanErrorClass.BusOff }));
        Console.WaitForLines(4);
        bus.Remove();
        bus.LinkUp();
        using (var sender = bus.Connect())
        {
            do
                sender.Send(new CanFrame(0x123, [1]));
            while (!Console.Lines.Contains("still here: 123#01"));
        }

        Assert.Equal("the link is down; frames flow again when it is up", Console.Lines[0]);
        Assert.Contains("error frame: bus-off", Console.Lines);
        Assert.Contains("the controller is bus-off", Console.Lines);
    }

    private sealed class Bar
    {
        public double Value { get; set; }
    }
}
