using System.Globalization;
using System.Text;
using RxCan.Links;
using RxCan.Virtual;

namespace RxCan;

/// <summary>What an error frame reports; several may be set. Also the mask of what a bus receives (<see cref="CanBusOptions.ErrorMask"/>).</summary>
/// <remarks>Source: linux/can/error.h, the error class in <c>can_id</c>.</remarks>
[Flags]
public enum CanErrorClass
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A transmission timed out (<c>CAN_ERR_TX_TIMEOUT</c>).</summary>
    TransmitTimeout = 0x001,

    /// <summary>Arbitration was lost, see <see cref="CanError.ArbitrationLostBit"/> (<c>CAN_ERR_LOSTARB</c>).</summary>
    ArbitrationLost = 0x002,

    /// <summary>A controller problem, see <see cref="CanError.Controller"/> (<c>CAN_ERR_CRTL</c>).</summary>
    Controller = 0x004,

    /// <summary>A protocol violation, see <see cref="CanError.Protocol"/> and <see cref="CanError.Location"/> (<c>CAN_ERR_PROT</c>).</summary>
    Protocol = 0x008,

    /// <summary>The transceiver's status, see <see cref="CanError.CanHigh"/> and <see cref="CanError.CanLow"/> (<c>CAN_ERR_TRX</c>).</summary>
    Transceiver = 0x010,

    /// <summary>No node acknowledged a transmission (<c>CAN_ERR_ACK</c>).</summary>
    NoAcknowledge = 0x020,

    /// <summary>The controller is off the bus (<c>CAN_ERR_BUSOFF</c>).</summary>
    BusOff = 0x040,

    /// <summary>A bus error; may come in floods (<c>CAN_ERR_BUSERROR</c>).</summary>
    BusError = 0x080,

    /// <summary>The controller was restarted (<c>CAN_ERR_RESTARTED</c>).</summary>
    Restarted = 0x100,

    /// <summary>The frame carries the error counters (<c>CAN_ERR_CNT</c>).</summary>
    Counters = 0x200,

    /// <summary>Every class (<c>CAN_ERR_MASK</c>).</summary>
    All = 0x1FFF_FFFF,
}

/// <summary>The controller's problems or state, byte 1 of an error frame; several may be set. Source: linux/can/error.h, <c>CAN_ERR_CRTL_*</c>.</summary>
[Flags]
public enum CanControllerStatus
{
    /// <summary>Not specified.</summary>
    None = 0,

    /// <summary>The receive buffer overflowed: frames were lost in the controller.</summary>
    ReceiveOverflow = 0x01,

    /// <summary>The transmit buffer overflowed.</summary>
    TransmitOverflow = 0x02,

    /// <summary>The receive error counter reached the warning level (96).</summary>
    ReceiveWarning = 0x04,

    /// <summary>The transmit error counter reached the warning level (96).</summary>
    TransmitWarning = 0x08,

    /// <summary>The receive error counter reached error passive (128).</summary>
    ReceivePassive = 0x10,

    /// <summary>The transmit error counter reached error passive (128).</summary>
    TransmitPassive = 0x20,

    /// <summary>The controller recovered to error active.</summary>
    Active = 0x40,
}

/// <summary>The type of a protocol violation, byte 2 of an error frame; several may be set. Source: linux/can/error.h, <c>CAN_ERR_PROT_*</c>.</summary>
[Flags]
public enum CanProtocolViolation
{
    /// <summary>Not specified.</summary>
    None = 0,

    /// <summary>A single bit was wrong.</summary>
    Bit = 0x01,

    /// <summary>The frame's format was wrong.</summary>
    Form = 0x02,

    /// <summary>Bit stuffing was wrong.</summary>
    Stuff = 0x04,

    /// <summary>A dominant bit could not be sent.</summary>
    DominantBit = 0x08,

    /// <summary>A recessive bit could not be sent.</summary>
    RecessiveBit = 0x10,

    /// <summary>The bus was overloaded.</summary>
    Overload = 0x20,

    /// <summary>An active error was announced.</summary>
    ActiveError = 0x40,

    /// <summary>It happened while transmitting.</summary>
    Transmission = 0x80,
}

/// <summary>
/// Where in a frame a protocol violation happened, byte 3 of an error frame. Sources: linux/can/error.h, <c>CAN_ERR_PROT_LOC_*</c>; for the
/// flags and delimiters that it does not name, the error code capture register of the SJA1000 (data sheet, table 20), which drivers
/// forward.
/// </summary>
public enum CanErrorLocation
{
    /// <summary>Not specified.</summary>
    Unspecified = 0x00,

    /// <summary>Id bits 28 to 21 (standard: 10 to 3).</summary>
    Id28To21 = 0x02,

    /// <summary>Start of frame.</summary>
    StartOfFrame = 0x03,

    /// <summary>Substitute RTR (standard: RTR).</summary>
    SubstituteRtr = 0x04,

    /// <summary>Identifier extension.</summary>
    IdentifierExtension = 0x05,

    /// <summary>Id bits 20 to 18 (standard: 2 to 0).</summary>
    Id20To18 = 0x06,

    /// <summary>Id bits 17 to 13.</summary>
    Id17To13 = 0x07,

    /// <summary>CRC sequence.</summary>
    CrcSequence = 0x08,

    /// <summary>Reserved bit 0.</summary>
    ReservedBit0 = 0x09,

    /// <summary>Data section.</summary>
    Data = 0x0A,

    /// <summary>Data length code.</summary>
    DataLengthCode = 0x0B,

    /// <summary>RTR.</summary>
    Rtr = 0x0C,

    /// <summary>Reserved bit 1.</summary>
    ReservedBit1 = 0x0D,

    /// <summary>Id bits 4 to 0.</summary>
    Id4To0 = 0x0E,

    /// <summary>Id bits 12 to 5.</summary>
    Id12To5 = 0x0F,

    /// <summary>Active error flag.</summary>
    ActiveErrorFlag = 0x11,

    /// <summary>Intermission.</summary>
    Intermission = 0x12,

    /// <summary>Dominant bits that are tolerated after an error or overload flag.</summary>
    TolerateDominantBits = 0x13,

    /// <summary>Passive error flag.</summary>
    PassiveErrorFlag = 0x16,

    /// <summary>Error delimiter.</summary>
    ErrorDelimiter = 0x17,

    /// <summary>CRC delimiter.</summary>
    CrcDelimiter = 0x18,

    /// <summary>Acknowledge slot.</summary>
    AcknowledgeSlot = 0x19,

    /// <summary>End of frame.</summary>
    EndOfFrame = 0x1A,

    /// <summary>Acknowledge delimiter.</summary>
    AcknowledgeDelimiter = 0x1B,

    /// <summary>Overload flag.</summary>
    OverloadFlag = 0x1C,
}

/// <summary>What the transceiver reports about a wire, a nibble of byte 4 of an error frame. Source: linux/can/error.h, <c>CAN_ERR_TRX_*</c>.</summary>
public enum CanWireStatus
{
    /// <summary>Not specified.</summary>
    Unspecified = 0,

    /// <summary>No wire.</summary>
    NoWire = 4,

    /// <summary>Short to the battery.</summary>
    ShortToBattery = 5,

    /// <summary>Short to VCC.</summary>
    ShortToVcc = 6,

    /// <summary>Short to ground.</summary>
    ShortToGround = 7,

    /// <summary>CAN_L only: short to CAN_H.</summary>
    ShortToCanHigh = 8,
}

/// <summary>
/// A controller's state: fault confinement, or not running (error frames never report that; <see cref="CanController.State"/> does).
/// Sources: ISO 11898-1, <c>enum can_state</c> of linux/can/netlink.h.
/// </summary>
public enum CanState
{
    /// <summary>Error active: counters below 96.</summary>
    ErrorActive,

    /// <summary>A counter is 96 or above.</summary>
    ErrorWarning,

    /// <summary>A counter is 128 or above: the controller no longer sends active error flags.</summary>
    ErrorPassive,

    /// <summary>The transmit counter passed 255: the controller neither sends nor receives until it is restarted.</summary>
    BusOff,

    /// <summary>The interface is down.</summary>
    Stopped,

    /// <summary>The controller sleeps until there is traffic.</summary>
    Sleeping,
}

/// <summary>A decoded error frame: what the controller or its driver reports. Source: linux/can/error.h.</summary>
public readonly record struct CanError
{
    private static readonly string[] ClassNames =
    [
        "tx-timeout", "lost-arbitration", "controller-problem", "protocol-violation", "transceiver-status",
        "no-acknowledgement-on-tx", "bus-off", "bus-error", "restarted-after-bus-off", "error-counter-tx-rx",
    ];

    private static readonly string[] ControllerNames =
    [
        "rx-overflow", "tx-overflow", "rx-error-warning", "tx-error-warning", "rx-error-passive", "tx-error-passive", "back-to-error-active",
    ];

    private static readonly string[] ViolationNames =
    [
        "single-bit-error", "frame-format-error", "bit-stuffing-error", "tx-dominant-bit-error", "tx-recessive-bit-error", "bus-overload",
        "active-error", "error-on-tx",
    ];

    /// <summary>What it reports (the low 29 bits of the identifier, <c>CAN_ERR_MASK</c>).</summary>
    public required CanErrorClass Class { get; init; }

    /// <summary>The bit in which arbitration was lost; 0, the default, if it is not specified (byte 0, <c>CAN_ERR_LOSTARB_*</c>).</summary>
    public byte ArbitrationLostBit { get; init; }

    /// <summary>The controller's problems or state; none by default (byte 1, <c>CAN_ERR_CRTL_*</c>).</summary>
    public CanControllerStatus Controller { get; init; }

    /// <summary>The type of protocol violation; none by default (byte 2, <c>CAN_ERR_PROT_*</c>).</summary>
    public CanProtocolViolation Protocol { get; init; }

    /// <summary>Where in the frame it happened; unspecified by default (byte 3, <c>CAN_ERR_PROT_LOC_*</c>).</summary>
    public CanErrorLocation Location { get; init; }

    /// <summary>What the transceiver reports about CAN_H; unspecified by default (low nibble of byte 4, <c>CAN_ERR_TRX_CANH_*</c>).</summary>
    public CanWireStatus CanHigh { get; init; }

    /// <summary>What the transceiver reports about CAN_L; unspecified by default (high nibble of byte 4, <c>CAN_ERR_TRX_CANL_*</c>).</summary>
    public CanWireStatus CanLow { get; init; }

    /// <summary>A byte whose meaning depends on the controller; 0 by default (byte 5).</summary>
    public byte ControllerSpecific { get; init; }

    /// <summary>The transmit error counter, 0 to 255; 0 by default (byte 6).</summary>
    public byte TransmitErrors { get; init; }

    /// <summary>The receive error counter, 0 to 255; 0 by default (byte 7).</summary>
    public byte ReceiveErrors { get; init; }

    /// <summary>The fault confinement state that it reports; null if it reports none.</summary>
    public CanState? State =>
        Class.HasFlag(CanErrorClass.BusOff) ? CanState.BusOff
        : Class.HasFlag(CanErrorClass.Restarted) ? CanState.ErrorActive
        : !Class.HasFlag(CanErrorClass.Controller) ? null
        : (Controller & (CanControllerStatus.ReceivePassive | CanControllerStatus.TransmitPassive)) != 0 ? CanState.ErrorPassive
        : (Controller & (CanControllerStatus.ReceiveWarning | CanControllerStatus.TransmitWarning)) != 0 ? CanState.ErrorWarning
        : Controller.HasFlag(CanControllerStatus.Active) ? CanState.ErrorActive
        : null;

    /// <summary>
    /// What it reports, in the words of <c>candump -e</c>, on one line: classes separated by commas, details in braces, the error
    /// counters last. Wires and byte 5 are left out.
    /// </summary>
    public override string ToString() => ToString(",");

    /// <summary>As <see cref="ToString()"/>, with a different separator between the classes.</summary>
    /// <param name="separator">The text; <c>candump -e</c> starts a new line for each class: <c>"\n\t"</c>.</param>
    public string ToString(string separator)
    {
        var text = new StringBuilder();
        for (var i = 0; i < ClassNames.Length; i++)
        {
            var one = (CanErrorClass)(1 << i);
            if (!Class.HasFlag(one))
                continue;
            text.Append(text.Length > 0 ? separator : "").Append(ClassNames[i]);
            switch (one)
            {
                case CanErrorClass.ArbitrationLost:
                    text.Append(CultureInfo.InvariantCulture, $"{{at bit {ArbitrationLostBit}}}");
                    break;
                case CanErrorClass.Controller:
                    text.Append('{').Append(Names((int)Controller, ControllerNames)).Append('}');
                    break;
                case CanErrorClass.Protocol:
                    text.Append("{{").Append(Names((int)Protocol, ViolationNames)).Append("}{").Append(NameOf(Location)).Append("}}");
                    break;
                case CanErrorClass.Counters:
                    AppendCounters(text);
                    break;
            }
        }

        // Drivers before Linux 6.0 give the counters without their class; candump writes the separator even before the first text.
        if ((TransmitErrors | ReceiveErrors) != 0 && !Class.HasFlag(CanErrorClass.Counters))
            AppendCounters(text.Append(separator).Append(ClassNames[^1]));
        return text.ToString();
    }

    internal CanFrame ToFrame()
    {
        var frame = new CanFrame(
            CanId.ErrFlag | (uint)(Class & CanErrorClass.All),
            CanFrame.MaxLength,
            CanFrame.FrameFlags.None,
            [
                ArbitrationLostBit, (byte)Controller, (byte)Protocol, (byte)Location, (byte)((int)CanHigh | ((int)CanLow << 4)),
                ControllerSpecific, TransmitErrors, ReceiveErrors,
            ],
            0,
            0);
        return From(frame) == this ? frame : throw new ArgumentException(
            $"An error frame cannot hold Class {(int)Class:X}, Controller {(int)Controller:X}, Protocol {(int)Protocol:X}, Location {(int)Location:X}, " +
            $"CanHigh {(int)CanHigh:X}, CanLow {(int)CanLow:X}: it has 29 bits for the class, 4 for each wire and 8 for each of the others.");
    }

    internal static CanError From(in CanFrame frame)
    {
        Span<byte> data = stackalloc byte[CanFrame.MaxLength];
        frame.Data[..Math.Min(frame.Length, data.Length)].CopyTo(data);
        return new()
        {
            Class = (CanErrorClass)frame.Id.Value & CanErrorClass.All,
            ArbitrationLostBit = data[0],
            Controller = (CanControllerStatus)data[1],
            Protocol = (CanProtocolViolation)data[2],
            Location = (CanErrorLocation)data[3],
            CanHigh = (CanWireStatus)(data[4] & 0xF),
            CanLow = (CanWireStatus)(data[4] >> 4),
            ControllerSpecific = data[5],
            TransmitErrors = data[6],
            ReceiveErrors = data[7],
        };
    }

    private static string Names(int bits, string[] names) => string.Join(',', names.Where((_, i) => (bits & (1 << i)) != 0));

    private void AppendCounters(StringBuilder text) => text.Append(CultureInfo.InvariantCulture, $"{{{{{TransmitErrors}}}{{{ReceiveErrors}}}}}");

    private static string NameOf(CanErrorLocation location) => location switch
    {
        CanErrorLocation.Id28To21 => "id.28-to-id.21",
        CanErrorLocation.StartOfFrame => "start-of-frame",
        CanErrorLocation.SubstituteRtr => "bit-srtr",
        CanErrorLocation.IdentifierExtension => "bit-ide",
        CanErrorLocation.Id20To18 => "id.20-to-id.18",
        CanErrorLocation.Id17To13 => "id.17-to-id.13",
        CanErrorLocation.CrcSequence => "crc-sequence",
        CanErrorLocation.ReservedBit0 => "reserved-bit-0",
        CanErrorLocation.Data => "data-field",
        CanErrorLocation.DataLengthCode => "data-length-code",
        CanErrorLocation.Rtr => "bit-rtr",
        CanErrorLocation.ReservedBit1 => "reserved-bit-1",
        CanErrorLocation.Id4To0 => "id.4-to-id.0",
        CanErrorLocation.Id12To5 => "id.12-to-id.5",
        CanErrorLocation.ActiveErrorFlag => "active-error-flag",
        CanErrorLocation.Intermission => "intermission",
        CanErrorLocation.TolerateDominantBits => "tolerate-dominant-bits",
        CanErrorLocation.PassiveErrorFlag => "passive-error-flag",
        CanErrorLocation.ErrorDelimiter => "error-delimiter",
        CanErrorLocation.CrcDelimiter => "crc-delimiter",
        CanErrorLocation.AcknowledgeSlot => "acknowledge-slot",
        CanErrorLocation.EndOfFrame => "end-of-frame",
        CanErrorLocation.AcknowledgeDelimiter => "acknowledge-delimiter",
        CanErrorLocation.OverloadFlag => "overload-flag",
        CanErrorLocation.Unspecified or > (CanErrorLocation)0x1F => "",
        _ => "unspecified",
    };
}
