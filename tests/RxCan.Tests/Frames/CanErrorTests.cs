using CsCheck;

namespace RxCan.Tests.Frames;

public class CanErrorTests
{
    // can-utils 2025.01 prints the same; earlier versions do not know the class of the counters, 0x200, and reject frames that have it.
    [Theory]
    [InlineData("20000001#0000000000000000", "tx-timeout")]
    [InlineData("20000002#0B00000000000000", "lost-arbitration{at bit 11}")]
    [InlineData("20000004#0000000000000000", "controller-problem{}")]
    [InlineData("20000004#0001000000000000", "controller-problem{rx-overflow}")]
    [InlineData("20000004#007F000000000000",
        "controller-problem{rx-overflow,tx-overflow,rx-error-warning,tx-error-warning,rx-error-passive,tx-error-passive,back-to-error-active}")]
    [InlineData("20000004#0080000000000000", "controller-problem{}")]
    [InlineData("20000008#0000000000000000", "protocol-violation{{}{}}")]
    [InlineData("20000008#0000841900000000", "protocol-violation{{bit-stuffing-error,error-on-tx}{acknowledge-slot}}")]
    [InlineData("20000008#00007B0300000000",
        "protocol-violation{{single-bit-error,frame-format-error,tx-dominant-bit-error,tx-recessive-bit-error,bus-overload,active-error}{start-of-frame}}")]
    [InlineData("20000010#0000000054000000", "transceiver-status")]
    [InlineData("20000020#0000000000000000", "no-acknowledgement-on-tx")]
    [InlineData("20000040#0000000000000000", "bus-off")]
    [InlineData("20000080#0000000000000000", "bus-error")]
    [InlineData("20000100#0000000000000000", "restarted-after-bus-off")]
    [InlineData("20000200#0000000000000708", "error-counter-tx-rx{{7}{8}}")]
    [InlineData("20000200#0000000000000000", "error-counter-tx-rx{{0}{0}}")]
    [InlineData("20000040#0000000000000008", "bus-off,error-counter-tx-rx{{0}{8}}")]
    [InlineData("2000008C#000C020A00008060",
        "controller-problem{rx-error-warning,tx-error-warning},protocol-violation{{frame-format-error}{data-field}},bus-error,error-counter-tx-rx{{128}{96}}")]
    [InlineData("20000000#0000000000000100", ",error-counter-tx-rx{{1}{0}}")]
    [InlineData("20000000#0000000000000000", "")]
    public void Its_text_matches_candump(string frame, string words) =>
        Assert.Equal(words, CanFrame.Parse(frame).ToError().ToString());

    [Fact]
    public void A_custom_separator_appears_only_between_classes()
    {
        var error = CanFrame.Parse("20000044#0003000000000001").ToError();

        Assert.Equal("controller-problem{rx-overflow,tx-overflow}\n\tbus-off\n\terror-counter-tx-rx{{0}{1}}", error.ToString("\n\t"));
    }

    [Fact]
    public void Every_location_is_named_as_in_candump()
    {
        string[] names =
        [
            "", "unspecified", "id.28-to-id.21", "start-of-frame", "bit-srtr", "bit-ide", "id.20-to-id.18", "id.17-to-id.13",
            "crc-sequence", "reserved-bit-0", "data-field", "data-length-code", "bit-rtr", "reserved-bit-1", "id.4-to-id.0", "id.12-to-id.5",
            "unspecified", "active-error-flag", "intermission", "tolerate-dominant-bits", "unspecified", "unspecified", "passive-error-flag", "error-delimiter",
            "crc-delimiter", "acknowledge-slot", "end-of-frame", "acknowledge-delimiter", "overload-flag", "unspecified", "unspecified", "unspecified",
            "", "",
        ];

        for (var code = 0; code < names.Length; code++)
        {
            var error = new CanError { Class = CanErrorClass.Protocol, Location = (CanErrorLocation)code };
            Assert.Equal($"protocol-violation{{{{}}{{{names[code]}}}}}", error.ToString());
        }
    }

    [Fact]
    public void Each_byte_of_an_error_frame_is_decoded()
    {
        var error = CanFrame.Parse("2000001E#0504020A74AA6080").ToError();

        Assert.Equal(
            new CanError
            {
                Class = CanErrorClass.ArbitrationLost | CanErrorClass.Controller | CanErrorClass.Protocol | CanErrorClass.Transceiver,
                ArbitrationLostBit = 5,
                Controller = CanControllerStatus.ReceiveWarning,
                Protocol = CanProtocolViolation.Form,
                Location = CanErrorLocation.Data,
                CanHigh = CanWireStatus.NoWire,
                CanLow = CanWireStatus.ShortToGround,
                ControllerSpecific = 0xAA,
                TransmitErrors = 0x60,
                ReceiveErrors = 0x80,
            },
            error);
    }

    [Fact]
    public void An_error_survives_a_round_trip_through_a_frame() => Gen.Select(Gen.UInt[0, 0x1FFF_FFFF], Gen.Byte.Array[8]).Sample(
        (type, data) =>
        {
            var frame = CanFrame.Parse($"{0x2000_0000 | type:X8}#{Convert.ToHexString(data)}");
            var error = frame.ToError();
            return frame.IsError && CanFrame.Error(error) == frame && CanFrame.Error(error).ToError() == error;
        },
        iter: 2_000);

    [Fact]
    public void Errors_that_no_frame_can_express_are_rejected()
    {
        CanError[] impossible =
        [
            new() { Class = (CanErrorClass)0x2000_0000 },
            new() { Class = CanErrorClass.Controller, Controller = (CanControllerStatus)0x100 },
            new() { Class = CanErrorClass.Protocol, Protocol = (CanProtocolViolation)0x100 },
            new() { Class = CanErrorClass.Protocol, Location = (CanErrorLocation)0x100 },
            new() { Class = CanErrorClass.Transceiver, CanHigh = (CanWireStatus)0x10 },
            new() { Class = CanErrorClass.Transceiver, CanLow = (CanWireStatus)0x10 },
        ];

        foreach (var error in impossible)
            Assert.Contains("29 bits for the class", Assert.Throws<ArgumentException>(() => CanFrame.Error(error)).Message);
    }

    [Fact]
    public void Only_an_error_frame_converts_to_an_error() =>
        Assert.Contains("IsError", Assert.Throws<InvalidOperationException>(() => new CanFrame(0x123, [1]).ToError()).Message);

    [Theory]
    [InlineData(CanErrorClass.BusOff, CanControllerStatus.None, CanState.BusOff)]
    [InlineData(CanErrorClass.BusOff | CanErrorClass.Controller, CanControllerStatus.TransmitPassive, CanState.BusOff)]
    [InlineData(CanErrorClass.Restarted, CanControllerStatus.None, CanState.ErrorActive)]
    [InlineData(CanErrorClass.Controller, CanControllerStatus.TransmitPassive, CanState.ErrorPassive)]
    [InlineData(CanErrorClass.Controller, CanControllerStatus.ReceivePassive | CanControllerStatus.TransmitWarning, CanState.ErrorPassive)]
    [InlineData(CanErrorClass.Controller, CanControllerStatus.ReceiveWarning, CanState.ErrorWarning)]
    [InlineData(CanErrorClass.Controller, CanControllerStatus.TransmitWarning, CanState.ErrorWarning)]
    [InlineData(CanErrorClass.Controller, CanControllerStatus.Active, CanState.ErrorActive)]
    [InlineData(CanErrorClass.Controller, CanControllerStatus.ReceiveOverflow, null)]
    [InlineData(CanErrorClass.Protocol, CanControllerStatus.TransmitPassive, null)] // byte 1 counts only with its class
    public void It_gives_the_new_state_of_the_controller(CanErrorClass type, CanControllerStatus controller, CanState? state) =>
        Assert.Equal(state, new CanError { Class = type, Controller = controller }.State);
}
