namespace RxCan.Uds;

/// <summary>
/// The responses with extended data: <c>59 06 code status (number data)*</c>, with the user memory before the code for 0x19, and
/// <c>59 16 number (code status data)*</c>.
/// </summary>
internal static class DtcExtendedData
{
    private const byte FirstGroup = 0xF0; // reserved, and FE and FF for all emissions-related and all records

    /// <param name="report">The report.</param>
    /// <param name="memory">The user memory, for 0x19.</param>
    /// <param name="dtc">The code, for reports about one.</param>
    /// <param name="number">The number of the record, for 0x16.</param>
    /// <param name="records">The records.</param>
    public static byte[] ToBytes(UdsDtcReport report, byte memory, UdsDtc dtc, byte number, IEnumerable<UdsDtcExtendedData> records)
    {
        var writer = ReadDtcFormat.Response(stackalloc byte[64], report);
        var isByNumber = report == UdsDtcReport.ExtendedDataByRecordNumber;
        if (ReadDtcFormat.IsUserMemory(report))
            writer.Byte(memory);
        if (isByNumber)
            writer.Byte(number);
        else
            DtcSnapshots.Write(ref writer, dtc);
        foreach (var record in records)
        {
            if (isByNumber)
                DtcSnapshots.Write(ref writer, record.Dtc);
            else
                writer.Byte(record.Number);
            writer.Bytes(record.Data.Span);
        }

        return writer.ToArray();
    }

    /// <summary>Reads a response; false if it is malformed, or a length does not match it.</summary>
    /// <param name="message">The response.</param>
    /// <param name="requested">The number of the record that was requested.</param>
    /// <param name="length">The length of a record by its number; null if it is not known: then it takes all that follows.</param>
    /// <param name="records">The records.</param>
    public static bool TryRead(ReadOnlySpan<byte> message, byte requested, Func<byte, int?>? length, out List<UdsDtcExtendedData> records)
    {
        records = [];
        var reader = ReadDtcFormat.Response(message, out var report);
        if (!ReadDtcFormat.IsExtendedData(report))
            return false;
        if (report == UdsDtcReport.ExtendedDataByRecordNumber)
        {
            var number = reader.Byte();
            while (reader.HasMore)
            {
                var code = DtcSnapshots.Read(ref reader);
                records.Add(new(code, number, reader.Bytes(length?.Invoke(number) ?? reader.Left)));
            }

            return reader.IsComplete && number == requested;
        }

        if (ReadDtcFormat.IsUserMemory(report))
            reader.Byte();
        var dtc = DtcSnapshots.Read(ref reader);
        while (reader.HasMore)
        {
            var number = reader.Byte();
            records.Add(new(dtc, number, reader.Bytes(length?.Invoke(number) ?? reader.Left)));
        }

        return reader.IsComplete && (requested >= FirstGroup || records is [] || (records is [var only] && only.Number == requested));
    }
}
