using System.Diagnostics.CodeAnalysis;
using System.Reactive.Linq;
using RxCan.J1939;
using RxCan.Tests.Bus;
using static RxCan.Tests.Bus.Pattern;

namespace RxCan.Tests.J1939;

/// <summary>What the portable engine does to the exact tick, and what cannot be tested with the kernel's.</summary>
[Trait("Length", "Long")]
public sealed class PortableJ1939NodeTests : IDisposable
{
    private readonly VirtualJ1939Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(50)]
    [InlineData(200)]
    public void The_packets_of_a_message_to_all_keep_their_spacing_to_the_tick(int ms)
    {
        using var node = _bench.First.OpenJ1939(0x80, new() { BamSpacing = Ms(ms) });
        var frames = _bench.Record(_bench.Wire);
        node.Send(0xFECA, P(70));
        _bench.Pass(Ms(3000));
        var times = frames.Values.Select(f => f.Timestamp).ToArray();
        Assert.Equal(11, times.Length);
        Assert.All(times.Zip(times[1..], (a, b) => b - a), gap => Assert.Equal(Ms(ms), gap));
    }

    [Fact]
    public void The_packets_of_a_message_to_all_keep_their_spacing_on_the_wire_behind_other_frames()
    {
        var clock = new System.Reactive.Concurrency.HistoricalScheduler(DateTimeOffset.UnixEpoch);
        var wire = new VirtualCanBus(bitrate: 125_000, transmitQueueLength: 1000, scheduler: clock);
        using var bus = wire.Connect();
        using var other = wire.Connect();
        using var node = bus.OpenJ1939(0x80);
        var frames = new List<CanFrame>();
        using var heard = other.Where(CanFilter.Range(CanId.Extended(0), CanId.Extended(0x1FFF_FFFF))).Subscribe(frames.Add);
        for (var i = 0; i < 200; i++)
            bus.Send(new CanFrame(0x100, P(8)));
        node.Send(0xFECA, P(70));
        clock.AdvanceBy(Ms(3000));
        Assert.Equal(11, frames.Count);
        Assert.All(frames.Zip(frames[1..]), pair => Assert.True(Wire.Gap(pair.First, pair.Second, 125_000) >= Ms(50)));
    }

    [Fact]
    public void A_message_of_14286_frames_passes_a_queue_of_10()
    {
        using var queued = new QueuedBus(_bench.First, capacity: 10, Ms(0.25));
        using var peer = _bench.Second.OpenJ1939(0x90);
        using var node = queued.OpenJ1939(0x80);
        var received = _bench.Record(peer);
        var sending = node.SendAsync(0xEF00, P(100_000), 0x90);
        _bench.Until(() => received.Count == 1 && sending.IsCompleted);
        Assert.Equal(P(100_000), received.Values[0].Data.ToArray());
        Assert.True(sending.IsCompletedSuccessfully);
        Assert.True(queued.Waits > 10_000);
    }

    [Fact]
    public void The_sender_waits_for_a_slow_receiver()
    {
        using var peer = _bench.Second.OpenJ1939(0x90, new() { Holds = 3, CtsPackets = 4 });
        using var node = _bench.First.OpenJ1939(0x80);
        var received = _bench.Record(peer);
        var sending = node.SendAsync(0xEF00, P(56), 0x90); // 8 packets in two rounds
        _bench.Until(() => received.Count == 1 && sending.IsCompleted);
        Assert.True(sending.IsCompletedSuccessfully);
        Assert.Equal(Ms(2 * 3 * 500), _bench.Now - DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public void A_message_longer_than_the_receiver_allows_is_refused_for_lack_of_resources()
    {
        using var peer = _bench.Second.OpenJ1939(0x90, new() { MaxLength = 2000 });
        using var node = _bench.First.OpenJ1939(0x80);
        _bench.Record(peer);
        var sending = node.SendAsync(0xEF00, P(2001), 0x90);
        _bench.Until(() => sending.IsCompleted);
        Assert.Equal(J1939AbortReason.Resources, Assert.IsType<J1939AbortException>(sending.Exception!.InnerException).Reason);
    }

    [Fact]
    public void Nothing_is_lost_or_duplicated_while_subscriptions_change()
    {
        using var peer = _bench.Second.OpenJ1939(0x90);
        using var node = _bench.First.OpenJ1939(0x80);
        var others = new Queue<IDisposable>();
        var received = _bench.Record(peer.Where(J1939Filter.Pgn(0xFEF1)).Do(m =>
        {
            others.Enqueue(peer.Where(J1939Filter.Pgn(0xFE00 + m.Data.Span[0])).Subscribe());
            if (others.Count > 3)
                others.Dequeue().Dispose();
        }));
        for (var i = 0; i < 256; i++)
        {
            node.Send(0xFEF1, [(byte)i]);
            node.Send(0xFEF1, [(byte)i]);
            if (i % 3 == 0)
                _bench.Pass(Ms(1));
        }

        _bench.Pass(Ms(10));
        Assert.Equal(Enumerable.Range(0, 256).SelectMany(i => (int[])[i, i]), received.Values.Select(m => (int)m.Data.Span[0]));
    }

    [Fact]
    public void Messages_that_nobody_asks_for_do_not_reach_the_node()
    {
        var queued = new CountingBus(_bench.Second);
        using var peer = queued.OpenJ1939(0x90);
        var received = _bench.Record(peer.Where(J1939Filter.Pgn(0xFEF1)));
        using var node = _bench.First.OpenJ1939(0x80);
        foreach (var pgn in (int[])[0xFEF1, 0xFEF2, 0xFEF3, 0xEF00])
            node.Send(pgn, [1], 0x91);
        _bench.Pass(Ms(10));
        Assert.Equal((1, 1), (received.Count, queued.Frames));
    }

    [Fact]
    public void The_streams_fail_when_the_interface_is_removed_and_restart_when_it_returns()
    {
        using var node = _bench.First.OpenJ1939(new J1939Name(1));
        var (received, claim) = (_bench.Record(node), _bench.Record(node.ClaimAddress(0x80)));
        _bench.Pass(Ms(300));
        _bench.Bus.Remove();
        _bench.Until(() => received.HasEnded && claim.HasEnded);
        Assert.IsType<CanInterfaceNotFoundException>(received.Error);
        Assert.IsType<CanInterfaceNotFoundException>(claim.Error);
        Assert.Equal(J1939Address.Null, node.Address);
        var none = _bench.Record(node);
        Assert.False(none.HasEnded); // not within Subscribe
        _bench.Pass(Ms(1));
        Assert.IsType<CanInterfaceNotFoundException>(none.Error);

        _bench.Bus.LinkUp();
        var again = _bench.Record(node);
        claim = _bench.Record(node.ClaimAddress(0x80));
        _bench.Pass(Ms(300));
        using var peer = _bench.Second.OpenJ1939(0x90);
        peer.Send(0xEF00, P(20), 0x80);
        _bench.Until(() => again.Count == 1);
        Assert.Equal(0x80, node.Address);
    }

    [Fact]
    public void A_disposed_node_gives_its_address_back_and_completes_its_claim()
    {
        var node = _bench.First.OpenJ1939(new J1939Name(1));
        var claim = _bench.Record(node.ClaimAddress(0x80));
        _bench.Pass(Ms(300));
        var claims = _bench.Record(_bench.Wire);
        node.Dispose();
        Assert.False(claim.HasEnded); // not within Dispose
        _bench.Pass(Ms(1));
        Assert.True(claim.IsCompleted);
        Assert.Equal(["18EEFFFE#0100000000000000"], claims.Values.Select(f => f.ToString()));
    }

    [Fact]
    public void An_idle_node_keeps_no_timer()
    {
        using var node = _bench.First.OpenJ1939(0x80);
        using var peer = _bench.Second.OpenJ1939(0x90);
        var received = _bench.Record(peer);
        node.Send(0xEF00, P(100), 0x90);
        _bench.Until(() => received.Count == 1);
        _bench.Pass(Ms(10));
        var at = _bench.Clock.Now;
        _bench.Clock.Start(); // until nothing more is scheduled
        Assert.Equal(at, _bench.Clock.Now);
    }

    [Fact]
    public void Whoever_waits_for_an_engine_that_never_answers_waits_no_longer_than_a_minute()
    {
        using var bus = new SilentBus(_bench.First);
        using var node = bus.OpenJ1939(new J1939Name(1));
        var claim = _bench.Record(node.ClaimAddress(0x80));
        _bench.Pass(Ms(61_000));
        Assert.IsType<TimeoutException>(claim.Error);
        Assert.Equal([J1939ClaimState.Claiming], claim.Values.Select(c => c.State));

        using var tool = bus.OpenJ1939(0x80);
        var errors = _bench.Record(tool.Errors);
        J1939Recorders request = new(_bench.Record(tool.Request(0xFEDA, 0x90)), _bench.Record(tool.Request(0xFEDB)));
        Task[] sent = [tool.SendAsync(0xEF00, P(20), 0x90), tool.SendAsync(0xEF00, P(2000), 0x91), tool.SendAsync(0xFECA, P(20))];
        var single = tool.SendAsync(0xEF00, [1], 0x90); // behind the requests
        tool.Send(0xFECA, P(9));
        _bench.Pass(Ms(61_000));
        Assert.All(sent, task => Assert.IsType<TimeoutException>(task.Exception?.InnerException));
        Assert.IsType<TimeoutException>(request.First.Error);
        _bench.Pass(Ms(180_000));
        Assert.IsType<TimeoutException>(request.Second.Error);
        Assert.IsType<TimeoutException>(single.Exception?.InnerException);
        Assert.IsType<TimeoutException>(Assert.Single(errors.Values));
    }

    [Theory]
    [InlineData(0x90)]
    [InlineData(0xFF)]
    public void A_response_that_begins_and_never_ends_does_not_keep_its_request_waiting(byte destination)
    {
        using var bus = new SilentBus(_bench.First) { Accepts = true };
        using var node = bus.OpenJ1939(0x80);
        var request = _bench.Record(node.Request(0xFEDA, destination));
        bus.Sink!.Started(0xFEDA, 0x90, 20);
        bus.Sink.Flush();
        _bench.Pass(Ms(7000));
        Assert.False(request.HasEnded); // 20 bytes may take 6 s
        _bench.Pass(Ms(500));
        Assert.True(request.HasEnded);
        Assert.Equal(destination != 0xFF, request.Error is TimeoutException);
    }

    [Fact]
    public void A_slow_receiver_does_not_look_like_a_dead_engine()
    {
        using var peer = _bench.Second.OpenJ1939(0x90, new() { Holds = 200, CtsPackets = 1 });
        using var node = _bench.First.OpenJ1939(0x80);
        var received = _bench.Record(peer);
        Task[] sent = [node.SendAsync(0xEF00, P(14), 0x90), node.SendAsync(0xEF00, P(9), 0x90)];
        for (var s = 0; s < 450; s++)
            _bench.Pass(Ms(1000));
        Assert.Equal(2, received.Count); // 100 s for each of four packets
        Assert.All(sent, task => Assert.True(task.IsCompletedSuccessfully));
    }

    [Fact]
    public void The_text_of_a_message_shows_its_header_and_first_bytes() => Assert.Equal(
        "0FECA 80->FF !6 [20] 000102030405060708090A0B0C0D0E0F...",
        $"{new J1939Message { Pgn = 0xFECA, Data = P(20), Source = 0x80 }}");

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    private sealed record J1939Recorders(Recorder<J1939Message> First, Recorder<J1939Message> Second);

    /// <summary>A bus whose J1939 engine never answers, or only reports that messages are sent.</summary>
    private sealed class SilentBus(ICanBus bus) : CountingBus(bus), IJ1939EngineProvider, IJ1939Engine
    {
        public bool Accepts { get; init; }

        public IJ1939Sink? Sink { get; private set; }

        public bool TryOpenJ1939(
            J1939Name? name, J1939Options options, [NotNullWhen(true)] out IJ1939Engine? engine, [NotNullWhen(false)] out string? reason)
        {
            (engine, reason) = (this, null);
            return true;
        }

        public void Start(IJ1939Sink sink) => Sink = sink;

        public void SetAddress(byte address)
        {
        }

        public void SetFilter(IReadOnlyList<J1939Filter.Term> wanted)
        {
        }

        public void Forget(J1939Transfer transfer)
        {
        }

        public void Send(J1939Transfer transfer)
        {
            if (Accepts)
                Sink!.Sent(transfer, null);
        }
    }

    /// <summary>Counts the frames that a bus delivers.</summary>
    private class CountingBus(ICanBus bus) : ICanBus
    {
        public int Frames { get; private set; }

        public string Name => bus.Name;

        public CanBusOptions Options => bus.Options;

        public System.Reactive.Concurrency.IScheduler Scheduler => bus.Scheduler;

        public CanBusState State => bus.State;

        public IObservable<CanBusEvent> Events => bus.Events;

        public IObservable<CanFrame> Where(CanFilter filter) => bus.Where(filter).Do(_ => Frames++);

        public IDisposable Subscribe(IObserver<CanFrame> observer) => bus.Subscribe(observer);

        public void Send(in CanFrame frame) => bus.Send(frame);

        public ValueTask SendAsync(
            CanFrame frame, TimeSpan? timeout = null, System.Reactive.Concurrency.IScheduler? scheduler = null, CancellationToken cancellationToken = default) =>
            bus.SendAsync(frame, timeout, scheduler, cancellationToken);

        public void Dispose()
        {
        }
    }
}
