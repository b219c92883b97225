using RxCan.Dbc;
using RxCan.Uds;

namespace RxCan.Monitor.Tests;

/// <summary>What people type and read.</summary>
public sealed class TextTests
{
    private const string Database = """
        BO_ 416 EngineData: 4 Engine
         SG_ EngineSpeed : 0|16@1+ (0.25,0) [0|8000] "rpm" Dashboard
         SG_ Gear : 16|4@1+ (1,0) [0|0] "" Dashboard
        BO_ 417 EngineState: 4 Engine
         SG_ Gear : 0|4@1+ (1,0) [0|0] "" Dashboard
        VAL_ 416 Gear 3 "Third";
        """;

    private static readonly string[] Frames = ["100#01", "180#01", "1A0#80250300", "1A0#00000100", "1A1#03", "7E8#01", "00000100#01", "100#R"];

    [Theory]
    [InlineData("", "100#01 180#01 1A0#80250300 1A0#00000100 1A1#03 7E8#01 00000100#01 100#R")]
    [InlineData("100-1FF,~180", "100#01 1A0#80250300 1A0#00000100 1A1#03")]
    [InlineData("~180,100-1FF", "100#01 1A0#80250300 1A0#00000100 1A1#03")]
    [InlineData("100 7E8", "100#01 7E8#01")]
    [InlineData("0x100 0x7e8", "100#01 7E8#01")]
    [InlineData("100-1FF & ~180 & ~1A0", "100#01 1A1#03")]
    [InlineData("100R", "100#R")]
    [InlineData("100 R", "100#R")]
    [InlineData("~100-1FF ~7E8", "00000100#01 100#R")]
    [InlineData("EngineData", "1A0#80250300 1A0#00000100")]
    [InlineData("engine*", "1A0#80250300 1A0#00000100 1A1#03")]
    [InlineData("Gear", "1A0#80250300 1A0#00000100 1A1#03")]
    [InlineData("EngineSpeed>2000", "1A0#80250300")]
    [InlineData("EngineSpeed <= 0", "1A0#00000100")]
    [InlineData("Gear=3", "1A0#80250300 1A1#03")]
    [InlineData("EngineData.Gear=Third", "1A0#80250300")]
    [InlineData("Gear!=3", "1A0#00000100")]
    [InlineData("7E8, (Engine* & ~EngineSpeed>2000)", "1A0#00000100 1A1#03 7E8#01")]
    [InlineData("Engine*,~EngineData", "1A1#03")]
    public void A_filter_takes_identifiers_names_and_values(string text, string passed)
    {
        var filter = FrameFilter.Parse(text, Load());
        Assert.Equal(passed, string.Join(' ', Frames.Where(frame => filter.Matches(CanFrame.Parse(frame)))));
    }

    [Theory]
    [InlineData("xyz", "no message or signal xyz")]
    [InlineData("Speed>3", "no signal Speed")]
    [InlineData("EngineState.EngineSpeed>3", "no signal EngineState.EngineSpeed")]
    [InlineData("EngineSpeed>0,5", "0,5 a number or two items?")]
    [InlineData("EngineSpeed>fast", "value of EngineSpeed")]
    [InlineData("100-1FF,", "identifier is missing")]
    [InlineData("800", "is not an identifier")]
    [InlineData("((((((((((((((((((((1))))))))))))))))))))", "nested too deeply")]
    public void A_wrong_filter_says_why(string text, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => FrameFilter.Parse(text, Load())).Message);

    [Fact]
    public void Without_a_database_names_are_refused()
    {
        Assert.Contains("--dbc", Assert.Throws<FormatException>(() => FrameFilter.Parse("EngineSpeed>3", null)).Message);
        Assert.Contains("is not a CAN filter", Assert.Throws<FormatException>(() => FrameFilter.Parse("Engine", null)).Message);
    }

    [Fact]
    public void Signals_of_the_same_bits_have_names_of_their_own_which_find_them_again()
    {
        PlottedSignal[] signals =
        [
            PlottedSignal.Of(0x1A0, new CanSignal(0, 16)),
            PlottedSignal.Of(0x1A0, new CanSignal(7, 16, CanByteOrder.Motorola)),
            PlottedSignal.Of(0x1A0, new CanSignal(0, 16, isSigned: true)),
            PlottedSignal.Of(0x1A0, new CanSignal(0, 16, factor: 0.25, offset: -40)),
            PlottedSignal.Of(CanId.Extended(0x1A0), new CanSignal(0, 16)),
        ];
        Assert.Equal(
            ["1A0 0|16@1+", "1A0 7|16@0+", "1A0 0|16@1-", "1A0 0|16@1+ (0.25,-40)", "000001A0 0|16@1+"], signals.Select(signal => signal.Name));
        var options = new MonitorOptions { Buses = [new("can0")], Database = Load() };
        Assert.All(signals, signal => Assert.Equal(signal, PlottedSignal.Find(signal.Name, options)));
        Assert.Equal(2400, PlottedSignal.Find("EngineData.EngineSpeed", options)!.Value(CanFrame.Parse("1A0#80250300")));
        Assert.NotEqual(PlottedSignal.Find("EngineData.Gear", options)!.Name, PlottedSignal.Find("EngineState.Gear", options)!.Name);
        Assert.All((string[])["", "x", "1A0 0|65@1+", "1A0 0|8@1+ (0,5,1)", "EngineData.Nothing"], name => Assert.Null(PlottedSignal.Find(name, options)));
    }

    public static TheoryData<CanError, string> Errors { get; } = new()
    {
        {
            new() { Class = CanErrorClass.Protocol | CanErrorClass.BusError, Protocol = CanProtocolViolation.Stuff, Location = CanErrorLocation.CrcSequence },
            "bit stuffing error in the CRC sequence"
        },
        {
            new() { Class = CanErrorClass.Controller | CanErrorClass.Counters, Controller = CanControllerStatus.ReceiveWarning, ReceiveErrors = 97 },
            "receive errors reached the warning level (tx 0, rx 97)"
        },
        { new() { Class = CanErrorClass.BusOff | CanErrorClass.NoAcknowledge }, "the controller went off the bus; no node acknowledged a frame" },
        { new() { Class = CanErrorClass.ArbitrationLost, ArbitrationLostBit = 7 }, "arbitration lost in bit 7" },
        { new() { Class = CanErrorClass.Transceiver, CanHigh = CanWireStatus.ShortToGround }, "transceiver: CAN_H is shorted to ground" },
        { new() { Class = CanErrorClass.Counters, TransmitErrors = 3 }, "error counters (tx 3, rx 0)" },
        { default, "error frame without details" },
    };

    [Theory]
    [MemberData(nameof(Errors), DisableDiscoveryEnumeration = true)]
    public void An_error_frame_is_a_sentence(CanError error, string sentence) => Assert.Equal(sentence, EventText.Of(error));

    [Fact]
    public void Every_error_frame_has_a_sentence_without_braces()
    {
        var random = new Random();
        var data = new byte[8];
        for (var i = 0; i < 10_000; i++)
        {
            random.NextBytes(data);
            var error = new CanError
            {
                Class = (CanErrorClass)random.Next((int)CanErrorClass.All + 1),
                ArbitrationLostBit = data[0],
                Controller = (CanControllerStatus)data[1],
                Protocol = (CanProtocolViolation)data[2],
                Location = (CanErrorLocation)data[3],
                CanHigh = (CanWireStatus)(data[4] & 15),
                CanLow = (CanWireStatus)(data[4] >> 4),
                TransmitErrors = data[6],
                ReceiveErrors = data[7],
            };
            Assert.Matches("^[^{}]+$", EventText.Of(error));
        }
    }

    [Fact]
    public void A_response_says_what_it_means()
    {
        var exchange = new Exchange([0x22, 0xF1, 0x90], isUds: true);
        Assert.Equal("ReadDataByIdentifier", exchange.Service);
        Assert.Equal((false, "positive"), (exchange.IsNegative([0x62, 0xF1]), exchange.Meaning([0x62, 0xF1])));
        Assert.Equal((true, "refused: request out of range (31)"), (exchange.IsNegative([0x7F, 0x22, 0x31]), exchange.Meaning([0x7F, 0x22, 0x31])));
        exchange.Fail(new UdsNegativeResponseException(UdsService.ReadDataByIdentifier, UdsNegativeResponseCode.SecurityAccessDenied));
        Assert.Null(exchange.Error);
        Assert.Equal("refused: security access denied (33)", exchange.Meaning(exchange.Responses.Single()));
        exchange.Fail(new TimeoutException("no response"));
        Assert.Equal("No answer", exchange.Failure);

        var raw = new Exchange([0x22], isUds: false);
        Assert.Equal(("", true), (raw.Service, raw.IsNegative([0x7F, 0x22, 0x31])));
        Assert.Equal("", raw.Meaning([0x62]));
    }

    [Theory]
    [InlineData("0.5", null)]
    [InlineData("100", null)]
    [InlineData("0.001", "at least 0.5 ms")]
    [InlineData("0", "at least 0.5 ms")]
    [InlineData("-1", "at least 0.5 ms")]
    [InlineData("0,5", "decimal point")]
    [InlineData("1e10", "such as 100")]
    public void A_period_that_fills_the_bus_is_refused(string text, string? why)
    {
        if (why is null)
            Assert.True(Numbers.Period(text) > TimeSpan.Zero);
        else
            Assert.Contains(why, Assert.Throws<FormatException>(() => Numbers.Period(text)).Message);
    }

    private static Databases Load() => new([new(CanDatabase.Parse(Database))]);

    [Theory]
    [InlineData("123#DEAD", "123#DEAD")]
    [InlineData("EngineData EngineSpeed=2400 Gear=Third", "1A0#80250300")]
    [InlineData("EngineData EngineSpeed=2400 Gear=++", "1A0#80250000 1A0#80250100 ... 1A0#80250F00")]
    public void What_is_sent_is_a_frame_or_a_message_which_may_count(string text, string expected)
    {
        var frames = FrameInput.Parse(text, Load()).Select(frame => frame.ToString()).ToArray();
        Assert.Equal(expected, frames is [var first, var second, .., var last] ? $"{first} {second} ... {last}" : frames.Single());
    }

    [Fact]
    public void Messages_and_frames_are_protected_by_a_profile_of_AUTOSAR()
    {
        var one = MessageProtection.AutosarProfile1(0x1234);
        Assert.Equal(Enumerable.Range(0, 15).Select(count => one.Protect(CanFrame.Parse("1A0#00000300"), count)), FrameInput.Parse("EngineData Gear=3 e2e1=1234", Load()));
        var five = MessageProtection.AutosarProfile5(0xA);
        Assert.Equal(Enumerable.Range(0, 256).Select(count => five.Protect(CanFrame.Parse("123#0000000011"), count)), FrameInput.Parse("123#0000000011 e2e5=0xA", null));
    }

    [Theory]
    [InlineData("Engine Speed=1", "neither a frame")]
    [InlineData("EngineData Speed=1", "Speed")]
    [InlineData("EngineData EngineSpeed=++", "1 to 8")]
    [InlineData("EngineData Gear=++ e2e1=1", "one counter only")]
    [InlineData("EngineData e2e1=12345", "data id")]
    [InlineData("123#00 Gear=3", "has no signals")]
    [InlineData("EngineData Gear", "is not a signal")]
    public void What_cannot_be_sent_says_why(string text, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => FrameInput.Parse(text, Load())).Message);

    [Fact]
    public void The_database_of_a_bus_comes_before_those_of_all()
    {
        var databases = new Databases([new(CanDatabase.Parse("BO_ 1 Any: 1 N\n SG_ A : 0|8@1+ (1,0) [0|0] \"\" N\nBO_ 2 Other: 1 N\n")), new(CanDatabase.Parse("BO_ 1 Second: 1 N\n"), "", "can1")]);
        Assert.Equal(["Any", "Second", "Other"], ((string[])["can0 1", "can1 1", "can1 2"]).Select(text => text.Split(' ')).Select(part =>
            databases.MessageOf(new CanFrame(uint.Parse(part[1], System.Globalization.CultureInfo.InvariantCulture), [0]).WithInterface(part[0]))!.Name));
        Assert.True(databases.TryGet("Second", "can1", out _));
        Assert.False(databases.TryGet("Second", "can0", out _));
        Assert.Equal("can1:Any.A", PlottedSignal.Find("can1:Any.A", new() { Buses = [new("can1")], Database = databases })!.Name);
    }
}
