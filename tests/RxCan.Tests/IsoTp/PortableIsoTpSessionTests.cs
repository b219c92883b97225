using System.Diagnostics.CodeAnalysis;
using System.Reactive.Linq;
using RxCan.Bus;
using RxCan.IsoTp;
using RxCan.Tests.Bus;
using static RxCan.Tests.Bus.Pattern;

namespace RxCan.Tests.IsoTp;

/// <summary>What the portable engine does to the exact tick, and what cannot be tested with the kernel's.</summary>
[Trait("Length", "Long")]
public sealed class PortableIsoTpSessionTests : IDisposable
{
    private readonly VirtualIsoTpBench _bench = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    private IIsoTpSession Open(IsoTpOptions? options = null) => _bench.Tester.OpenIsoTp(0x7E0, 0x7E8, options);

    private IIsoTpSession OpenEcu(IsoTpOptions? options = null) => _bench.Ecu.OpenIsoTp(0x7E8, 0x7E0, options);

    [Theory]
    [InlineData(100)]
    [InlineData(900)]
    [InlineData(5000)]
    [InlineData(127_000)]
    public void Consecutive_frames_keep_STmin_to_the_tick(int microseconds)
    {
        var separation = TimeSpan.FromMicroseconds(microseconds);
        using var ecu = OpenEcu(new() { STmin = separation });
        var frames = _bench.Record(_bench.Ecu.Where(CanFilter.Id(0x7E0)));
        using var session = Open();
        session.Send(P(40));
        _bench.Pass(Ms(1000));
        var times = frames.Values[1..].Select(f => f.Timestamp).ToArray();
        Assert.Equal(5, times.Length);
        Assert.All(times.Zip(times[1..], (a, b) => b - a), gap => Assert.Equal(separation, gap));
    }

    [Theory]
    [InlineData(false, 500)]
    [InlineData(true, 400)]
    public void A_message_of_586_frames_passes_a_queue_of_10(bool takesSeveral, int waits)
    {
        using var queued = new QueuedBus(_bench.Tester, capacity: 10, Ms(0.25), takesSeveral);
        using var ecu = OpenEcu();
        using var session = queued.OpenIsoTp(0x7E0, 0x7E8);
        var received = _bench.Record(ecu);
        var sending = session.SendAsync(P(4095), Stop);
        _bench.Until(() => received.Count == 1 && sending.IsCompleted);
        Assert.Equal(P(4095), received.Values[0]);
        Assert.True(sending.IsCompletedSuccessfully);
        Assert.True(queued.Waits > waits);
        Assert.Equal(takesSeveral ? 10 : 0, queued.Together);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(50)]
    [InlineData(1000)]
    public void A_bus_that_accepts_batches_gets_every_message_whole_block_by_block(int capacity)
    {
        using var queued = new QueuedBus(_bench.Tester, capacity, Ms(0.25), takesSeveral: true);
        using var ecu = _bench.Ecu.OpenIsoTp(0x7E8, 0x7E0, new() { BlockSize = 40 });
        using var session = queued.OpenIsoTp(0x7E0, 0x7E8);
        var received = _bench.Record(ecu);
        foreach (var length in (int[])[7, 8, 14, 6 + (7 * 32), 6 + (7 * 33), 6 + (7 * 40), 6 + (7 * 41), 4095])
        {
            var sending = session.SendAsync(P(length), Stop);
            _bench.Until(() => sending.IsCompleted && received.Values.Any(m => m.Length == length));
            Assert.Equal(P(length), received.Values[^1]);
        }

        Assert.Equal(Math.Min(capacity, 32), queued.Together);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    public void A_message_stopped_within_a_batch_makes_room_for_the_next(int after)
    {
        using var queued = new QueuedBus(_bench.Tester, capacity: 5, Ms(0.25), takesSeveral: true);
        using var ecu = OpenEcu();
        using var session = queued.OpenIsoTp(0x7E0, 0x7E8);
        var received = _bench.Record(ecu);
        var sent = _bench.Record(_bench.Ecu.Where(CanFilter.Id(0x7E0)));
        using var cancel = new CancellationTokenSource();
        var stopped = session.SendAsync(P(4000), cancel.Token);
        _bench.Until(() => sent.Count >= after);
        cancel.Cancel();
        var next = session.SendAsync(P(30), Stop);
        _bench.Until(() => next.IsCompleted && received.Count == 1);
        Assert.True(stopped.IsCanceled && next.IsCompletedSuccessfully);
        Assert.Equal([P(30)], received.Values);
        Assert.InRange(sent.Count, after, after + 20);
    }

    [Fact]
    public void A_queue_that_never_has_room_causes_N_TIMEOUT_A_for_sender_and_receiver()
    {
        using var stuck = new QueuedBus(_bench.Tester, capacity: 1, frameTime: null);
        using var session = stuck.OpenIsoTp(0x7E0, 0x7E8, new() { NAs = Ms(300), NAr = Ms(200) });
        var errors = _bench.Record(session.Errors);
        session.Send([1]);
        var second = session.SendAsync([2], Stop);
        _bench.Pass(Ms(299));
        Assert.False(second.IsCompleted);
        _bench.Pass(Ms(1));
        Assert.Equal(IsoTpResult.N_TIMEOUT_A, Assert.IsType<IsoTpException>(second.Exception!.InnerException).Result);

        _bench.Ecu.Send(new CanFrame(0x7E8, Bytes("100A000102030405")));
        _bench.Pass(Ms(201));
        Assert.Equal(IsoTpResult.N_TIMEOUT_A, Assert.IsType<IsoTpException>(Assert.Single(errors.Values)).Result);
    }

    [Fact]
    public void A_flood_of_waits_causes_N_WFT_OVRN_and_the_session_continues()
    {
        using var script = _bench.Ecu.Where(CanFilter.Id(0x7E0)).Subscribe(frame =>
        {
            if (frame.Data[0] == 0x10)
                Observable.Interval(Ms(10), _bench.Clock).Take(50).Subscribe(_ => _bench.Ecu.Send(new CanFrame(0x7E8, Bytes("310000"))));
            else
                _bench.Ecu.Send(new CanFrame(0x7E8, Bytes("0199")));
        });
        using var session = Open(new() { WaitLimit = 7 });
        var begun = _bench.Now;
        var request = _bench.Record(session.Request(P(20)));
        _bench.Until(() => request.HasEnded);
        Assert.Equal(IsoTpResult.N_WFT_OVRN, Assert.IsType<IsoTpException>(request.Error).Result);
        Assert.Equal(Ms(80), request.EndedAt - begun);
        var next = _bench.Record(session.Request([1]));
        _bench.Until(() => next.HasEnded);
        Assert.Equal([[0x99]], next.Values);
    }

    [Fact]
    public void The_sender_waits_when_the_receiver_asks_it_to()
    {
        using var ecu = OpenEcu(new() { WaitFrames = 3, NBr = Ms(700), BlockSize = 2 });
        using var session = Open();
        var received = _bench.Record(ecu);
        var sending = session.SendAsync(P(30), Stop);
        _bench.Until(() => received.Count == 1);
        Assert.Equal(P(30), received.Values[0]);
        Assert.Equal(Ms(2 * 4 * 700), _bench.Now - DateTimeOffset.UnixEpoch);
        Assert.True(sending.IsCompletedSuccessfully);
    }

    [Fact]
    public void Progress_reports_the_bytes_of_each_frame_both_ways()
    {
        using var ecu = OpenEcu();
        using var session = Open();
        var sent = _bench.Record(session.Progress);
        var received = _bench.Record(ecu.Progress);
        session.Send(P(20));
        _bench.Pass(Ms(1));
        Assert.Equal([new(true, 6, 20), new(true, 13, 20), new(true, 20, 20)], sent.Values);
        Assert.Equal([new(false, 6, 20), new(false, 13, 20), new(false, 20, 20)], received.Values);
        session.Send(P(3));
        _bench.Pass(Ms(1));
        Assert.Equal(new(true, 3, 3), sent.Values[^1]);
        Assert.Equal(new(false, 3, 3), received.Values[^1]);
        Assert.Equal(1, received.Values[^1].Fraction);
    }

    [Fact]
    public void A_listener_hears_a_conversation_and_sends_nothing()
    {
        using var third = _bench.Bus.Connect();
        using var listener = third.OpenIsoTp(0x7E0, 0x7E8, new() { ListenOnly = true });
        using var ecu = OpenEcu();
        using var session = Open(new() { BlockSize = 2, STmin = Ms(10) });
        var heard = _bench.Record(listener);
        var frames = _bench.Record(_bench.Ecu);
        ecu.Send(P(50));
        _bench.Pass(Ms(500));
        Assert.Equal(P(50), Assert.Single(heard.Values));
        Assert.Equal(4, frames.Count); // the other node's flow control
        Assert.Throws<InvalidOperationException>(() => listener.Send([1]));
        Assert.Throws<InvalidOperationException>(() => listener.Request([1]));
    }

    [Fact]
    public void A_functional_request_gathers_all_answers_within_the_window()
    {
        var ecus = Enumerable.Range(0, 3).Select(i =>
        {
            // A control unit listens to the group address and answers from its own.
            var physical = _bench.Ecu.OpenIsoTp((uint)(0x7E8 + i), (uint)(0x7E0 + i));
            var group = _bench.Ecu.OpenIsoTp(IsoTpAddress.Normal((uint)(0x7E8 + i), 0x7DF).WithFunctionalRx());
            Assert.Throws<ArgumentException>(() => group.Send(P(8)));
            group.Delay(Ms(10 + (20 * i)), _bench.Clock).Subscribe(_ => physical.Send(P(5 + (i * 20))));
            return physical;
        }).ToArray();
        using var session = _bench.Tester.OpenIsoTp(IsoTpAddress.FunctionalObd);
        var begun = _bench.Now;
        var gathered = _bench.Record(session.RequestMessages([0x09, 0x02], new() { Gather = Ms(45) }));
        _bench.Until(() => gathered.HasEnded);
        Assert.True(gathered.IsCompleted);
        Assert.Equal(Ms(45), gathered.EndedAt - begun);
        Assert.Equal([0x7E8u, 0x7E9u], gathered.Values.Select(m => m.Peer.RxId.Value));
        Assert.Equal([P(5), P(25)], gathered.Values.Select(m => m.Data));
        Assert.Throws<ArgumentException>(() => session.Send(P(8)));
        Assert.Equal(3, ecus.Length);
    }

    [Fact]
    public void A_request_keeps_a_copy_of_a_span_and_none_of_memory()
    {
        using var ecu = _bench.Ecu.OpenIsoTp(0x7E8, 0x7E0);
        using var session = _bench.Tester.OpenIsoTp(0x7E0, 0x7E8);
        var asked = _bench.Record(ecu);
        var payload = P(20);
        var (copied, kept) = (session.RequestMessages(payload.AsSpan()), session.RequestMessages(payload.AsMemory()));
        payload[0] = 0xEE;
        foreach (var request in (IObservable<IsoTpMessage>[])[copied, kept])
        {
            var before = asked.Count;
            using (request.Subscribe(_ => { }, _ => { }))
                _bench.Until(() => asked.Count > before);
        }

        Assert.Equal([P(20), payload], asked.Values);
        Assert.Throws<ArgumentException>(() => session.RequestMessages(ReadOnlyMemory<byte>.Empty));
    }

    [Fact]
    public void Gathering_waits_for_pending_responses_and_answers_under_way()
    {
        using var first = _bench.Ecu.OpenIsoTp(0x7E8, 0x7DF);
        using var second = _bench.Ecu.OpenIsoTp(0x7E9, 0x7DF);
        using var secondPhysical = _bench.Ecu.OpenIsoTp(0x7E9, 0x7E1);
        first.Subscribe(_ =>
        {
            first.Send([0x7F, 0x19, 0x78]);
            Observable.Timer(Ms(900), _bench.Clock).Subscribe(_ => first.Send([0x59, 1]));
        });
        second.Delay(Ms(40), _bench.Clock).Subscribe(_ => secondPhysical.Send([0x59, .. P(40)]));
        using var session = _bench.Tester.OpenIsoTp(IsoTpAddress.FunctionalObd, new() { STmin = Ms(20) });
        var gathered = _bench.Record(session.Request([0x19], DiagnosticRules.Options with { Gather = Ms(50) }));
        _bench.Until(() => gathered.HasEnded);
        Assert.True(gathered.IsCompleted);
        Assert.Equal([[0x7F, 0x19, 0x78], [0x59, .. P(40)], [0x59, 1]], gathered.Values);
        Assert.Equal(Ms(900), gathered.EndedAt - DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public void Gathering_completes_without_an_answer_and_fails_if_a_pending_one_never_comes()
    {
        using var session = _bench.Tester.OpenIsoTp(IsoTpAddress.NormalFixedFunctional(0x33, 0xF1));
        var silence = _bench.Record(session.Request([0x3E], new() { Gather = Ms(50) }));
        _bench.Until(() => silence.HasEnded);
        Assert.True(silence.IsCompleted);

        using var ecu = _bench.Ecu.OpenIsoTp(0x18DAF110, 0x18DB33F1);
        ecu.Subscribe(_ => ecu.Send([0x7F, 0x3E, 0x78]));
        var pending = _bench.Record(session.Request([0x3E], DiagnosticRules.Options with { Gather = Ms(50), P2Star = Ms(500) }));
        _bench.Until(() => pending.HasEnded);
        Assert.IsType<TimeoutException>(pending.Error);
    }

    [Fact]
    public void A_functional_request_holds_back_the_next_one_while_others_may_answer()
    {
        using var first = _bench.Ecu.OpenIsoTp(0x7E8, 0x7DF);
        using var second = _bench.Ecu.OpenIsoTp(0x7E9, 0x7DF);
        first.Subscribe(r => first.Send([1, .. r]));
        second.Delay(Ms(30), _bench.Clock).Subscribe(r => second.Send([2, .. r]));
        using var session = _bench.Tester.OpenIsoTp(IsoTpAddress.FunctionalObd, new() { Requests = new() { P2 = Ms(50) } });
        var hot = _bench.Record(session);
        var (one, two) = (_bench.Record(session.Request([0xA])), _bench.Record(session.Request([0xB])));
        _bench.Until(() => two.HasEnded && hot.Count == 4);
        Assert.Equal([[1, 0xA]], one.Values);
        Assert.Equal([[1, 0xB]], two.Values);
        Assert.Equal([[1, 0xA], [2, 0xA], [1, 0xB], [2, 0xB]], hot.Values);
    }

    [Fact]
    public void A_message_that_began_before_the_request_does_not_answer_it()
    {
        using var ecu = OpenEcu();
        ecu.Subscribe(r => ecu.Send([.. r, 0xFF]));
        using var session = Open(new() { STmin = Ms(20) });
        var hot = _bench.Record(session);
        ecu.Send(P(50));
        _bench.Pass(Ms(50));
        var request = _bench.Record(session.Request([1]));
        _bench.Until(() => request.HasEnded);
        Assert.Equal([[1, 0xFF]], request.Values);
        Assert.Equal([P(50), [1, 0xFF]], hot.Values);
    }

    [Fact]
    public void A_response_that_restarts_midway_answers_the_request_and_is_reported()
    {
        using var script = _bench.Ecu.Where(CanFilter.Id(0x7E0)).Where(f => f.Data[0] == 1).Subscribe(_ =>
        {
            foreach (var frame in (string[])["1014000102030405", "21060708090A0B0C", "100A000102030405", "2106070809"])
                _bench.Ecu.Send(new CanFrame(0x7E8, Bytes(frame)));
        });
        using var session = Open();
        var errors = _bench.Record(session.Errors);
        var request = _bench.Record(session.Request([1]));
        _bench.Until(() => request.HasEnded);
        Assert.Equal([P(10)], request.Values);
        Assert.Equal(IsoTpResult.N_UNEXP_PDU, Assert.IsType<IsoTpException>(Assert.Single(errors.Values)).Result);
    }

    [Fact]
    public void A_message_that_is_too_long_fails_the_request_whose_response_it_interrupts()
    {
        using var script = _bench.Ecu.Where(CanFilter.Id(0x7E0)).Where(f => f.Data[0] == 1).Subscribe(_ =>
        {
            foreach (var frame in (string[])["1014000102030405", "1FFF000102030405"])
                _bench.Ecu.Send(new CanFrame(0x7E8, Bytes(frame)));
        });
        using var session = Open(new() { MaxLength = 100 });
        var errors = _bench.Record(session.Errors);
        var request = _bench.Record(session.Request([1]));
        _bench.Until(() => request.HasEnded);
        Assert.Equal(
            [IsoTpResult.N_UNEXP_PDU, IsoTpResult.N_BUFFER_OVFLW], errors.Values.Select(e => Assert.IsType<IsoTpException>(e).Result));
        Assert.Same(errors.Values[1], request.Error);
    }

    [Fact]
    public void The_next_request_waits_no_longer_than_the_late_window()
    {
        using var session = Open();
        var frames = _bench.Record(_bench.Ecu.Where(CanFilter.Id(0x7E0)));
        var one = _bench.Record(session.Request([1], new() { P2 = Ms(100), LateWindow = Ms(30) }));
        var two = _bench.Record(session.Request([2], new() { P2 = Ms(100), LateWindow = TimeSpan.Zero }));
        var three = _bench.Record(session.Request([3]));
        _bench.Pass(Ms(1000));
        Assert.IsType<TimeoutException>(one.Error);
        Assert.Equal(
            [Ms(0), Ms(130), Ms(230)], frames.Values.Select(f => f.Timestamp - DateTimeOffset.UnixEpoch));
        Assert.True(two.HasEnded && !three.HasEnded);
    }

    [Fact]
    public void Disposing_a_long_request_under_way_stops_it()
    {
        using var ecu = OpenEcu(new() { STmin = Ms(20) });
        using var session = Open();
        var frames = _bench.Record(_bench.Ecu.Where(CanFilter.Id(0x7E0)));
        var request = _bench.Record(session.Request(P(500)));
        _bench.Pass(Ms(50));
        request.Subscription!.Dispose();
        var received = _bench.Record(ecu);
        session.Send([7]);
        _bench.Pass(Ms(500));
        Assert.Equal(1 + 3 + 1, frames.Count);
        Assert.Equal([[7]], received.Values);
    }

    [Fact]
    public void Cancelling_removes_a_message_from_the_queue_or_stops_it()
    {
        using var ecu = OpenEcu(new() { STmin = Ms(20) });
        using var session = Open();
        var received = _bench.Record(ecu);
        using CancellationTokenSource first = new(), second = new();
        var under = session.SendAsync(P(500), first.Token);
        var queued = session.SendAsync(P(5), second.Token);
        var last = session.SendAsync([1, 2], Stop);
        _bench.Pass(Ms(50));
        second.Cancel();
        first.Cancel();
        _bench.Pass(Ms(50));
        Assert.True(under.IsCanceled && queued.IsCanceled && last.IsCompletedSuccessfully);
        Assert.Equal([[1, 2]], received.Values);
    }

    [Fact]
    public void An_observer_that_throws_affects_neither_the_session_nor_other_observers()
    {
        using var ecu = OpenEcu();
        using var session = Open();
        var seen = 0;
        using var bad = ecu.Subscribe(_ => throw new InvalidOperationException($"observer {++seen}"));
        var good = _bench.Record(ecu);
        session.Send([1]);
        session.Send([2]);
        _bench.Pass(Ms(1));
        Assert.Equal([[1], [2]], good.Values);
        Assert.Equal(1, seen);
    }

    [Fact]
    public void Removing_the_interface_fails_streams_and_requests_and_subscribing_again_reconnects()
    {
        using var session = Open();
        var hot = _bench.Record(session);
        var request = _bench.Record(session.Request([1]));
        _bench.Pass(Ms(1));
        _bench.Bus.Remove();
        _bench.Pass(Ms(1));
        Assert.IsType<CanInterfaceNotFoundException>(hot.Error);
        Assert.IsType<CanInterfaceNotFoundException>(request.Error);
        var none = _bench.Record(session);
        Assert.False(none.HasEnded); // not within Subscribe
        _bench.Pass(Ms(1));
        Assert.IsType<CanInterfaceNotFoundException>(none.Error);

        _bench.Bus.LinkUp();
        var again = _bench.Record(session);
        using var ecu = OpenEcu();
        ecu.Send(P(20));
        _bench.Pass(Ms(1));
        Assert.Equal(P(20), Assert.Single(again.Values));
    }

    [Fact]
    public void Sending_while_the_link_is_down_fails_with_the_exception_of_the_bus()
    {
        using var session = Open();
        _bench.Bus.LinkDown();
        var request = _bench.Record(session.Request([1]));
        _bench.Pass(Ms(1));
        Assert.IsType<CanInterfaceDownException>(request.Error);
        _bench.Bus.LinkUp();
        using var ecu = OpenEcu();
        ecu.Subscribe(ecu.SendBack);
        var next = _bench.Record(session.Request([2]));
        _bench.Until(() => next.HasEnded);
        Assert.Equal([[2]], next.Values);
    }

    [Fact]
    public void Disposing_the_bus_completes_the_session()
    {
        var bus = _bench.Bus.Connect();
        var session = bus.OpenIsoTp(0x7E0, 0x7E8);
        var hot = _bench.Record(session);
        var request = _bench.Record(session.Request([1]));
        _bench.Pass(Ms(1));
        bus.Dispose();
        _bench.Pass(Ms(1));
        Assert.True(hot.IsCompleted);
        Assert.IsType<ObjectDisposedException>(request.Error);
    }

    [Fact]
    public void A_finished_transfer_leaves_no_timer_behind()
    {
        using var ecu = OpenEcu();
        using var session = Open();
        ecu.Subscribe(ecu.SendBack);
        var response = _bench.Record(session.Request(P(100)));
        _bench.Pass(Ms(1));
        Assert.True(response.IsCompleted);
        _bench.Clock.Start();
        Assert.Equal(Ms(1), _bench.Now - DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public void Requests_that_are_ended_by_their_answer_do_not_hold_back_the_next_ones()
    {
        using var ecu = OpenEcu();
        ecu.Delay(Ms(2), _bench.Clock).Subscribe(ecu.SendBack);
        using var session = Open();
        var request = session.Request([1]);
        var asked = _bench.Record(request.FirstAsync());
        Recorder<byte[]>[] others =
        [
            _bench.Record(request.Take(1)),
            _bench.Record(request.Select(byte[] (_) => throw new FormatException())),
            _bench.Record(request.TakeWhile(_ => false)),
            _bench.Record(request),
        ];
        var begun = _bench.Now;
        AssertEndsAfter(asked, 2);
        AssertEndsAfter(others[0], 4);
        AssertEndsAfter(others[1], 6);
        Assert.IsType<FormatException>(others[1].Error);
        AssertEndsAfter(others[2], 8);
        AssertEndsAfter(others[3], 10);

        void AssertEndsAfter(Recorder<byte[]> ended, double ms)
        {
            _bench.Until(() => ended.HasEnded);
            Assert.Equal(Ms(ms), ended.EndedAt - begun);
        }
    }

    [Fact]
    public void Time_outs_longer_than_the_systems_timers_hold_do_not_end_early()
    {
        using var session = Open();
        var open = _bench.Record(session.Request([1], new() { P2 = TimeSpan.FromDays(100) }));
        _bench.Pass(TimeSpan.FromDays(100) - Ms(1));
        Assert.False(open.HasEnded);
        _bench.Pass(Ms(2));
        Assert.IsType<TimeoutException>(open.Error);

        using var other = Open(new() { NBs = TimeSpan.MaxValue, NAs = TimeSpan.MaxValue });
        var sending = other.SendAsync(P(20), Stop);
        var request = _bench.Record(session.Request([1], new() { P2 = TimeSpan.MaxValue, LateWindow = TimeSpan.MaxValue }));
        _bench.Pass(TimeSpan.FromDays(1000));
        Assert.False(request.HasEnded || sending.IsCompleted);
    }

    [Fact]
    public void A_disposed_session_is_silent_and_fails_its_messages_even_if_its_clock_stands_still()
    {
        var other = new System.Reactive.Concurrency.HistoricalScheduler();
        var session = Open(new() { Scheduler = other });
        var request = _bench.Record(session.Request([1]));
        var sending = session.SendAsync(P(20), Stop);
        _bench.Pass(Ms(1));
        session.Dispose();
        Assert.IsType<ObjectDisposedException>(sending.Exception?.InnerException);
        var frames = _bench.Record(_bench.Ecu.Where(CanFilter.Id(0x7E0)));
        _bench.Ecu.Send(new CanFrame(0x7E8, Bytes("100A000102030405")));
        _bench.Pass(Ms(1));
        Assert.Equal(0, frames.Count);
        Assert.False(request.HasEnded);
        other.AdvanceBy(Ms(1));
        Assert.IsType<ObjectDisposedException>(request.Error);
    }

    [Fact]
    public void The_session_uses_the_scheduler_from_its_options()
    {
        var other = new System.Reactive.Concurrency.HistoricalScheduler();
        using var session = Open(new() { Scheduler = other });
        var request = _bench.Record(session.Request([1]));
        _bench.Pass(TimeSpan.FromSeconds(100));
        Assert.False(request.HasEnded);
        other.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.IsType<TimeoutException>(request.Error);
    }

    [Fact]
    public void Contradictory_options_are_rejected()
    {
        Assert.Throws<ArgumentException>(() => Open(new() { TxDataLength = 64 }));
        Assert.Throws<ArgumentException>(() => Open(new() { BitRateSwitch = true }));
        using var classic = _bench.Bus.Connect(new() { Fd = false });
        Assert.Throws<CanNotSupportedException>(() => classic.OpenIsoTp(1, 2, new() { Fd = true }));
    }

    [Fact]
    public void The_engine_of_the_bus_is_used_unless_the_portable_one_is_requested()
    {
        var own = new BusWithEngine(_bench.Tester);
        using (var session = own.OpenIsoTp(0x7E0, 0x7E8))
            Assert.Equal(EngineKind.Kernel, session.Engine);
        Assert.True(own.Engine.IsDisposed);
        using (var session = own.OpenIsoTp(0x7E0, 0x7E8, new() { Engine = EngineKind.Portable }))
            Assert.Equal(EngineKind.Portable, session.Engine);
        using (var session = own.OpenIsoTp(IsoTpAddress.FunctionalObd))
            Assert.Equal(EngineKind.Portable, session.Engine);
        var refused = Assert.Throws<CanNotSupportedException>(
            () => own.OpenIsoTp(IsoTpAddress.FunctionalObd, new() { Engine = EngineKind.Kernel }));
        Assert.Contains("one responder", refused.Message);
        Assert.Throws<CanNotSupportedException>(() => Open(new() { Engine = EngineKind.Kernel }));
    }

    [Fact]
    public void A_request_that_the_engine_never_sends_ends_and_another_engine_sends_the_next()
    {
        var own = new BusWithEngine(_bench.Tester);
        using var session = own.OpenIsoTp(0x7E0, 0x7E8);
        var dead = own.Engine;
        var request = _bench.Record(session.Request([1]));
        using var next = session.Request([2]).Subscribe();
        _bench.Until(() => request.HasEnded);
        Assert.Equal(IsoTpResult.N_TIMEOUT_A, Assert.IsType<IsoTpException>(request.Error).Result);
        Assert.True(dead.IsDisposed);
        Assert.Equal([2], own.Engine.Asked);
    }

    [Fact]
    public void A_request_whose_response_the_engine_never_ends_ends_and_another_engine_sends_the_next()
    {
        var own = new BusWithEngine(_bench.Tester);
        using var session = own.OpenIsoTp(0x7E0, 0x7E8);
        var dead = own.Engine;
        var errors = _bench.Record(session.Errors);
        var request = _bench.Record(session.Request([1]));
        using var next = session.Request([2]).Subscribe();
        dead.Sink.Sending();
        dead.Sink.Sent(null);
        dead.Sink.Started(0, 20);
        dead.Sink.Flush();
        _bench.Until(() => request.HasEnded);
        Assert.Equal(IsoTpResult.N_TIMEOUT_CR, Assert.IsType<IsoTpException>(request.Error).Result);
        Assert.Same(request.Error, Assert.Single(errors.Values));
        Assert.True(dead.IsDisposed);
        Assert.Equal([2], own.Engine.Asked);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5000)]
    public void A_request_that_its_user_ends_does_not_wait_for_the_engine(int length)
    {
        var own = new BusWithEngine(_bench.Tester);
        using var session = own.OpenIsoTp(0x7E0, 0x7E8);
        var request = _bench.Record(session.Request(P(length)).Timeout(Ms(500), _bench.Clock));
        using var next = session.Request([2]).Subscribe();
        _bench.Pass(Ms(20_000));
        Assert.IsType<TimeoutException>(request.Error);
        Assert.Equal([2], own.Engine.Asked);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(100)]
    [InlineData(5000)]
    public void Consecutive_frames_are_STmin_apart_on_a_slow_wire(int microseconds)
    {
        using var slow = new VirtualIsoTpBench(time => new(bitrate: 125_000, scheduler: time));
        using var ecu = slow.Ecu.OpenIsoTp(0x7E8, 0x7E0, new() { STmin = TimeSpan.FromMicroseconds(microseconds) });
        using var session = slow.Tester.OpenIsoTp(0x7E0, 0x7E8);
        var received = slow.Record(ecu);
        var frames = slow.Record(slow.Ecu.Where(CanFilter.Id(0x7E0)));
        var sending = session.SendAsync(P(200), Stop);
        slow.Until(() => received.Count == 1 && sending.IsCompleted);
        Assert.All(
            frames.Values[1..].Zip(frames.Values[2..]),
            pair => Assert.True(Wire.Gap(pair.First, pair.Second, 125_000) >= TimeSpan.FromMicroseconds(microseconds)));
    }

    [Fact]
    public void Frames_ahead_in_the_transmit_queue_take_no_time_from_N_Bs_and_a_message_has_been_sent_at_the_end_of_its_last_frame()
    {
        using var slow = new VirtualIsoTpBench(time => new(bitrate: 125_000, transmitQueueLength: 3000, scheduler: time));
        using var ecu = slow.Ecu.OpenIsoTp(0x7E8, 0x7E0, new() { BlockSize = 2 });
        using var session = slow.Tester.OpenIsoTp(0x7E0, 0x7E8, new() { NAs = Ms(10_000) });
        var received = slow.Record(ecu);
        for (var i = 0; i < 2000; i++)
            slow.Tester.Send(new CanFrame(0x100, P(8)));
        var sending = session.SendAsync(P(100), Stop);
        slow.Until(() => received.Count == 1 || sending.IsCompleted);
        Assert.Equal((1, true), (received.Count, sending.IsCompletedSuccessfully));
        Assert.True(slow.Now - DateTimeOffset.UnixEpoch > Ms(1500));
    }

    [Fact]
    public void A_frame_that_nobody_acknowledges_causes_N_TIMEOUT_A_for_sender_and_receiver()
    {
        using var deaf = new UnacknowledgedBus(_bench.Tester, new VirtualCanBus(_bench.Clock).Connect());
        using var session = deaf.OpenIsoTp(0x7E0, 0x7E8, new() { NAr = Ms(500) });
        var errors = _bench.Record(session.Errors);
        for (var i = 0; i < 2; i++) // the frames of the first one are still in the queue
        {
            var sending = session.SendAsync([1], Stop);
            _bench.Pass(Ms(999));
            Assert.False(sending.IsCompleted);
            _bench.Pass(Ms(1));
            Assert.Equal(IsoTpResult.N_TIMEOUT_A, Assert.IsType<IsoTpException>(sending.Exception?.InnerException).Result);
        }

        _bench.Ecu.Send(new CanFrame(0x7E8, Bytes("100A000102030405")));
        _bench.Pass(Ms(500));
        Assert.Equal(IsoTpResult.N_TIMEOUT_A, Assert.IsType<IsoTpException>(Assert.Single(errors.Values)).Result);
    }

    [Fact]
    public void Without_echoes_a_message_has_been_sent_when_the_bus_has_accepted_it()
    {
        using var quiet = _bench.Bus.Connect(new() { Loopback = false });
        using var session = quiet.OpenIsoTp(0x7E0, 0x7E8);
        var sending = session.SendAsync([1], Stop);
        _bench.Pass(Ms(1));
        Assert.True(sending.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, 10)]
    [InlineData(0, 100)]
    [InlineData(10, 100)]
    public void Equal_frames_of_a_long_message_are_told_apart(int separation, int queue)
    {
        using var slow = new VirtualIsoTpBench(time => new(bitrate: 125_000, transmitQueueLength: queue, scheduler: time));
        using var ecu = slow.Ecu.OpenIsoTp(0x7E8, 0x7E0, new() { STmin = Ms(separation) });
        using var session = slow.Tester.OpenIsoTp(0x7E0, 0x7E8);
        var frames = slow.Record(slow.Ecu.Where(CanFilter.Id(0x7E0)));
        var sending = session.SendAsync(new byte[6 + (7 * 64)], Stop);
        slow.Until(() => sending.IsCompleted);
        Assert.Equal((65, true), (frames.Count, sending.IsCompletedSuccessfully));
    }

    private class BusOver(ICanBus bus) : ICanBus
    {
        public string Name => bus.Name;

        public CanBusOptions Options => bus.Options;

        public System.Reactive.Concurrency.IScheduler Scheduler => bus.Scheduler;

        public CanBusState State => bus.State;

        public IObservable<CanBusEvent> Events => bus.Events;

        public IObservable<CanFrame> Where(CanFilter filter) => bus.Where(filter);

        public virtual void Send(in CanFrame frame) => bus.Send(frame);

        public ValueTask SendAsync(
            CanFrame frame,
            TimeSpan? timeout = null,
            System.Reactive.Concurrency.IScheduler? scheduler = null,
            CancellationToken cancellationToken = default)
        {
            Send(frame);
            return ValueTask.CompletedTask;
        }

        public IDisposable Subscribe(IObserver<CanFrame> observer) => bus.Subscribe(observer);

        public void Dispose() => bus.Dispose();
    }

    private sealed class BusWithEngine(ICanBus bus) : BusOver(bus), IIsoTpEngineProvider
    {
        public NoEngine Engine { get; private set; } = new();

        public bool TryOpenIsoTp(
            IsoTpAddress address, IsoTpOptions options, [NotNullWhen(true)] out IIsoTpEngine? engine, [NotNullWhen(false)] out string? reason)
        {
            (engine, reason) = address.IsFunctional ? ((IIsoTpEngine?)null, "it has one responder only") : (Engine = new(), null);
            return engine is not null;
        }
    }

    /// <summary>A bus that takes every frame and sends none.</summary>
    private sealed class UnacknowledgedBus(ICanBus bus, ICanBus echoes) : BusOver(bus), IEchoingBus
    {
        public ICanBus Echoes => echoes;

        public override void Send(in CanFrame frame)
        {
        }
    }

    /// <summary>An engine that never answers.</summary>
    private sealed class NoEngine : IIsoTpEngine
    {
        public bool IsDisposed { get; private set; }

        public IIsoTpSink Sink { get; private set; } = null!;

        public byte[] Asked { get; private set; } = [];

        public void Start(IIsoTpSink sink) => Sink = sink;

        public void Send(ReadOnlyMemory<byte> payload) => Asked = payload.ToArray();

        public bool Abort() => false;

        public void Dispose() => IsDisposed = true;
    }
}

internal static class Echo
{
    /// <summary>Answers a message with the same message.</summary>
    public static void SendBack(this IIsoTpSession session, byte[] message) => session.Send(message);
}
