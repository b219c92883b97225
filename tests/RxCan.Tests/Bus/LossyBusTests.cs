using System.Reactive.Concurrency;
using System.Reactive.Linq;
using LossyBus;

namespace RxCan.Tests.Bus;

/// <summary>The contract on a bus that another assembly made, over a bus in process: late, but without a loss.</summary>
[Trait("Length", "Long")]
public sealed class LossyBusTests() : BusContract(new LossyTestBus(new(), new() { Seed = 1, MaxDelay = TimeSpan.FromMilliseconds(1) }));

/// <summary>A <see cref="LossyCanBus"/> over each node of a bus in process.</summary>
public sealed class LossyTestBus(VirtualCanBus bus, LossyPlan plan) : TestBus
{
    public override string Name => bus.Name;

    public override ICanBus Open(CanBusOptions? options = null) => new LossyCanBus(bus.Connect, plan, options);

    public override void LinkDown() => bus.LinkDown();

    public override void LinkUp() => bus.LinkUp();

    public override void Remove() => bus.Remove();

    public override void Restore() => bus.LinkUp();
}

/// <summary>What an outside bus does to frames, and how it is opened by name.</summary>
public sealed class LossyCanBusTests
{
    private readonly HistoricalScheduler _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void The_same_seed_loses_the_same_frames()
    {
        var first = Send(new() { Seed = 7, Loss = 0.3 });
        var second = Send(new() { Seed = 7, Loss = 0.3 });
        var other = Send(new() { Seed = 8, Loss = 0.3 });

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        Assert.InRange(first.Count, 600, 800); // of 1,000
    }

    [Fact]
    public void Late_frames_keep_their_order() =>
        Assert.Equal(Enumerable.Range(0, 1000), Send(new() { Seed = 3, MaxDelay = TimeSpan.FromMilliseconds(50) }));

    [Fact]
    public void A_registered_scheme_opens_a_bus_of_its_own_until_it_is_removed()
    {
        using (CanBus.Register("lossy", (name, options) => new LossyCanBus(inner => CanBus.Open($"virtual:{name}", inner), new(), options)))
        {
            using var can = CanBus.Open("lossy:demo", new() { Fd = false });
            Assert.IsType<LossyCanBus>(can);
            Assert.False(can.Options.Fd);
            Assert.Throws<ArgumentException>(() => CanBus.Register("Lossy", (_, _) => can));
        }

        var error = Assert.Throws<CanNotSupportedException>(() => CanBus.Open("lossy:demo"));
        Assert.Contains("no bus is registered for the scheme 'lossy'", error.Message, StringComparison.Ordinal);
        Assert.Contains("virtual", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a:b")]
    public void A_malformed_scheme_is_refused(string scheme) =>
        Assert.Throws<ArgumentException>(() => CanBus.Register(scheme, (_, _) => throw new NotSupportedException()));

    [Fact]
    public void The_controller_behind_an_outside_bus_is_restarted()
    {
        var bus = new VirtualCanBus(_time);
        using var can = new LossyCanBus(bus.Connect, new());
        using var sender = bus.Connect();
        using var restarts = can.RestartOnBusOff().Record();

        sender.Send(CanFrame.Error(new() { Class = CanErrorClass.BusOff }));
        _time.AdvanceBy(TimeSpan.FromSeconds(10));

        Assert.Null(Assert.Single(restarts.Values).Error);
        Assert.Equal(CanState.ErrorActive, can.ControllerState);
    }

    [Fact]
    public void An_ISO_TP_message_on_a_lossy_bus_arrives_whole_or_fails()
    {
        var bus = new VirtualCanBus(_time);
        using var tester = new LossyCanBus(bus.Connect, new() { Seed = 4, Loss = 0.01 });
        using var ecu = new LossyCanBus(bus.Connect, new() { Seed = 5, Loss = 0.01 });
        using var sender = tester.OpenIsoTp(0x7E0, 0x7E8);
        using var receiver = ecu.OpenIsoTp(0x7E8, 0x7E0);
        using var received = receiver.Record();
        var (sent, failed) = (0, 0);
        byte[] message = [.. Enumerable.Range(0, 300).Select(i => (byte)i)];
        for (var i = 0; i < 200; i++)
        {
            var sending = sender.SendAsync(message);
            _time.AdvanceBy(TimeSpan.FromSeconds(5));
            Assert.True(sending.IsCompleted);
            _ = sending.IsCompletedSuccessfully ? sent++ : failed++;
        }

        Assert.All(received.Values, payload => Assert.Equal(message, payload));
        Assert.InRange(received.Count, 1, sent);
        Assert.True(sent > 0 && failed > 0, $"{sent} sent, {failed} failed");
    }

    [Fact]
    public void A_J1939_message_to_one_node_survives_losses_that_are_asked_for_again()
    {
        var bus = new VirtualCanBus(_time);
        using var first = new LossyCanBus(bus.Connect, new() { Seed = 6 });
        using var second = new LossyCanBus(bus.Connect, new() { Seed = 7, Loss = 0.02 });
        using var sender = first.OpenJ1939(0x80);
        using var receiver = second.OpenJ1939(0x90);
        using var received = receiver.Record();
        byte[] message = [.. Enumerable.Range(0, 300).Select(i => (byte)i)];
        var delivered = 0;
        for (var i = 0; i < 50; i++)
        {
            var sending = sender.SendAsync(0xEF00, message, destination: 0x90);
            _time.AdvanceBy(TimeSpan.FromSeconds(10));
            Assert.True(sending.IsCompleted);
            if (sending.IsCompletedSuccessfully)
                delivered++;
        }

        Assert.All(received.Values, got => Assert.Equal(message, got.Data.ToArray()));
        Assert.Equal(delivered, received.Count);
        Assert.InRange(delivered, 26, 50); // without retransmission some 20 would be
    }

    private List<int> Send(LossyPlan plan)
    {
        var bus = new VirtualCanBus(_time);
        using var sender = bus.Connect();
        using var receiver = new LossyCanBus(bus.Connect, plan);
        using var received = receiver.Record();
        for (var i = 0; i < 1000; i++)
        {
            sender.Send(new CanFrame(1, BitConverter.GetBytes(i)));
            _time.AdvanceBy(TimeSpan.FromMilliseconds(1));
        }

        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        return [.. received.Values.Select(f => BitConverter.ToInt32(f.Data))];
    }
}
