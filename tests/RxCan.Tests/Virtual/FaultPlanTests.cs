using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Virtual;

/// <summary>An in-process bus on which things go wrong, on virtual time.</summary>
public sealed class FaultPlanTests
{
    private const int Frames = 1000;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(1);

    private readonly HistoricalScheduler _time = new(Start);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_same_seed_loses_the_same_frames_and_their_sender_does_not_know(bool isTimed)
    {
        var first = Send(New(isTimed, new() { Seed = 7, Loss = 0.3 }));
        var second = Send(New(isTimed, new() { Seed = 7, Loss = 0.3 }));
        var other = Send(New(isTimed, new() { Seed = 8, Loss = 0.3 }));

        Assert.Equal(first.Received, second.Received);
        Assert.NotEqual(first.Received, other.Received);
        Assert.InRange(first.Received.Count, 600, 800);
        Assert.Equal(Enumerable.Range(0, Frames), first.Own);
    }

    [Fact]
    public void What_is_lost_does_not_depend_on_what_else_goes_wrong()
    {
        var few = Send(New(isTimed: false, new() { Seed = 1, Loss = 0.1 }));
        var many = Send(New(isTimed: false, new() { Seed = 1, Loss = 0.1, Errors = 0.5, Duplicates = 0.5, MaxDelay = Period * 10 }));

        Assert.Equal(few.Received, many.Received.Distinct());
    }

    [Fact]
    public void A_destroyed_frame_is_reported_to_all_and_sent_again()
    {
        var bus = New(isTimed: true, new() { Seed = 3, Errors = 0.25 });
        using var witness = bus.Connect(new() { ErrorMask = CanErrorClass.All });
        using var events = witness.Events.Record();
        using var errors = witness.Where(frame => frame.IsError).Record();

        var (received, own) = Send(bus);

        Assert.Equal(Enumerable.Range(0, Frames), received);
        Assert.Equal(received, own);
        Assert.InRange(errors.Count, 250, 420); // a third of the frames: 0.25 / (1 - 0.25)
        Assert.Equal(errors.Count, events.Values.OfType<CanErrorReported>().Count());
        Assert.All(errors.Values, frame => Assert.Equal(CanErrorClass.Protocol | CanErrorClass.BusError, frame.ToError().Class));
    }

    [Fact]
    public void An_error_takes_the_part_of_the_frame_before_it_and_an_error_flag()
    {
        const int TicksOfBit = 20;
        var bus = New(isTimed: true, new() { Seed = 5, Errors = 0.5 });
        using ICanBus node = bus.Connect(), witness = bus.Connect(new() { ErrorMask = CanErrorClass.All });
        using var arrivals = witness.Record();
        var bits = CanFrameBits.Of(new CanFrame(0x123, [1])).Total;

        for (var i = 0; i < 50; i++)
            node.Send(new CanFrame(0x123, [1]));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        var last = Start.AddTicks(-3 * TicksOfBit);
        foreach (var frame in arrivals.Values)
        {
            var took = (frame.Timestamp - last).Ticks / TicksOfBit;
            if (frame.IsError)
                Assert.InRange(took, 3 + 1 + 14, 3 + bits + 14);
            else
                Assert.Equal(bits, took);
            last = frame.Timestamp;
        }

        Assert.Equal(50, arrivals.Values.Count(frame => !frame.IsError));
        Assert.Contains(arrivals.Values, frame => frame.IsError);
    }

    [Fact]
    public void No_frame_passes_a_wire_that_destroys_them_all_until_it_is_repaired()
    {
        var bus = New(isTimed: true, new() { Errors = 1 });
        using ICanBus node = bus.Connect(), peer = bus.Connect();
        using var received = peer.Record();
        node.Send(new CanFrame(1, [1]));

        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.Empty(received.Values);
        bus.Faults = CanFaultPlan.None;
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Equal("001#01", Assert.Single(received.Values).ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_doubled_frame_is_received_twice_and_was_sent_once(bool isTimed)
    {
        var bus = New(isTimed, new() { Seed = 2, Duplicates = 0.2 });
        using var witness = bus.Connect();
        using var frames = witness.Record();

        var (received, own) = Send(bus);

        Assert.Equal(Enumerable.Range(0, Frames), own);
        Assert.Equal(Enumerable.Range(0, Frames), received.Distinct());
        Assert.InRange(received.Count, 1150, 1350);
        Assert.Equal(received.Order(), received);
        if (isTimed) // it takes the wire twice
            Assert.Equal(frames.Count, frames.Values.Select(frame => frame.Timestamp).Distinct().Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Late_frames_keep_their_order_and_have_the_time_of_their_arrival(bool isTimed)
    {
        var bus = New(isTimed, new() { Seed = 4, MaxDelay = Period * 20 });
        using var witness = bus.Connect();
        using var frames = witness.Timestamp(_time).Record();

        var (received, _) = Send(bus);

        Assert.Equal(Enumerable.Range(0, Frames), received);
        Assert.All(frames.Values, frame => Assert.Equal(frame.Timestamp, frame.Value.Timestamp));
        var delays = frames.Values.Select((frame, i) => frame.Timestamp - (Start + (Period * i))).ToArray();
        Assert.All(delays, delay => Assert.InRange(delay, TimeSpan.Zero, (Period * 20) + TimeSpan.FromMicroseconds(300)));
        Assert.True(delays.Max() > Period * 15, $"The longest delay is {delays.Max()}.");
    }

    [Fact]
    public void A_link_that_goes_down_loses_late_frames()
    {
        var bus = New(isTimed: false, new() { MaxDelay = TimeSpan.FromSeconds(1) });
        using ICanBus node = bus.Connect(), peer = bus.Connect();
        using var received = peer.Record();

        node.Send(new CanFrame(1, [1]));
        bus.LinkDown();
        bus.LinkUp();
        bus.Faults = CanFaultPlan.None;
        node.Send(new CanFrame(1, [2]));
        _time.AdvanceBy(TimeSpan.FromSeconds(2));

        Assert.Equal("001#02", Assert.Single(received.Values).ToString());
    }

    [Fact]
    public void ISO_TP_works_over_late_frames_and_with_its_echoes()
    {
        var bus = New(isTimed: true, new() { Seed = 9, MaxDelay = Period * 5, Errors = 0.1 });
        using ICanBus tester = bus.Connect(), ecu = bus.Connect();
        using var sender = tester.OpenIsoTp(0x7E0, 0x7E8);
        using var receiver = ecu.OpenIsoTp(0x7E8, 0x7E0);
        using var received = receiver.Record();
        byte[] message = [.. Enumerable.Range(0, 300).Select(i => (byte)i)];

        var sending = sender.SendAsync(message);
        _time.AdvanceBy(TimeSpan.FromSeconds(5));

        Assert.True(sending.IsCompletedSuccessfully);
        Assert.Equal(message, Assert.Single(received.Values));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Fractions_are_checked(double value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanFaultPlan { Loss = value });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanFaultPlan { Errors = value });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanFaultPlan { Duplicates = value });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanFaultPlan { MaxDelay = TimeSpan.FromTicks(-1) });
    }

    private VirtualCanBus New(bool isTimed, CanFaultPlan faults) =>
        isTimed ? new(bitrate: 500_000, scheduler: _time) { Faults = faults } : new(_time) { Faults = faults };

    /// <summary>Sends numbered frames, and returns the numbers that another node and the sender itself receive.</summary>
    private (List<int> Received, List<int> Own) Send(VirtualCanBus bus)
    {
        using ICanBus sender = bus.Connect(new() { ReceiveOwnMessages = true }), receiver = bus.Connect();
        using var received = receiver.Record();
        using var own = sender.Record();
        for (var i = 0; i < Frames; i++)
        {
            sender.Send(new CanFrame(1, BitConverter.GetBytes(i)));
            _time.AdvanceBy(Period);
        }

        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.All(own.Values, frame => Assert.True(frame.IsOwn));
        return (Numbers(received), Numbers(own));

        static List<int> Numbers(Recording<CanFrame> frames) => [.. frames.Values.Select(f => BitConverter.ToInt32(f.Data))];
    }
}
