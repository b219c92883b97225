using RxCan.Dbc;
using RxCan.J1939;

namespace RxCan.Tests.Codec;

public sealed class EncodingTests
{
    private static readonly CanDatabase Database = Car.Database;
    private static readonly DbcMessage Engine = Database["EngineData"];
    private static readonly DbcMessage Mixed = Database["Mixed"];

    [Fact]
    public void Named_signals_have_their_values_and_the_others_their_start_values() => Assert.Equal(
        "EngineData { EngineSpeed = 800 rpm, Temperature = 20 degC, Gear = Third, Torque = -12.3 Nm, Counter = 0 }",
        Engine.Decode(Engine.Encode(("Gear", "Third"), ("Torque", -12.3))).ToString());

    [Fact]
    public void Numbers_names_and_raw_numbers_can_be_mixed()
    {
        var frame = Engine.Encode(("EngineSpeed", 2400), ("Temperature", 20.4), ("Gear", SignalValue.Raw(7)), ("Torque", 0), ("Counter", 3L));

        Assert.Equal(new CanFrame(0x100, [0x80, 0x25, 60, 7, 0, 0x30, 0, 0]), frame);
    }

    [Fact]
    public void An_update_keeps_all_that_is_not_named()
    {
        var frame = new CanFrame(0x100, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]).WithTimestamp(DateTimeOffset.UnixEpoch);

        Assert.Equal("FFFFFFFB0000FFFF", Bus.Pattern.Hex(Engine.Update(frame, ("Gear", "Third"), ("Torque", 0), ("Counter", 0))));
        Assert.Equal("FFFFFFFBFFFFFFFF", Bus.Pattern.Hex(Engine["Gear"].Encode("Third", frame)));
        Assert.Equal(frame.Timestamp, Engine["Gear"].Encode("Third", frame).Timestamp);
        Assert.Equal("FFFF3C", Bus.Pattern.Hex(Engine.Update(new(0x100, [0xFF, 0xFF, 0]), ("Temperature", 20))));
    }

    [Theory]
    [InlineData("EngineSpeed", 8000.25, "EngineData.EngineSpeed cannot be 8000.25: write 0 to 8000, or SignalValue.Raw for a number outside of its range.")]
    [InlineData("EngineSpeed", 20000.0, "EngineData.EngineSpeed cannot be 20000: its 16 bits hold 0 to 16383.75.")]
    [InlineData("EngineSpeed", double.NaN, "EngineData.EngineSpeed cannot be NaN: its 16 bits hold 0 to 16383.75.")]
    [InlineData("Torque", 204.8, "EngineData.Torque cannot be 204.8: its 12 bits hold -204.8 to 204.7.")]
    [InlineData("Counter", 16L, "EngineData.Counter cannot be 16: its 4 bits hold 0 to 15.")]
    [InlineData("Gear", 6L, "EngineData.Gear cannot be 6: write 0 to 5, or SignalValue.Raw for a number outside of its range.")]
    [InlineData("Gear", "third", "EngineData.Gear has no value named 'third'. It has 'Neutral', 'First', 'Second', 'Third', 'Impossible'.")]
    [InlineData("Gear", "Impossible", "EngineData.Gear cannot be Impossible: the database gives it the number 9, but 3 bits hold 0 to 7.")]
    [InlineData("Counter", "One", "EngineData.Counter has no named values, such as 'One': write a number.")]
    public void A_value_that_a_signal_cannot_have_says_what_to_write(string signal, object value, string message)
    {
        SignalValue refused = value switch { string name => name, long integer => integer, _ => (double)value };
        var error = Assert.ThrowsAny<ArgumentException>(() => Engine.Encode((signal, refused)));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        var data = new byte[8];
        Assert.ThrowsAny<ArgumentException>(() => Engine[signal].Encode(refused, data));
        Assert.Equal(new byte[8], data);
    }

    [Fact]
    public void A_raw_number_must_fit_but_need_not_be_in_the_range()
    {
        Assert.Equal(65535, Engine["EngineSpeed"].DecodeRaw(Engine.Encode(("EngineSpeed", SignalValue.Raw(65535))).Data));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Engine.Encode(("Torque", SignalValue.Raw(2048))));
        Assert.Contains("its 12 bits hold -2048 to 2047 without factor and offset", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_checked()
    {
        Assert.Contains("It has: EngineSpeed", Assert.Throws<KeyNotFoundException>(() => Engine.Encode(("Speed", 1))).Message, StringComparison.Ordinal);
        Assert.Contains("named twice", Assert.Throws<ArgumentException>(() => Engine.Encode(("Gear", 1), ("Gear", 2))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_that_is_too_short_for_a_named_signal_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Engine.Update(new(0x100, [0, 0]), ("Temperature", 20)));
        Assert.Contains("EngineData.Temperature needs 3 bytes of data, but there are 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("is not a number", Assert.Throws<ArgumentException>(() => Database["Large"].Encode(("Text", 1))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Flow", "01 0A 00 00 00 00 00 00")]
    [InlineData("Pressure", "00 32 00 00 00 00 00 00")]
    [InlineData("Deep", "02 03 05 00 00 00 00 00")]
    [InlineData("Status", "00 09 00 00 00 00 00 05")] // the start value of what mode 0 selects
    public void A_new_message_has_the_multiplexers_that_a_named_signal_needs(string signal, string expected) =>
        Assert.Equal(Bus.Pattern.Bytes(expected), Mixed.EncodeData((signal, 5)));

    [Fact]
    public void A_named_multiplexer_selects_what_has_its_start_value()
    {
        Assert.Equal(Bus.Pattern.Bytes("01 07 00 00 00 00 00 00"), Mixed.EncodeData(("Mode", 1)));
        Assert.Equal(Bus.Pattern.Bytes("02 08 05 00 00 00 00 00"), Mixed.EncodeData(("Sub", 8)));
        Assert.Equal(Bus.Pattern.Bytes("02 08 06 00 00 00 00 00"), Mixed.EncodeData(("Deep", 6), ("Sub", 8), ("Mode", 2)));
    }

    [Theory]
    [InlineData("Mode", 1, "Pressure", "Mixed.Pressure is in the message only while Mode is 0: name such a value, or leave Pressure out.")]
    [InlineData("Flow", 1, "Pressure", "Mixed.Pressure is in the message only while Mode is 0")]
    [InlineData("Sub", 5, "Deep", "Mixed.Deep is in the message only while Sub is 3-4, 8")]
    public void Signals_that_exclude_each_other_are_refused(string signal, int value, string other, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => Mixed.Encode((signal, value), (other, 1)));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_does_not_change_a_multiplexer_that_is_not_named()
    {
        var frame = Mixed.Encode(("Pressure", 1));

        Assert.Throws<ArgumentException>(() => Mixed.Update(frame, ("Flow", 1)));
        Assert.Equal("Mixed { Mode = 1, Flow = 1 l/min, Status = 0 }", Mixed.Decode(Mixed.Update(frame, ("Flow", 1), ("Mode", 1))).ToString());
    }

    [Fact]
    public void A_CAN_FD_message_is_padded_to_a_possible_length()
    {
        var message = CanDatabase.Parse("BO_ 1 Odd: 18 X\n SG_ Last : 136|8@1+ (1,0) [0|0] \"\" X\n").Messages[0];

        var frame = message.Encode(("Last", 255));

        Assert.Equal(CanFrame.Fd(1, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0], bitRateSwitch: true), frame);
        Assert.Equal(18, message.EncodeData().Length);
    }

    [Fact]
    public void What_is_not_named_is_not_available_in_J1939()
    {
        var message = Database["EEC1"];
        var frame = message.Encode(("Rpm", 1200)).WithId(message.IdFrom(source: 0x17, priority: 6));

        Assert.Equal("18F00417#FFFFFF8025FFFFFF", frame.ToString());
        Assert.Equal(CanId.Extended(0x18EF2233), Database["Command"].IdFrom(0x33, destination: 0x22));
        Assert.Throws<InvalidOperationException>(() => message.IdFrom(0, destination: 0x22));
        Assert.Throws<InvalidOperationException>(() => message.IdFrom(0, priority: 8));
        Assert.Throws<InvalidOperationException>(() => Engine.IdFrom(0));
    }

    [Fact]
    public void A_message_of_many_frames_is_encoded_as_data()
    {
        var vin = Database["VIN"];

        Assert.Contains("use EncodeData", Assert.Throws<InvalidOperationException>(() => vin.Encode(("Year", 2026))).Message, StringComparison.Ordinal);
        Assert.Equal([.. Enumerable.Repeat<byte>(0xFF, 19), 26], vin.EncodeData(("Year", 2026)));
    }

    [Fact]
    public void Encoding_allocates_nothing()
    {
        var frame = Engine.Encode();
        Allocation.AssertNone(() =>
        {
            frame = Engine.Encode(("EngineSpeed", 2400), ("Gear", "Third"), ("Torque", -3.5));
            frame = Engine.Update(frame, ("EngineSpeed", 2500));
            frame = Engine["Counter"].Encode(3, frame);
        });
        Assert.Equal(2500, Engine.Decode(frame)["EngineSpeed"]);
    }
}
