namespace RxCan.Uds;

/// <summary>A byte for each code: the number of a snapshot record (report 0x03) or a fault detection counter (report 0x14).</summary>
internal readonly record struct DtcNumbers(UdsDtcReport Report, (uint Code, byte Number)[] Items) : IUdsMessage<DtcNumbers>
{
    public byte[] ToBytes()
    {
        var writer = ReadDtcFormat.Response(stackalloc byte[64], Report);
        foreach (var (code, number) in Items)
        {
            writer.UInt24(code);
            writer.Byte(number);
        }

        return writer.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> message, out DtcNumbers value)
    {
        var reader = ReadDtcFormat.Response(message, out var report);
        var items = new (uint, byte)[(reader.Left + 3) / 4];
        for (var i = 0; i < items.Length; i++)
            items[i] = (reader.UInt24(), reader.Byte());
        value = new(report, items);
        return reader.IsComplete && report is UdsDtcReport.SnapshotIdentification or UdsDtcReport.FaultDetectionCounter;
    }
}
