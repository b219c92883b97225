namespace RxCan.Logs.Formats.Text;

/// <summary>Error frames as PEAK's trace has them: a type, a direction, a position and two counters. Source: PEAK CAN TRC File Format, "Error Frames".</summary>
internal static class TrcError
{
    private const int Bit = 1;
    private const int Form = 2;
    private const int Stuff = 4;
    private const int Other = 8;

    /// <summary>The error of a type and its four fields: 0 for sending, the position (of the SJA1000's error code capture), receive and transmit counter.</summary>
    public static CanError ToError(int type, ReadOnlySpan<byte> fields) => new()
    {
        Class = CanErrorClass.Protocol | CanErrorClass.BusError | CanErrorClass.Counters,
        Protocol = ((type & Bit) != 0 ? CanProtocolViolation.Bit : 0) | ((type & Form) != 0 ? CanProtocolViolation.Form : 0) |
            ((type & Stuff) != 0 ? CanProtocolViolation.Stuff : 0) | (fields[0] == 0 ? CanProtocolViolation.Transmission : 0),
        Location = (CanErrorLocation)fields[1],
        ReceiveErrors = fields[2],
        TransmitErrors = fields[3],
    };

    /// <summary>The type and the four fields of an error.</summary>
    public static void Write(CanError error, Span<byte> fields)
    {
        var type = ((error.Protocol & (CanProtocolViolation.Bit | CanProtocolViolation.DominantBit | CanProtocolViolation.RecessiveBit)) != 0 ? Bit : 0) |
            (error.Protocol.HasFlag(CanProtocolViolation.Form) ? Form : 0) | (error.Protocol.HasFlag(CanProtocolViolation.Stuff) ? Stuff : 0);
        fields[0] = (byte)(type == 0 ? Other : type);
        fields[1] = (byte)(error.Protocol.HasFlag(CanProtocolViolation.Transmission) ? 0 : 1);
        fields[2] = (byte)error.Location;
        fields[3] = error.ReceiveErrors;
        fields[4] = error.TransmitErrors;
    }
}
