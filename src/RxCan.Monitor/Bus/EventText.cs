using System.Globalization;

namespace RxCan.Monitor;

/// <summary>Error frames as sentences.</summary>
internal static class EventText
{
    private static readonly (CanControllerStatus Status, string Text)[] Controller =
    [
        (CanControllerStatus.ReceiveOverflow, "the controller's receive buffer overflowed: frames are lost"),
        (CanControllerStatus.TransmitOverflow, "the controller's transmit buffer overflowed"),
        (CanControllerStatus.ReceiveWarning, "receive errors reached the warning level"),
        (CanControllerStatus.TransmitWarning, "transmit errors reached the warning level"),
        (CanControllerStatus.ReceivePassive, "receive errors made the controller error-passive"),
        (CanControllerStatus.TransmitPassive, "transmit errors made the controller error-passive"),
        (CanControllerStatus.Active, "the controller is error-active again"),
    ];

    private static readonly (CanProtocolViolation Violation, string Text)[] Violations =
    [
        (CanProtocolViolation.Bit, "bit error"),
        (CanProtocolViolation.Form, "form error"),
        (CanProtocolViolation.Stuff, "bit stuffing error"),
        (CanProtocolViolation.DominantBit, "a dominant bit could not be sent"),
        (CanProtocolViolation.RecessiveBit, "a recessive bit could not be sent"),
        (CanProtocolViolation.Overload, "overload"),
        (CanProtocolViolation.ActiveError, "active error announced"),
    ];

    public static string Of(CanError error)
    {
        var text = string.Join("; ", Sentences(error));
        if ((error.TransmitErrors | error.ReceiveErrors) != 0)
            text += string.Create(CultureInfo.InvariantCulture, $"{(text == "" ? "error counters" : "")} (tx {error.TransmitErrors}, rx {error.ReceiveErrors})");
        return text == "" ? "error frame without details" : text;
    }

    private static IEnumerable<string> Sentences(CanError error)
    {
        if (error.Class.HasFlag(CanErrorClass.BusOff))
            yield return "the controller went off the bus";
        if (error.Class.HasFlag(CanErrorClass.Restarted))
            yield return "the controller was restarted";
        if (error.Class.HasFlag(CanErrorClass.TransmitTimeout))
            yield return "a frame could not be sent in time";
        if (error.Class.HasFlag(CanErrorClass.NoAcknowledge))
            yield return "no node acknowledged a frame";
        if (error.Class.HasFlag(CanErrorClass.ArbitrationLost))
            yield return error.ArbitrationLostBit > 0 ? $"arbitration lost in bit {error.ArbitrationLostBit}" : "arbitration lost";
        if (error.Class.HasFlag(CanErrorClass.Controller))
        {
            foreach (var (status, text) in Controller)
            {
                if (error.Controller.HasFlag(status))
                    yield return text;
            }

            if (error.Controller == CanControllerStatus.None)
                yield return "the controller reports a problem";
        }

        if (error.Class.HasFlag(CanErrorClass.Protocol))
            yield return Violation(error);
        else if (error.Class.HasFlag(CanErrorClass.BusError))
            yield return "bus error";
        if (error.Class.HasFlag(CanErrorClass.Transceiver))
        {
            yield return string.Join(", ", new[] { Wire("CAN_H", error.CanHigh), Wire("CAN_L", error.CanLow) }.OfType<string>()) is { Length: > 0 } wires
                ? $"transceiver: {wires}"
                : "the transceiver reports a problem";
        }
    }

    private static string Violation(CanError error)
    {
        var kinds = string.Join(", ", Violations.Where(v => error.Protocol.HasFlag(v.Violation)).Select(v => v.Text));
        var where = error.Location == CanErrorLocation.Unspecified || !Enum.IsDefined(error.Location) ? "" : $" in the {Words(error.Location.ToString())}";
        var when = error.Protocol.HasFlag(CanProtocolViolation.Transmission) ? " while sending" : "";
        return $"{(kinds == "" ? "protocol violation" : kinds)}{where}{when}";
    }

    private static string? Wire(string name, CanWireStatus status) => status switch
    {
        CanWireStatus.Unspecified => null,
        CanWireStatus.NoWire => $"{name} has no wire",
        CanWireStatus.ShortToBattery => $"{name} is shorted to the battery",
        CanWireStatus.ShortToVcc => $"{name} is shorted to VCC",
        CanWireStatus.ShortToGround => $"{name} is shorted to ground",
        CanWireStatus.ShortToCanHigh => $"{name} is shorted to CAN_H",
        _ => $"{name}: status {(int)status}",
    };

    /// <summary>A name such as <c>CrcSequence</c> as words: <c>CRC sequence</c>.</summary>
    public static string Words(string name)
    {
        var words = string.Concat(name.Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"));
        words = char.ToLowerInvariant(words[0]) + words[1..];
        return words.Replace("crc ", "CRC ", StringComparison.Ordinal).Replace("dtc", "DTC", StringComparison.Ordinal);
    }
}
