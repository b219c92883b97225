namespace RxCan.Uds;

/// <summary>Trouble codes, and what the report says about all of them; what it does not say is 0.</summary>
/// <param name="Report">The report.</param>
/// <param name="Codes">The trouble codes.</param>
/// <remarks>Source: ISO 14229-1:2020, 12.3.3.</remarks>
public sealed record UdsDtcList(UdsDtcReport Report, IReadOnlyList<UdsDtc> Codes) : IUdsMessage<UdsDtcList>
{
    /// <summary>The bits of the status that the control unit supports.</summary>
    public UdsDtcStatus StatusAvailability { get; init; }

    /// <summary>The bits of the severity that the control unit supports.</summary>
    public UdsDtcSeverity SeverityAvailability { get; init; }

    /// <summary>How the codes are to be read, in the reports of WWH-OBD.</summary>
    public UdsDtcFormat Format { get; init; }

    /// <summary>The user-defined memory that was read.</summary>
    public byte Memory { get; init; }

    /// <summary>The functional group.</summary>
    public byte FunctionalGroup { get; init; }

    /// <summary>The readiness group.</summary>
    public byte ReadinessGroup { get; init; }

    /// <summary>The number of the extended data record that all these codes have.</summary>
    public byte RecordNumber { get; init; }

    byte[] IUdsMessage<UdsDtcList>.ToBytes()
    {
        var writer = ReadDtcFormat.Response(stackalloc byte[64], Report);
        var (head, item) = ReadDtcFormat.List(Report) ?? ("A", "CS");
        foreach (var field in head)
        {
            writer.Byte(field switch
            {
                'A' => (byte)StatusAvailability,
                'W' => (byte)SeverityAvailability,
                'F' => (byte)Format,
                'M' => Memory,
                'G' => FunctionalGroup,
                'R' => RecordNumber,
                _ => ReadinessGroup,
            });
        }

        foreach (var code in Codes)
        {
            foreach (var field in item)
            {
                if (field == 'C')
                    writer.UInt24(code.Code);
                else
                    writer.Byte(field switch { 'S' => (byte)code.Status, 'V' => (byte)code.Severity, _ => code.FunctionalUnit });
            }
        }

        return writer.ToArray();
    }

    static bool IUdsMessage<UdsDtcList>.TryRead(ReadOnlySpan<byte> message, out UdsDtcList value)
    {
        var reader = ReadDtcFormat.Response(message, out var report);
        var codes = new List<UdsDtc>();
        value = new(report, codes);
        if (ReadDtcFormat.List(report) is not var (head, item))
            return false;
        foreach (var field in head)
        {
            value = field switch
            {
                'A' => value with { StatusAvailability = (UdsDtcStatus)reader.Byte() },
                'W' => value with { SeverityAvailability = (UdsDtcSeverity)reader.Byte() },
                'F' => value with { Format = (UdsDtcFormat)reader.Byte() },
                'M' => value with { Memory = reader.Byte() },
                'G' => value with { FunctionalGroup = reader.Byte() },
                'R' => value with { RecordNumber = reader.Byte() },
                _ => value with { ReadinessGroup = reader.Byte() },
            };
        }

        while (reader.HasMore)
        {
            var code = default(UdsDtc);
            foreach (var field in item)
            {
                code = field switch
                {
                    'C' => code with { Code = reader.UInt24() },
                    'S' => code with { Status = (UdsDtcStatus)reader.Byte() },
                    'V' => code with { Severity = (UdsDtcSeverity)reader.Byte() },
                    _ => code with { FunctionalUnit = reader.Byte() },
                };
            }

            codes.Add(code);
        }

        return reader.IsComplete;
    }
}
