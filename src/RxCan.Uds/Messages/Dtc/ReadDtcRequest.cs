namespace RxCan.Uds;

/// <summary>ReadDTCInformation (0x19): <c>19 report</c> and the fields of <see cref="ReadDtcFormat.Request"/>; the others are 0.</summary>
internal readonly record struct ReadDtcRequest(UdsDtcReport Report) : IUdsMessage<ReadDtcRequest>
{
    public UdsDtcStatus Status { get; init; }

    public UdsDtcSeverity Severity { get; init; }

    public uint Code { get; init; }

    public byte Record { get; init; }

    public byte Memory { get; init; }

    public byte FunctionalGroup { get; init; }

    public byte ReadinessGroup { get; init; }

    public byte[] ToBytes()
    {
        var writer = new UdsWriter(stackalloc byte[8], UdsService.ReadDtcInformation);
        writer.Byte((byte)Report);
        foreach (var field in ReadDtcFormat.Request(Report) ?? "")
        {
            if (field == 'C')
            {
                writer.UInt24(Code);
                continue;
            }

            writer.Byte(field switch
            {
                'S' => (byte)Status,
                'V' => (byte)Severity,
                'R' => Record,
                'M' => Memory,
                'G' => FunctionalGroup,
                _ => ReadinessGroup,
            });
        }

        return writer.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> message, out ReadDtcRequest value)
    {
        var reader = new UdsReader(message, UdsService.ReadDtcInformation);
        value = new((UdsDtcReport)reader.SubFunction());
        var fields = ReadDtcFormat.Request(value.Report);
        foreach (var field in fields ?? "")
        {
            value = field switch
            {
                'C' => value with { Code = reader.UInt24() },
                'S' => value with { Status = (UdsDtcStatus)reader.Byte() },
                'V' => value with { Severity = (UdsDtcSeverity)reader.Byte() },
                'R' => value with { Record = reader.Byte() },
                'M' => value with { Memory = reader.Byte() },
                'G' => value with { FunctionalGroup = reader.Byte() },
                _ => value with { ReadinessGroup = reader.Byte() },
            };
        }

        return fields is not null && reader.IsComplete;
    }
}
