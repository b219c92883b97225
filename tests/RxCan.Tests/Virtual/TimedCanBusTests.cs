using System.Reactive.Concurrency;
using System.Reactive.Linq;
using CsCheck;
using RxCan.Tests.Bus;
using RxCan.Tests.Frames;

namespace RxCan.Tests.Virtual;

/// <summary>The in-process bus with a bit rate, on virtual time.</summary>
[Trait("Length", "Long")]
public sealed class TimedCanBusTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly HistoricalScheduler _time = new(Start);

    [Theory] // the bits as counted by can-utils and CanFrameBitsTests, less an intermission of three bits
    [InlineData("123#DEADBEEF", 1_000_000, null, (81 - 3) * 10)]
    [InlineData("123#DEADBEEF", 500_000, null, (81 - 3) * 20)]
    [InlineData("123#DEADBEEF", 800_000, null, 975)]
    [InlineData("000#", 800_000, null, 625)]
    [InlineData("0F0#", 800_000, null, 588)] // 587.5: the first tick after it has arrived
    [InlineData("1F334455#1122334455667788", 125_000, 500_000, (133 - 3) * 80)]
    [InlineData("700#R", 250_000, null, (49 - 3) * 40)]
    [InlineData("20000080#0000000000000000", 500_000, null, (6 + 8) * 20)] // an error frame: its flag and delimiter
    [InlineData("555##0{55}", 500_000, 2_000_000, (579 - 3) * 20)]
    [InlineData("555##1{55}", 500_000, 2_000_000, ((29 - 3) * 20) + (550 * 5))]
    [InlineData("555##1{55}", 1_000_000, 8_000_000, 948)] // 26 * 10 + 550 * 1.25 = 947.5
    public void A_frame_arrives_after_its_bit_times_exact_to_the_tick(string text, int bitrate, int? dataBitrate, long ticks)
    {
        var bus = new VirtualCanBus(bitrate, dataBitrate, scheduler: _time);
        using var sender = bus.Connect(new() { ReceiveOwnMessages = true, ErrorMask = CanErrorClass.All });
        using var receiver = bus.Connect(new() { ErrorMask = CanErrorClass.All });
        using var echo = sender.Timestamp(_time).Record();
        using var received = receiver.Timestamp(_time).Record();

        sender.Send(CanFrame.Parse(text.Replace("{55}", string.Concat(Enumerable.Repeat("55", 64)), StringComparison.Ordinal)));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        var arrival = Start.AddTicks(ticks);
        foreach (var (recording, isOwn) in new[] { (received, false), (echo, true) })
        {
            var (frame, at) = Assert.Single(recording.Values);
            Assert.Equal((arrival, arrival, isOwn), (frame.Timestamp, at, frame.IsOwn));
        }
    }

    [Theory]
    [InlineData(800_000, null, 0)]
    [InlineData(83_333, null, 1)]
    [InlineData(999_983, 7_999_993, 2)]
    public void Rounding_errors_do_not_accumulate(int bitrate, int? dataBitrate, int data)
    {
        const int Frames = 20_000;
        var bus = new VirtualCanBus(bitrate, dataBitrate, Frames, _time);
        using var sender = bus.Connect();
        using var received = bus.Connect().Record();
        var frame = dataBitrate is null ? new CanFrame(0x123, new byte[data]) : CanFrame.Fd(0x123, new byte[data], bitRateSwitch: true);
        var bits = BitSequence.Count(frame);

        for (var i = 0; i < Frames; i++)
            sender.Send(frame);
        _time.AdvanceBy(TimeSpan.FromHours(1));

        var fast = dataBitrate ?? bitrate;
        var expected = Enumerable.Range(1, Frames).Select(n =>
            (((((Int128)n * bits.Nominal) - 3) * fast) + ((Int128)n * bits.Data * bitrate)) * TimeSpan.TicksPerSecond)
            .Select(time => (long)((time + ((Int128)bitrate * fast) - 1) / ((Int128)bitrate * fast)));
        Assert.Equal(expected, received.Values.Select(f => f.Timestamp.UtcTicks - Start.UtcTicks));
    }

    [Fact]
    public void Three_nodes_send_8000_frames_of_125_bits_a_second_in_arbitration_order() => Saturate(TimeSpan.FromSeconds(1));

    [Fact]
    [Trait("Length", "Long")]
    public void Three_nodes_send_480_000_frames_of_125_bits_a_minute_in_arbitration_order() => Saturate(TimeSpan.FromMinutes(1));

    [Fact]
    public void A_saturated_bus_has_a_load_of_100_percent()
    {
        var bus = new VirtualCanBus(bitrate: 1_000_000, scheduler: _time);
        using var listener = bus.Connect();
        using var nodes = new NodesThatNeverRest(bus, WithBits(0x100, 125), WithBits(0x200, 125));
        using var loads = listener.BusLoad(1_000_000, TimeSpan.FromSeconds(1)).Record();

        _time.AdvanceBy(TimeSpan.FromSeconds(3));

        Assert.Equal([1.0, 1.0, 1.0], loads.Values.Select(l => l.Load));
    }

    [Theory]
    [InlineData(1_000_000, 2)]
    [InlineData(500_000, 5)]
    public void SendAsync_saturates_the_wire_although_timers_are_late(int bitrate, int milliseconds)
    {
        var bus = new VirtualCanBus(bitrate, scheduler: new LateScheduler(_time, TimeSpan.FromMilliseconds(milliseconds)));
        using var listener = bus.Connect();
        using var node = new NodesThatNeverRest(bus, new CanFrame(0x123, []));
        using var loads = listener.BusLoad(bitrate, TimeSpan.FromSeconds(1), scheduler: _time).Record();

        _time.AdvanceBy(TimeSpan.FromSeconds(5));

        Assert.All(loads.Values.Skip(1), l => Assert.InRange(l.Load, 0.99, 1.01));
    }

    [Fact]
    public void The_lowest_identifier_starves_the_others()
    {
        var bus = new VirtualCanBus(bitrate: 500_000, scheduler: _time);
        using var received = bus.Connect().Record();
        using var nodes = new NodesThatNeverRest(bus, new CanFrame(0x101, [1]), new CanFrame(0x100, [2]));

        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.All(received.Values, f => Assert.Equal(0x100, f.Id));
    }

    [Fact]
    public void An_answer_sent_at_the_end_of_a_frame_joins_the_next_arbitration()
    {
        var bus = new VirtualCanBus(bitrate: 500_000, scheduler: _time);
        using var talker = bus.Connect();
        using var answerer = bus.Connect();
        using var received = bus.Connect().Record();
        using var answers = answerer.Where(CanFilter.Remote(0x300)).Subscribe(_ => answerer.Send(new CanFrame(0x300, [7])));

        talker.Send(CanFrame.Remote(0x300));
        talker.Send(new CanFrame(0x400, []));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Equal(["300#R", "300#07", "400#"], received.Values.Select(f => f.ToString()));
    }

    [Fact]
    public void Nodes_that_send_at_the_same_instant_arbitrate_whichever_sends_first()
    {
        var bus = new VirtualCanBus(bitrate: 500_000, scheduler: _time);
        using var received = bus.Connect().Record();
        foreach (var id in (uint[])[0x300, 0x100, 0x200, 0x000])
        {
            var node = bus.Connect();
            _time.Schedule(TimeSpan.FromMilliseconds(1), () => node.Send(new CanFrame(id, [])));
        }

        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Equal(["000#", "100#", "200#", "300#"], received.Values.Select(f => f.ToString()));
        Assert.Equal(Start.AddMilliseconds(1).AddTicks((53 - 3) * 20), received.Values[0].Timestamp);
    }

    [Fact]
    public void Frames_from_one_node_keep_their_order_whatever_their_identifiers()
    {
        var bus = new VirtualCanBus(bitrate: 500_000, scheduler: _time);
        using var received = bus.Connect().Record();
        using var node = bus.Connect();
        using var other = bus.Connect();

        foreach (var id in (uint[])[0x400, 0x100, 0x300])
            node.Send(new CanFrame(id, []));
        other.Send(new CanFrame(0x200, []));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Equal(["200#", "400#", "100#", "300#"], received.Values.Select(f => f.ToString()));
    }

    [Fact]
    public void Any_frames_sent_at_any_time_arrive_as_a_model_of_the_wire_predicts()
    {
        const int Nodes = 3, QueueLength = 2;
        var error = Gen.Const(CanFrame.Error(new() { Class = CanErrorClass.BusError }));
        var few = Gen.Select(Gen.UInt[0x100, 0x102], Gen.Bool, (id, isExtended) => isExtended ? CanId.Extended(id << 18) : id);
        var frame = Gen.OneOf(
            few.Select(id => new CanFrame(id, [1])), few.Select(id => CanFrame.Remote(id)), few.Select(id => CanFrame.Fd(id, [2], true)),
            Cases.Classic, Cases.Fd, error);
        var send = Gen.Select(Gen.Int[0, Nodes - 1], frame, Gen.OneOf(Gen.Const(0), Gen.Int[0, 600], Gen.Int[0, 20_000]));
        var rates = Gen.OneOf(
            Gen.Const((500_000, 2_000_000)), Gen.Const((1_000_000, 8_000_000)), Gen.Const((800_000, 800_000)),
            Gen.Int[10_000, 1_000_000].Select(Gen.Int[1_000_000, 12_000_000], (nominal, data) => (nominal, data)));
        Gen.Select(rates, send.Array[1, 60]).Sample(
            (rate, sends) =>
            {
                var time = new HistoricalScheduler(Start);
                var (bitrate, dataBitrate) = rate;
                var bus = new VirtualCanBus(bitrate, dataBitrate, QueueLength, time);
                var model = new TimedWireModel(Nodes, bitrate, dataBitrate, QueueLength);
                using var received = bus.Connect(new() { ErrorMask = CanErrorClass.All }).Record();
                ICanBus[] nodes = [bus.Connect(), bus.Connect(), bus.Connect()];
                var refused = new List<int>();
                var refusedByModel = new List<int>();
                var due = 0L;
                foreach (var (i, (node, sent, after)) in sends.Index())
                {
                    due += after;
                    time.Schedule(TimeSpan.FromTicks(due), () =>
                    {
                        try
                        {
                            nodes[node].Send(sent);
                        }
                        catch (CanQueueFullException)
                        {
                            refused.Add(i);
                        }
                    });
                    if (!model.Send(node, sent, due))
                        refusedByModel.Add(i);
                }

                time.AdvanceBy(TimeSpan.FromSeconds(10));
                model.RunTo(TimeSpan.FromSeconds(10).Ticks);

                Assert.Equal(refusedByModel, refused);
                Assert.Equal(
                    model.Arrived.Select(a => (a.Frame, a.Ticks)),
                    received.Values.Select(f => (f.ToString(), f.Timestamp.UtcTicks - Start.UtcTicks)));
            },
            iter: RandomCases.Of(1_000));
    }

    [Fact]
    public void Send_throws_on_a_full_queue_and_SendAsync_waits_until_a_frame_ends()
    {
        var bus = new VirtualCanBus(bitrate: 500_000, transmitQueueLength: 2, scheduler: _time);
        using var received = bus.Connect().Record();
        using var node = bus.Connect();
        for (var i = 0; i < 3; i++)
            node.Send(new CanFrame(0x555, [])); // one on the wire, two behind it

        var error = Assert.Throws<CanQueueFullException>(() => node.Send(new CanFrame(0x100, [])));
        var first = node.SendAsync(new CanFrame(0x556, [])).AsTask();
        var second = node.SendAsync(new CanFrame(0x100, [])).AsTask();
        Assert.Contains("transmitQueueLength", error.Message, StringComparison.Ordinal);
        Assert.Contains("SendAsync", error.Message, StringComparison.Ordinal);
        _time.AdvanceBy(CanFrameBits.Of(new CanFrame(0x555, [])).Duration(500_000) - TimeSpan.FromTicks((3 * 20) + 1));
        Assert.False(first.IsCompleted);
        _time.AdvanceBy(TimeSpan.FromTicks(1));
        Assert.True(first.IsCompletedSuccessfully);
        Assert.False(second.IsCompleted);
        Assert.Throws<CanQueueFullException>(() => node.Send(new CanFrame(0x100, [])));

        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.True(second.IsCompletedSuccessfully);
        Assert.Equal(["555#", "555#", "555#", "556#", "100#"], received.Values.Select(f => f.ToString()));
    }

    [Fact]
    public async Task SendAsync_gives_up_on_time_out_cancellation_and_disposal()
    {
        var other = new HistoricalScheduler();
        var bus = new VirtualCanBus(bitrate: 1, transmitQueueLength: 0, scheduler: _time); // a frame takes a minute
        using var cancel = new CancellationTokenSource();
        using var received = bus.Connect().Record();
        var node = bus.Connect();
        node.Send(new CanFrame(1, [1]));
        var onTime = node.SendAsync(new CanFrame(1, [2]), TimeSpan.FromSeconds(2)).AsTask();
        var onOther = node.SendAsync(new CanFrame(1, [3]), TimeSpan.FromSeconds(1), other).AsTask();
        var cancelled = node.SendAsync(new CanFrame(1, [4]), cancellationToken: cancel.Token).AsTask();
        var disposed = node.SendAsync(new CanFrame(1, [5])).AsTask();

        _time.AdvanceBy(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));
        Assert.False(onTime.IsCompleted);
        _time.AdvanceBy(TimeSpan.FromTicks(1));
        Assert.Contains("2000 ms", (await Assert.ThrowsAsync<TimeoutException>(() => onTime)).Message, StringComparison.Ordinal);
        Assert.False(onOther.IsCompleted);
        other.AdvanceBy(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => onOther);
        await cancel.CancelAsync();
        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled)).CancellationToken);
        node.Dispose();
        _time.AdvanceBy(TimeSpan.FromTicks(1));
        Assert.True(disposed.IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => disposed);

        _time.AdvanceBy(TimeSpan.FromMinutes(10));
        Assert.Equal(["001#01"], received.Values.Select(f => f.ToString()));
    }

    [Fact]
    public void Queued_frames_of_a_disposed_node_are_still_sent_as_in_the_kernel()
    {
        var bus = new VirtualCanBus(bitrate: 500_000, scheduler: _time);
        using var received = bus.Connect().Record();
        var node = bus.Connect();
        node.Send(new CanFrame(1, [1]));
        node.Send(new CanFrame(1, [2]));

        node.Dispose();
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Equal(["001#01", "001#02"], received.Values.Select(f => f.ToString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Losing_the_link_drops_the_frames_on_the_wire_and_in_the_queues(bool isRemoved)
    {
        var bus = new VirtualCanBus(bitrate: 500_000, transmitQueueLength: 1, scheduler: _time);
        using var receiver = bus.Connect();
        using var before = receiver.Record();
        using var node = bus.Connect();
        using var other = bus.Connect();
        node.Send(new CanFrame(1, [1]));
        other.Send(new CanFrame(2, [2]));
        node.Send(new CanFrame(1, [3]));
        var waits = node.SendAsync(new CanFrame(1, [4])).AsTask();
        _time.AdvanceBy(TimeSpan.FromMicroseconds(50));

        if (isRemoved)
            bus.Remove();
        else
            bus.LinkDown();
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.True(waits.IsCompleted);
        if (isRemoved)
            await Assert.ThrowsAsync<CanInterfaceNotFoundException>(() => waits);
        else
            await Assert.ThrowsAsync<CanInterfaceDownException>(() => waits);
        bus.LinkUp();
        using var after = receiver.Record();
        var sent = _time.Now;
        node.Send(CanFrame.Parse("123#DEADBEEF"));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Equal(isRemoved ? [] : ["123#DEADBEEF"], before.Values.Select(f => f.ToString()));
        Assert.Equal(sent.AddTicks((81 - 3) * 20), Assert.Single(after.Values).Timestamp);
    }

    [Fact]
    public void Cyclic_jobs_share_the_queue_of_their_node()
    {
        var bus = new VirtualCanBus(bitrate: 500_000, transmitQueueLength: 1, scheduler: _time);
        using var received = bus.Connect().Record();
        using var node = bus.Connect();
        node.Send(new CanFrame(0x555, []));
        node.Send(new CanFrame(0x555, []));

        using var job = node.SendCyclic(new CanFrame(0x001, [5]), TimeSpan.FromMilliseconds(10)).Subscribe();
        Assert.Throws<CanQueueFullException>(() => node.Send(new CanFrame(0x555, [])));
        _time.AdvanceBy(TimeSpan.FromMilliseconds(25));

        Assert.Equal(["555#", "555#", "001#05", "001#05"], received.Values.Select(f => f.ToString())); // the first did not fit, as on Linux
    }

    [Fact]
    public void A_classic_bus_rejects_CAN_FD_frames()
    {
        var bus = new VirtualCanBus(bitrate: 500_000, scheduler: _time);
        using var node = bus.Connect();

        var error = Assert.Throws<CanNotSupportedException>(() => node.Send(CanFrame.Fd(0x123, [1])));

        Assert.Contains("dataBitrate", error.Message, StringComparison.Ordinal);
        Assert.True(node.SendAsync(CanFrame.Fd(0x123, [1])).AsTask().IsFaulted);
    }

    [Fact]
    public void An_idle_wire_leaves_nothing_scheduled()
    {
        var time = new Cyclic.VirtualTime();
        var bus = new VirtualCanBus(bitrate: 500_000, scheduler: time);
        using var node = bus.Connect();
        for (var i = 0; i < 5; i++)
            node.Send(new CanFrame(0x123, [1]));

        time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.True(time.IsIdle);
    }

    [Theory]
    [InlineData(0, null, 10, "bitrate")]
    [InlineData(-1, null, 10, "bitrate")]
    [InlineData(1_000_001, null, 10, "bitrate")]
    [InlineData(500_000, 499_999, 10, "dataBitrate")]
    [InlineData(500_000, 12_000_001, 10, "dataBitrate")]
    [InlineData(500_000, null, -1, "transmitQueueLength")]
    public void Out_of_range_bit_rates_and_queue_lengths_are_rejected(int bitrate, int? dataBitrate, int queue, string parameter) =>
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => new VirtualCanBus(bitrate, dataBitrate, queue)).ParamName);

    [Fact]
    public void The_bus_reports_its_bit_rates()
    {
        Assert.Equal((null, null), (new VirtualCanBus().Bitrate, new VirtualCanBus().DataBitrate));
        var timed = new VirtualCanBus(bitrate: 500_000, dataBitrate: 2_000_000);
        Assert.Equal((500_000, 2_000_000), (timed.Bitrate, timed.DataBitrate));
    }

    private static CanFrame WithBits(CanId id, int bits)
    {
        for (var i = 0L; ; i++)
        {
            var frame = new CanFrame(id, BitConverter.GetBytes(i * 0x0123_4567_89AB_CDEF));
            if (BitSequence.Count(frame).Nominal == bits)
                return frame;
        }
    }

    /// <summary>Three nodes: per millisecond one has one frame, one has two, and one always has one. That makes eight frames of 125 us.</summary>
    private void Saturate(TimeSpan duration)
    {
        CanFrame first = WithBits(0x100, 125), second = WithBits(0x200, 125), third = WithBits(0x300, 125);
        CanFrame[] round = [first, second, second, third, third, third, third, third];
        var bus = new VirtualCanBus(bitrate: 1_000_000, scheduler: _time);
        var count = 0;
        var wrong = 0;
        using var listener = bus.Connect();
        using var received = listener.Subscribe(f =>
        {
            var isRight = f == round[count % 8] && f.Timestamp.UtcTicks - Start.UtcTicks == (count * 1250L) + 1220;
            wrong += isRight ? 0 : 1;
            count++;
        });
        using var always = new NodesThatNeverRest(bus, third);
        using var twice = bus.Connect();
        using var once = bus.Connect();
        using var jobs = Observable.Timer(TimeSpan.Zero, TimeSpan.FromMilliseconds(1), _time).Subscribe(_ =>
        {
            twice.Send(second);
            twice.Send(second);
            once.Send(first);
        });

        _time.AdvanceBy(duration);

        Assert.Equal(((int)(duration.TotalSeconds * 8000), 0), (count, wrong));
    }

    /// <summary>A virtual clock whose timers are late, as those of a busy machine are.</summary>
    private sealed class LateScheduler(HistoricalScheduler time, TimeSpan late) : IScheduler
    {
        public DateTimeOffset Now => time.Now;

        public IDisposable Schedule<TState>(TState state, Func<IScheduler, TState, IDisposable> action) => time.Schedule(state, action);

        public IDisposable Schedule<TState>(TState state, TimeSpan dueTime, Func<IScheduler, TState, IDisposable> action) =>
            time.Schedule(state, dueTime > TimeSpan.Zero ? dueTime + late : dueTime, action);

        public IDisposable Schedule<TState>(TState state, DateTimeOffset dueTime, Func<IScheduler, TState, IDisposable> action) =>
            Schedule(state, dueTime - Now, action);
    }

    /// <summary>Nodes that each have one frame and never stop sending it.</summary>
    private sealed class NodesThatNeverRest : IDisposable
    {
        private readonly ICanBus[] _nodes;

        public NodesThatNeverRest(VirtualCanBus bus, params CanFrame[] frames)
        {
            _nodes = [.. frames.Select(_ => bus.Connect())];
            for (var i = 0; i < frames.Length; i++)
                _ = Send(_nodes[i], frames[i]);
        }

        public void Dispose() => Array.ForEach(_nodes, node => node.Dispose());

        private static async Task Send(ICanBus node, CanFrame frame)
        {
            while (true)
                await node.SendAsync(frame).ConfigureAwait(false);
        }
    }
}
