using System.Reactive.Linq;
using System.Reactive.Subjects;
using Microsoft.Reactive.Testing;
using RxCan.Dbc;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Simulation;

public sealed class RestBusTests : IDisposable
{
    private static readonly CanDatabase Database = Network.Database;

    private readonly TestScheduler _time = new();
    private readonly Recorder<CanFrame> _seen = new();
    private readonly VirtualCanBus _wire;
    private readonly ICanBus _can;
    private readonly ICanBus _ecu;

    public RestBusTests()
    {
        _wire = new(_time);
        (_can, _ecu) = (_wire.Connect(), _wire.Connect());
        _ecu.Subscribe(_seen);
    }

    public void Dispose()
    {
        _can.Dispose();
        _ecu.Dispose();
    }

    [Fact]
    public void The_messages_of_the_nodes_are_sent_at_their_cycle_times_with_their_start_values()
    {
        using var rest = _can.RestBus(Database, ["Gateway", "ABS"]);
        Assert.Equal(["WheelSpeeds", "Brake", "Status", "Clock", "Display"], rest.Messages.Select(message => message.Name));
        Advance(1000 - 1);

        var counts = _seen.Values.CountBy(frame => frame.ToString()).ToDictionary();
        Assert.Equal(
            new Dictionary<string, int> { ["100#6400000000000000"] = 50, ["101#0000000000000000"] = 20, ["200#0100000000000000"] = 10 }, counts);
    }

    [Fact]
    public void Signals_are_observers_and_the_next_period_has_the_latest_value()
    {
        using var rest = _can.RestBus(Database, nodes: ["ABS"]);
        var wheelSpeed = new Subject<double>();
        wheelSpeed.Subscribe(rest.Signal("WheelSpeeds.FrontLeft"));
        wheelSpeed.Subscribe(rest.Signal(Database["WheelSpeeds"]["FrontRight"]));
        Advance(10);
        wheelSpeed.OnNext(20);
        wheelSpeed.OnNext(30);
        Advance(20);

        Assert.Equal([1.0, 30.0], Seen("WheelSpeeds").Select(frame => Database["WheelSpeeds"]["FrontLeft"].Decode(frame)));
        Assert.Equal([0.0, 30.0], Seen("WheelSpeeds").Select(frame => Database["WheelSpeeds"]["FrontRight"].Decode(frame)));
    }

    [Fact]
    public void A_change_is_sent_at_once_if_the_send_type_says_so()
    {
        using var rest = _can.RestBus(Database, ["Gateway"]);
        var odometer = rest.Signal("Status.Odometer");
        Advance(30);
        odometer.OnNext(5);
        Advance(1);
        Assert.Equal(2, Seen("Status").Length);
        odometer.OnNext(5);
        Advance(1);
        Assert.Equal(2, Seen("Status").Length);
        rest.Update("Status", ("Ignition", "On"), ("Odometer", 6));
        Advance(80);

        Assert.Equal([(0.0, 1L), (5.0, 1L), (6.0, 2L), (6.0, 2L)], Seen("Status").Select(frame =>
            (Database["Status"]["Odometer"].Decode(frame)!.Value, Database["Status"]["Ignition"].DecodeRaw(frame.Data)!.Value)));
    }

    [Fact]
    public void A_message_without_a_cycle_time_is_sent_when_it_changes_or_is_updated()
    {
        using var rest = _can.RestBus(Database, ["Gateway"]);
        var hour = rest.Signal("Clock.Hour");
        Advance(100);
        Assert.Empty(Seen("Clock"));
        hour.OnNext(7);
        hour.OnNext(7);
        hour.OnNext(8);
        rest.Update("Clock");
        Advance(1);

        Assert.Equal([7.0, 8.0, 8.0], Seen("Clock").Select(frame => Database["Clock"]["Hour"].Decode(frame)));
    }

    [Fact]
    public void Counters_and_checksums_go_on_while_signals_change()
    {
        var options = new RestBusOptions
        {
            Protection = message => message.Name switch
            {
                "WheelSpeeds" => MessageProtection.Counter(message["Counter"]),
                "Brake" => MessageProtection.AutosarProfile1(0x123),
                "Clock" => MessageProtection.Counter(message["Count"]),
                _ => null,
            },
        };
        using var rest = _can.RestBus(Database, ["Gateway", "ABS"], options);
        Advance(19);
        rest.Signal("WheelSpeeds.FrontLeft").OnNext(2);
        for (var hour = 0; hour < 5; hour++)
            rest.Update("Clock", ("Hour", hour));
        Advance(20 * 20);

        Assert.Equal(Enumerable.Range(0, 21).Select(i => (i % 16, i == 0 ? 1.0 : 2.0)), Seen("WheelSpeeds").Select(frame =>
            ((int)Database["WheelSpeeds"]["Counter"].DecodeRaw(frame.Data)!, Database["WheelSpeeds"]["FrontLeft"].Decode(frame)!.Value)));
        Assert.Equal(["CC00000000000000", "9101000000000000"], Seen("Brake").Take(2).Select(frame => Convert.ToHexString(frame.Data)));
        Assert.Equal([0L, 1L, -2L, -1L, 0L], Seen("Clock").Select(frame => Database["Clock"]["Count"].DecodeRaw(frame.Data)));
    }

    [Fact]
    public void A_users_function_makes_the_frame_of_a_count()
    {
        var xor = new MessageProtection(4, (frame, count) =>
        {
            byte[] data = [.. frame.Data[..6], (byte)count, 0];
            data[7] = data.Aggregate((one, other) => (byte)(one ^ other));
            return frame.WithData(data);
        });
        using var rest = _can.RestBus(Database, ["ABS"], new() { Protection = message => message.Name == "WheelSpeeds" ? xor : null });
        Advance(90);

        Assert.Equal([0, 1, 2, 3, 0], Seen("WheelSpeeds").Select(frame => frame.Data[6]));
        Assert.All(Seen("WheelSpeeds"), frame => Assert.Equal(0, frame.Data.ToArray().Aggregate((one, other) => (byte)(one ^ other))));
    }

    [Theory]
    [InlineData(1, 0x123, 0, "0000000000000000", "CC00000000000000")]
    [InlineData(1, 0x123, 1, "0000000000000000", "9101000000000000")]
    [InlineData(5, 0x1234, 0, "0000000000000000", "1CCA000000000000")]
    [InlineData(1, 0x123, 14, "FFD0", "..DE")]
    [InlineData(1, 0x123, 3, "00", "00")]
    public void Profiles_have_the_values_of_their_specification(int profile, int dataId, int count, string data, string expected)
    {
        var protection = profile == 1 ? MessageProtection.AutosarProfile1((ushort)dataId) : MessageProtection.AutosarProfile5((ushort)dataId);
        var frame = Convert.ToHexString(protection.Protect(new(1, Convert.FromHexString(data)), count).Data);
        Assert.Matches($"^{expected}$", frame);
        Assert.Equal(profile == 1 ? 15 : 256, protection.Counts);
    }

    [Fact]
    public void A_value_that_cannot_be_is_reported_and_the_rest_goes_on()
    {
        using var rest = _can.RestBus(Database, ["Gateway", "ABS"]);
        using var errors = rest.Errors.Record();
        var speed = rest.Signal("WheelSpeeds.FrontLeft");
        speed.OnNext(1000);
        speed.OnNext(double.NaN);
        speed.OnNext(40);
        speed.OnError(new InvalidOperationException("no more"));
        rest.Signal("Display.Text").OnNext(1);
        Advance(25);

        Assert.Equal(4, errors.Count);
        Assert.Contains("FrontLeft cannot be 1000", errors.Values[0].Message);
        Assert.Equal("no more", errors.Values[2].Message);
        Assert.Equal([1.0, 40.0], Seen("WheelSpeeds").Select(frame => Database["WheelSpeeds"]["FrontLeft"].Decode(frame)));
        Assert.Throws<ArgumentOutOfRangeException>(() => rest.Update("WheelSpeeds", ("FrontLeft", 1000)));
        rest.Update("Display", ("Page", 1), ("Text", 2));
        Advance(1);
        Assert.Equal("202#0102000000000000", Seen("Display").Single().ToString());
    }

    [Fact]
    public void Names_that_are_not_there_are_explained()
    {
        using var rest = _can.RestBus(Database, ["ABS"]);
        Assert.Contains("Engine, Gateway, ABS", Assert.Throws<ArgumentException>(() => _can.RestBus(Database, ["Abs"])).Message);
        Assert.Contains("WheelSpeeds, Brake", Assert.Throws<KeyNotFoundException>(() => rest.Signal("EngineData.EngineSpeed")).Message);
        Assert.Throws<KeyNotFoundException>(() => rest.Signal(Database["EngineData"]["EngineSpeed"]));
        Assert.Throws<KeyNotFoundException>(() => rest.Signal("WheelSpeeds"));
        Assert.Throws<KeyNotFoundException>(() => rest.Update("EngineData", ("EngineSpeed", 1)));
        Assert.Throws<ArgumentException>(() => MessageProtection.Counter(Database["WheelSpeeds"]["FrontLeft"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageProtection(257, (frame, _) => frame));
    }

    [Fact]
    public void Nothing_is_left_after_it_is_disposed()
    {
        var rest = _can.RestBus(Database, ["Gateway", "ABS"]);
        var (hour, errors) = (rest.Signal("Clock.Hour"), rest.Errors.Record());
        Advance(100);
        rest.Dispose();
        rest.Dispose();
        Advance(1);
        var count = _seen.Count;
        hour.OnNext(5);
        rest.Update("Status", ("Odometer", 5));
        Advance(1000);

        Assert.Equal(count, _seen.Count);
        Assert.True(errors.End is { Kind: System.Reactive.NotificationKind.OnCompleted });
    }

    [Fact]
    public void It_can_be_updated_by_whoever_gets_its_messages()
    {
        using var rest = _can.RestBus(Database, ["Gateway"]);
        using var answer = _ecu.Where(CanFilter.Id(513)).Where(frame => frame.Data[0] < 3).Subscribe(frame => rest.Update("Clock", ("Hour", frame.Data[0] + 1)));
        rest.Update("Clock", ("Hour", 0));
        Advance(10);

        Assert.Equal([0, 1, 2, 3], Seen("Clock").Select(frame => frame.Data[0]));
    }

    [Fact]
    public void A_bus_that_cannot_send_is_reported()
    {
        using var rest = _can.RestBus(Database, ["Gateway"]);
        using var errors = rest.Errors.Record();
        _can.Dispose();
        rest.Update("Clock", ("Hour", 1));

        Assert.IsType<ObjectDisposedException>(Assert.Single(errors.Values));
    }

    private CanFrame[] Seen(string message) => [.. _seen.Values.Where(frame => frame.Id == Database[message].Id)];

    private void Advance(int milliseconds) => _time.AdvanceBy(TimeSpan.FromMilliseconds(milliseconds).Ticks);
}
