using System.Reactive.Linq;
using System.Reactive.Subjects;
using Microsoft.Reactive.Testing;
using RxCan.J1939;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Typed;

/// <summary>The types that the generator makes of <c>vehicle.dbc</c>, a CanDatabase item of this project.</summary>
public class TypedMessageTests
{
    private static readonly byte[] Running = [0x80, 0x25, 0x3C, 0x0B, 0xFF, 0xE0, 0, 0x07];

    [Fact]
    public void A_message_knows_what_the_database_says_of_it()
    {
        Assert.Equal("EngineData", Vehicle.EngineData.Name);
        Assert.Equal<CanId>(0x123, Vehicle.EngineData.Id);
        Assert.Equal(8, Vehicle.EngineData.Length);
        Assert.Equal(TimeSpan.FromMilliseconds(100), Vehicle.EngineData.CycleTime);
        Assert.Equal(CanFilter.Id(0x123), Vehicle.EngineData.Filter);
        Assert.Null(Vehicle.EngineData.Pgn);
        Assert.Null(Vehicle.EEC1.CycleTime);
        Assert.Equal(0xF004, Vehicle.EEC1.Pgn);
        Assert.Equal(CanFilter.Pgn(0xF004), Vehicle.EEC1.Filter);
    }

    [Fact]
    public void A_frame_decodes_to_values()
    {
        var message = Vehicle.EngineData.Decode(new CanFrame(0x123, Running));

        double speed = message.EngineSpeed;
        int temperature = message.CoolantTemperature;
        Vehicle.Gear gear = message.Gear;
        bool isRunning = message.IsRunning;
        Assert.Equal((2400, 20, Vehicle.Gear.Third, true, -1, 7), (speed, temperature, gear, isRunning, message.Torque, message.Counter));
        Assert.Equal((9600, 60, -2), (message.EngineSpeedRaw, message.CoolantTemperatureRaw, message.TorqueRaw));
        using (new Comma())
            Assert.Equal("EngineData { EngineSpeed = 2400.25 rpm, CoolantTemperature = -40 degC, Gear = 4, IsRunning = False, Torque = 0 Nm, Counter = 0 }",
                Vehicle.EngineData.Decode([0x81, 0x25, 0, 4, 0, 0, 0, 0]).ToString());
    }

    [Fact]
    public void A_message_encodes_to_a_frame()
    {
        var message = new Vehicle.EngineData { EngineSpeed = 2400, CoolantTemperature = 20, Gear = Vehicle.Gear.Third, IsRunning = true, Torque = -1, Counter = 7 };

        Assert.Equal(new CanFrame(0x123, Running), message.ToFrame());
        Assert.Equal(message, Vehicle.EngineData.Decode(message.ToFrame()));
        Assert.NotEqual(message, message with { Torque = 0 });
        Assert.Equal(message with { EngineSpeed = 1000 }, message with { EngineSpeedRaw = 4000 });
    }

    [Fact]
    public void Bits_that_are_no_signals_are_kept_but_not_compared()
    {
        byte[] reserved = [0x80, 0x25, 0x3C, 0xFB, 0xFF, 0xEF, 0x55, 0x07];
        var message = Vehicle.EngineData.Decode(reserved);
        Assert.Equal(Vehicle.EngineData.Decode(Running), message);
        Assert.Equal(Vehicle.EngineData.Decode(Running).GetHashCode(), message.GetHashCode());
        Assert.Equal(reserved, message.ToFrame().Data.ToArray());
        Assert.Equal([0x80, 0x25, 0x3C, 0xF9, 0xFF, 0xEF, 0x55, 0x07], (message with { Gear = Vehicle.Gear.First }).ToFrame().Data.ToArray());
    }

    [Fact]
    public void A_new_message_has_the_start_values()
    {
        Assert.Equal("EngineData { EngineSpeed = 0 rpm, CoolantTemperature = 20 degC, Gear = Neutral, IsRunning = False, Torque = -1 Nm, Counter = 0 }", new Vehicle.EngineData().ToString());
        // Only that of the page that the start values select: the others have the same bits.
        Assert.Equal("Diagnosis { Page = 3, Mileage = 0.5 km }", new Vehicle.Diagnosis().ToString());
        Assert.Equal(-40, default(Vehicle.EngineData).CoolantTemperature);
    }

    [Fact]
    public void A_value_out_of_range_is_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Vehicle.EngineData { EngineSpeed = 9000 });
        Assert.StartsWith("EngineSpeed must be 0 to 8000, not 9000.", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Vehicle.EngineData { EngineSpeed = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Vehicle.EngineData { EngineSpeedRaw = 0x10000 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Vehicle.EngineData { CoolantTemperature = 216 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Vehicle.EngineData { Gear = (Vehicle.Gear)8 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Vehicle.EngineData { Torque = -1001 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Vehicle.EngineData { Counter = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Vehicle.Position { Heading = 361 });
        Assert.Equal(16383.75, new Vehicle.EngineData { EngineSpeedRaw = 0xFFFF }.EngineSpeed);
        Assert.Equal(8000, new Vehicle.EngineData { EngineSpeed = 8000.1 }.EngineSpeed);
    }

    [Fact]
    public void A_multiplexed_signal_is_null_unless_it_is_selected()
    {
        Assert.Equal("Diagnosis { Page = 0, Voltage = 12 V }", Vehicle.Diagnosis.Decode([0, 0xE0, 0x2E, 0, 0, 0, 0, 0]).ToString());
        Assert.Equal("Diagnosis { Page = 1, Part = 2, Serial = 3 }", Vehicle.Diagnosis.Decode([1, 2, 3, 0, 0, 0, 0, 0]).ToString());
        Assert.Equal("Diagnosis { Page = 1, Part = 4 }", Vehicle.Diagnosis.Decode([1, 4, 3, 0, 0, 0, 0, 0]).ToString());
        Assert.Equal(9, Vehicle.Diagnosis.Decode([1, 7, 9, 0, 0, 0, 0, 0]).Serial);
        // The multiplexer's value remains from another page.
        Assert.Null(Vehicle.Diagnosis.Decode([2, 2, 3, 0, 0, 0, 0, 0]).Serial);
        Assert.Null(Vehicle.Diagnosis.Decode([0, 0, 0, 0, 0, 0, 0, 0]).Mileage);
    }

    [Fact]
    public void A_multiplexed_signal_is_set_after_its_multiplexer()
    {
        var message = new Vehicle.Diagnosis { Page = 1, Part = 5, Serial = 77 };
        Assert.Equal(77, message.Serial);
        Assert.Equal(message, message with { Voltage = null });
        var error = Assert.Throws<InvalidOperationException>(() => new Vehicle.Diagnosis { Voltage = 12 });
        Assert.Equal("Voltage is in the message only while Page is 0: set that before Voltage.", error.Message);
    }

    [Fact]
    public void A_short_frame_has_what_it_reaches()
    {
        Assert.False(Vehicle.EngineData.TryDecode(new CanFrame(0x123, Running.AsSpan(0, 7)), out _));
        Assert.True(Vehicle.Diagnosis.TryDecode(new CanFrame(0x200, [0, 0xE0, 0x2E]), out var voltage));
        Assert.Equal(12, voltage.Voltage);
        Assert.True(Vehicle.Diagnosis.TryDecode(new CanFrame(0x200, [0, 0xE0]), out var page));
        Assert.Equal("Diagnosis { Page = 0 }", page.ToString());
        Assert.Throws<ArgumentException>(() => Vehicle.Diagnosis.Decode([]));
    }

    [Fact]
    public void A_frame_of_another_kind_is_not_decoded()
    {
        Assert.False(Vehicle.EngineData.TryDecode(new CanFrame(0x124, Running), out _));
        Assert.False(Vehicle.EngineData.TryDecode(new CanFrame(CanId.Extended(0x123), Running), out _));
        Assert.False(Vehicle.EngineData.TryDecode(CanFrame.Remote(0x123, 8), out _));
        Assert.Throws<ArgumentException>(() => Vehicle.EngineData.Decode(CanFrame.Remote(0x123, 8)));
        Assert.True(Vehicle.EngineData.TryDecode(CanFrame.Fd(0x123, [.. Running, 1, 2, 3, 4]), out _));
    }

    [Fact]
    public void Doubles_floats_and_both_orders_of_64_bytes_round_trip()
    {
        var message = new Vehicle.Position { Latitude = 52.5, Longitude = -13.25, Satellites = 300, Height = ulong.MaxValue - 1, Heading = 359.5f };

        var frame = message.ToFrame();

        Assert.True(frame is { IsFd: true, BitRateSwitch: true, Length: 64 });
        Assert.Equal(CanId.Extended(0x100000), frame.Id);
        Assert.Equal(BitConverter.GetBytes(52.5), frame.Data[..8].ToArray());
        Assert.Equal(BitConverter.GetBytes(-13.25).Reverse(), frame.Data[8..16].ToArray());
        var decoded = Vehicle.Position.Decode(frame);
        Assert.Equal(message, decoded);
        Assert.Equal((52.5, -13.25, 300, ulong.MaxValue - 1, 359.5f), (decoded.Latitude, decoded.Longitude, decoded.Satellites, decoded.Height, decoded.Heading));
    }

    [Fact]
    public void J1939_messages_match_by_their_parameter_group()
    {
        Assert.True(Vehicle.EEC1.TryDecode(new CanFrame(0x18F00431, [0, 0, 0, 0x40, 0x1F, 0, 0, 0]), out var message));
        Assert.Equal(1000, message.Speed);
        Assert.False(Vehicle.EEC1.TryDecode(new CanFrame(0x18F00531, [0, 0, 0, 0x40, 0x1F, 0, 0, 0]), out _));
        Assert.Throws<InvalidOperationException>(() => new Vehicle.EngineHours { Trips = 3 }.ToFrame());
    }

    [Fact]
    public void Long_J1939_messages_go_from_node_to_node()
    {
        var time = new TestScheduler();
        var wire = new VirtualCanBus(time);
        using var dashboard = wire.Connect().OpenJ1939(0x20);
        using var engine = wire.Connect().OpenJ1939(0x00);
        var received = new Recorder<Vehicle.EngineHours>();
        using var subscription = dashboard.Messages<Vehicle.EngineHours>().Subscribe(received);
        var sent = new Vehicle.EngineHours { Total = 1234.5, Trips = 42 };

        engine.Send(sent);
        time.AdvanceBy(TimeSpan.FromSeconds(2).Ticks);

        Assert.Equal([sent], received.Values);
        Assert.Throws<ArgumentException>(() => engine.Send(new Vehicle.EngineData()));
        Assert.Throws<ArgumentException>(() => dashboard.Messages<Vehicle.EngineData>());
    }

    [Fact]
    public void A_bus_delivers_and_sends_messages()
    {
        var time = new TestScheduler();
        var wire = new VirtualCanBus(time);
        using ICanBus dashboard = wire.Connect(), engine = wire.Connect();
        var received = new Recorder<Vehicle.EngineData>();
        var withFrames = new Recorder<ReceivedMessage<Vehicle.EngineData>>();
        dashboard.Messages<Vehicle.EngineData>().Subscribe(received);
        dashboard.ReceivedMessages<Vehicle.EngineData>().Subscribe(withFrames);
        var sent = new Vehicle.EngineData { EngineSpeed = 2400, Gear = Vehicle.Gear.Third };

        engine.Send(sent);
        engine.Send(new CanFrame(0x123, [1, 2])); // too short
        engine.Send(new CanFrame(0x124, Running));
        time.AdvanceBy(1);

        Assert.Equal([sent], received.Values);
        Assert.Equal(sent, Assert.Single(withFrames.Values).Message);
        Assert.Equal(sent.ToFrame(), withFrames.Values[0].Frame);
        dashboard.Dispose();
        time.AdvanceBy(1);
        Assert.True(received.IsCompleted && withFrames.IsCompleted);
    }

    [Fact]
    public void Messages_are_sent_at_their_cycle_time()
    {
        var time = new TestScheduler();
        var wire = new VirtualCanBus(time);
        using ICanBus dashboard = wire.Connect(), engine = wire.Connect();
        var received = new Recorder<Vehicle.EngineData>();
        dashboard.Messages<Vehicle.EngineData>().Subscribe(received);
        var latest = new BehaviorSubject<Vehicle.EngineData>(new() { Counter = 1 });

        using (engine.SendCyclic(new Vehicle.EngineData { Counter = 9 }).Subscribe())
            time.AdvanceBy(TimeSpan.FromMilliseconds(250).Ticks);
        Assert.Equal([9, 9, 9], received.Values.Select(message => message.Counter));

        using (latest.SendCyclic(engine, TimeSpan.FromMilliseconds(10)).Subscribe())
        {
            time.AdvanceBy(TimeSpan.FromMilliseconds(15).Ticks);
            latest.OnNext(new() { Counter = 2 });
            time.AdvanceBy(TimeSpan.FromMilliseconds(10).Ticks);
        }

        Assert.Equal([1, 1, 2], received.Values.Skip(3).Select(message => message.Counter));
        Assert.Throws<ArgumentNullException>(() => engine.SendCyclic(new Vehicle.Diagnosis()));
    }

    [Fact]
    public void Other_streams_of_frames_give_messages_too()
    {
        var frames = new[] { new CanFrame(0x123, Running), new CanFrame(0x124, Running), CanFrame.Remote(0x123, 8) };
        Assert.Equal([2400], frames.ToObservable().Messages<Vehicle.EngineData>().Select(message => message.EngineSpeed).ToEnumerable());
    }

    [Fact]
    public void Decoding_allocates_nothing()
    {
        var frame = new CanFrame(0x123, Running);
        var sum = 0.0;
        Allocation.AssertNone(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                Vehicle.EngineData.TryDecode(frame, out var message);
                sum += message.EngineSpeed + message.Torque + (int)message.Gear;
                frame = (message with { Counter = i & 0xFF }).ToFrame();
            }
        });
        Assert.True(sum > 0);
    }
}
