namespace RxCan.Uds;

/// <summary>How many trouble codes a control unit has that match a mask.</summary>
/// <param name="Report">The report.</param>
/// <param name="StatusAvailability">The bits of the status that the control unit supports.</param>
/// <param name="Format">How its codes are to be read.</param>
/// <param name="Count">How many match.</param>
/// <remarks>Source: ISO 14229-1:2020, 12.3.3.</remarks>
public readonly record struct UdsDtcCount(UdsDtcReport Report, UdsDtcStatus StatusAvailability, UdsDtcFormat Format, int Count)
    : IUdsMessage<UdsDtcCount>
{
    byte[] IUdsMessage<UdsDtcCount>.ToBytes()
    {
        var writer = ReadDtcFormat.Response(stackalloc byte[8], Report);
        writer.Byte((byte)StatusAvailability);
        writer.Byte((byte)Format);
        writer.UInt16((ushort)Count);
        return writer.ToArray();
    }

    static bool IUdsMessage<UdsDtcCount>.TryRead(ReadOnlySpan<byte> message, out UdsDtcCount value)
    {
        var reader = ReadDtcFormat.Response(message, out var report);
        value = new(report, (UdsDtcStatus)reader.Byte(), (UdsDtcFormat)reader.Byte(), reader.UInt16());
        return reader.IsComplete && ReadDtcFormat.IsNumber(report);
    }
}
