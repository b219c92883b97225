using RxCan.Dbc;
using RxCan.J1939;

namespace RxCan.Tests.Codec;

public sealed class DecodedMessageTests
{
    private static readonly CanDatabase Database = Car.Database;
    private static readonly DbcMessage Engine = Database["EngineData"];

    // 2400 rpm, 20 degC, third gear, -1.0 Nm, counter 7
    private static readonly CanFrame Frame = new(0x100, [0x80, 0x25, 60, 3, 0xF6, 0x7F, 0, 0]);

    [Fact]
    public void A_frame_is_decoded_by_its_identifier()
    {
        var message = Database.Decode(Frame)!.Value;

        Assert.Same(Engine, message.Message);
        Assert.Equal(Frame, message.Frame);
        Assert.Equal("EngineData { EngineSpeed = 2400 rpm, Temperature = 20 degC, Gear = Third, Torque = -1 Nm, Counter = 7 }", message.ToString());
        Assert.Equal(2400, message["EngineSpeed"]);
        Assert.Equal(20, message[Engine["Temperature"]]);
        Assert.True(message.TryGet("Gear", out var gear));
        Assert.Equal((3, 3L, "Third"), (gear.Value, gear.Raw, gear.ValueName));
        Assert.Null(Database.Decode(new CanFrame(0x7FF, [])));
        Assert.Null(Database.Decode(new CanFrame(CanId.Extended(0x100), [])));
    }

    [Fact]
    public void A_signal_has_the_identifier_and_the_time_of_its_frame()
    {
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        Assert.All(Database.Decode(Frame.WithTimestamp(time))!.Value, signal => Assert.Equal((0x100, time), (signal.Id, signal.Timestamp)));
    }

    [Theory]
    [InlineData(0, "EngineData {  }")]
    [InlineData(1, "EngineData {  }")]
    [InlineData(2, "EngineData { EngineSpeed = 2400 rpm }")]
    [InlineData(4, "EngineData { EngineSpeed = 2400 rpm, Temperature = 20 degC, Gear = Third }")]
    [InlineData(5, "EngineData { EngineSpeed = 2400 rpm, Temperature = 20 degC, Gear = Third }")]
    public void What_a_short_frame_does_not_hold_is_absent(int length, string expected)
    {
        var message = Database.Decode(new CanFrame(0x100, Frame.Data[..length]))!.Value;

        Assert.Equal(expected, message.ToString());
        Assert.Null(message["Torque"]);
        Assert.False(message.TryGet("Torque", out _));
        Assert.Null(Engine["Torque"].Decode(message.Frame));
    }

    [Fact]
    public void Remote_and_error_frames_hold_nothing()
    {
        foreach (var frame in (CanFrame[])[CanFrame.Remote(0x100, 8), CanFrame.Parse("20000100#0011223344556677")])
        {
            Assert.Null(Database.Decode(frame));
            Assert.Empty(Engine.Decode(frame));
            Assert.Null(Engine["EngineSpeed"].Decode(frame));
        }
    }

    [Theory]
    [InlineData("00 64 00 00 00 00 00 09", "Mixed { Mode = 0, Pressure = 10 bar, Status = 9 }")]
    [InlineData("01 64 00 00 00 00 00 09", "Mixed { Mode = 1, Flow = 50 l/min, Status = 9 }")]
    [InlineData("02 02 05 00 00 00 00 09", "Mixed { Mode = 2, Sub = 2, Status = 9 }")]
    [InlineData("02 04 05 00 00 00 00 09", "Mixed { Mode = 2, Sub = 4, Deep = 5, Status = 9 }")]
    [InlineData("02 08 05 00 00 00 00 09", "Mixed { Mode = 2, Sub = 8, Deep = 5, Status = 9 }")]
    [InlineData("03 08 05 00 00 00 00 09", "Mixed { Mode = 3, Status = 9 }")]
    [InlineData("02 08", "Mixed { Mode = 2, Sub = 8 }")]
    [InlineData("", "Mixed {  }")]
    public void Multiplexed_signals_are_there_while_their_multiplexers_select_them(string data, string expected) =>
        Assert.Equal(expected, Database["Mixed"].Decode(Bus.Pattern.Bytes(data)).ToString());

    [Fact]
    public void Signals_behind_more_multiplexers_than_can_be_evaluated_are_absent()
    {
        // Each is selected by both of the level before: the checks double from level to level.
        var levels = Enumerable.Range(0, 30).ToArray();
        var lines = levels.SelectMany(i => (string[])[$"A{i}", $"B{i}"]).Select(name => $" SG_ {name} m0M : 0|1@1+ (1,0) [0|0] \"\" X\n");
        var conditions = levels.Skip(1).SelectMany(i => (string[])[$"A{i} A{i - 1}", $"A{i} B{i - 1}", $"B{i} A{i - 1}", $"B{i} B{i - 1}"])
            .Select(names => $"SG_MUL_VAL_ 1 {names} 0-0;\n");
        var message = CanDatabase.Parse(
            $"BO_ 1 M: 1 X\n{string.Concat(lines).Replace("A0 m0M", "A0 M", StringComparison.Ordinal).Replace("B0 m0M", "B0 M", StringComparison.Ordinal)}\n{string.Concat(conditions)}").Messages[0];

        Assert.Equal(2, message["A29"].Multiplexing.Count);
        Assert.Equal(0, message["A5"].Decode([0]));
        Assert.Null(message["A5"].Decode([1]));
        Assert.Null(message["A29"].Decode([0]));
    }

    [Fact]
    public void Large_numbers_are_shown_exactly_and_long_text_is_no_number()
    {
        var data = new byte[24];
        data.AsSpan(0, 16).Fill(0xFF);
        BitConverter.TryWriteBytes(data.AsSpan(16), 0.1f);
        var message = Database["Large"].Decode(CanFrame.Fd(0x102, data));

        Assert.Equal("Large { First = 18446744073709551615, Energy = 18446744073709551615 J, Ratio = 0.1 }", message.ToString());
        Assert.True(message.TryGet("Energy", out var energy));
        Assert.Equal((-1L, 18446744073709551615.0), (energy.Raw, energy.Value));
        Assert.Null(message["Text"]);
    }

    [Fact]
    public void Another_name_throws_and_another_message_s_signal_is_absent()
    {
        var message = Engine.Decode(Frame);

        Assert.Contains("EngineSpeed, Temperature", Assert.Throws<KeyNotFoundException>(() => message["Enginespeed"]).Message, StringComparison.Ordinal);
        Assert.False(message.TryGet("Enginespeed", out _));
        Assert.Null(message[Database["Mixed"]["Mode"]]);
        Assert.False(message.TryGet(Database["Mixed"]["Mode"], out _));
    }

    [Theory]
    [InlineData("0CF004FE#0000008025", "EEC1")] // the database's own identifier
    [InlineData("18F00400#0000008025", "EEC1")] // another source and priority
    [InlineData("0CF00421#0000008025", "EEC1_Second")]
    [InlineData("18F00421#0000008025", "EEC1_Second")]
    [InlineData("18EF1122#05", "Command")] // with a destination
    [InlineData("1CFEEC01#05", "VIN")]
    [InlineData("0DF00400#0000008025", null)] // the data page counts
    [InlineData("18F00500#0000008025", null)]
    public void J1939_messages_are_found_by_their_parameter_group(string frame, string? expected) =>
        Assert.Equal(expected, Database.Decode(CanFrame.Parse(frame))?.Name);

    [Fact]
    public void A_long_J1939_message_is_decoded()
    {
        var data = new byte[20];
        data[19] = 26;
        var message = Database.Decode(new J1939Message { Pgn = 0xFEEC, Source = 0x31, Data = data })!.Value;

        Assert.Equal("VIN { Year = 2026 }", message.ToString());
        Assert.Equal(0x31, J1939Id.From(message.Id).Source);
        Assert.Equal(data, message.Data);
        Assert.Null(Database.Decode(new J1939Message { Pgn = 0xFEED, Source = 0x31, Data = data }));
    }

    [Fact]
    public void Messages_are_equal_if_their_frames_are()
    {
        var other = new CanFrame(0x100, [1]);
        Assert.Equal(Engine.Decode(Frame), Engine.Decode(Frame));
        Assert.True(Engine.Decode(Frame) != Engine.Decode(other));
        Assert.False(Engine.Decode(Frame) == Database["Mixed"].Decode(Frame));
        Assert.True(Engine.Decode(Frame).GetHashCode() == Engine.Decode(Frame).GetHashCode());
        Assert.Equal("", default(DecodedMessage).ToString());
    }

    [Fact]
    public void Decoding_allocates_nothing()
    {
        var sum = 0.0;
        Allocation.AssertNone(() =>
        {
            var message = Database.Decode(Frame)!.Value;
            foreach (var signal in message)
                sum += signal.Value;
            sum += message["EngineSpeed"] ?? 0;
        });
        Assert.NotEqual(0, sum);
    }
}
