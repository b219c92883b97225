using System.Reactive.Concurrency;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Virtual;

/// <summary>In-process buses that are opened by name, and names of those that are not.</summary>
public sealed class NamedBusTests
{
    [Fact]
    public void A_name_may_have_bit_rates_and_is_the_same_without_them()
    {
        using var sender = CanBus.Open("virtual:rates?bitrate=1000&dataBitrate=8000");
        using var receiver = CanBus.Open("virtual:rates");
        using var same = CanBus.Open("virtual:rates?DATABITRATE=8000&BitRate=1000");
        using var received = receiver.Record();

        for (var i = 0; i < 3; i++)
            sender.Send(CanFrame.Fd(0x123, [1], bitRateSwitch: true));

        var times = received.WaitForCount(3).Values.Select(frame => frame.Timestamp).ToArray();
        var took = CanFrameBits.Of(received.Values[0]).Duration(1000, 8000);
        Assert.All(times.Zip(times.Skip(1), (a, b) => b - a), pause => Assert.InRange(pause, took - TimeSpan.FromTicks(1), TimeSpan.MaxValue));
        Assert.All([sender.Name, receiver.Name, same.Name, received.Values[0].Interface], name => Assert.Equal("virtual:rates", name));
    }

    [Fact]
    public void A_name_may_have_a_queue_length_and_faults()
    {
        using var sender = CanBus.Open("virtual:bad?bitrate=1&transmitQueueLength=1&seed=3&loss=1&errors=0.5&duplicates=0&maxDelay=2.5");

        sender.Send(new CanFrame(1, []));
        sender.Send(new CanFrame(1, []));

        var error = Assert.Throws<CanQueueFullException>(() => sender.Send(new CanFrame(1, [])));
        Assert.StartsWith("virtual:bad: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bus_that_is_open_with_other_settings_is_not_opened()
    {
        using (CanBus.Open("virtual:other?bitrate=500000"))
        {
            var error = Assert.Throws<CanInterfaceBusyException>(() => CanBus.Open("virtual:other?bitrate=250000"));
            Assert.Contains("virtual:other is open with other settings", error.Message, StringComparison.Ordinal);
        }

        CanBus.Open("virtual:other?bitrate=250000").Dispose(); // nobody has it any more
    }

    [Theory]
    [InlineData("bitrate=fast", "'bitrate=fast'")]
    [InlineData("bitrate", "'bitrate'")]
    [InlineData("bitrate=0", "1 to 1000000")]
    [InlineData("bitrate=500000&dataBitrate=1", "500000 (the nominal bit rate) to 12000000")]
    [InlineData("dataBitrate=500000", "needs a bitrate")]
    [InlineData("bitrate=99999999999", "'bitrate=99999999999'")]
    [InlineData("loss=2", "0 to 1")]
    [InlineData("loss=0,5", "'loss=0,5'")]
    [InlineData("maxDelay=NaN", "'maxDelay=NaN'")]
    [InlineData("maxDelay=-1", "'maxDelay=-1'")]
    [InlineData("speed=1", "Known settings: bitrate, dataBitrate")]
    public void A_wrong_setting_is_named(string settings, string message)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => CanBus.Open($"virtual:wrong?{settings}"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_of_a_bus_is_in_its_frames_events_and_messages()
    {
        var time = new HistoricalScheduler();
        VirtualCanBus left = new(time) { Name = "left" }, right = new(bitrate: 1, transmitQueueLength: 0, scheduler: time) { Name = "right" };
        using ICanBus sender = left.Connect(), receiver = left.Connect(), slow = right.Connect();
        using var frames = receiver.Record();
        using var events = receiver.Events.Record();

        sender.Send(new CanFrame(1, []));
        left.LinkDown();
        slow.Send(new CanFrame(1, []));
        time.AdvanceBy(TimeSpan.FromTicks(1));

        Assert.Equal(("left", "left", "left"), (receiver.Name, Assert.Single(frames.Values).Interface, Assert.Single(events.Values).Interface));
        Assert.StartsWith("left: ", Assert.Throws<CanInterfaceDownException>(() => sender.Send(new CanFrame(1, []))).Message, StringComparison.Ordinal);
        Assert.StartsWith("right: ", Assert.Throws<CanQueueFullException>(() => slow.Send(new CanFrame(1, []))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new VirtualCanBus { Name = " " });
    }
}
