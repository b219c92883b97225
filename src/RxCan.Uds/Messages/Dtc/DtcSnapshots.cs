namespace RxCan.Uds;

/// <summary>
/// The responses with snapshots: <c>59 04 code status (number count (identifier record)*)*</c>, with the user memory before the code for 0x18, and
/// <c>59 05 (number code status count (identifier record)*)*</c>. A count of 0 means all that follows.
/// </summary>
internal static class DtcSnapshots
{
    /// <param name="report">The report.</param>
    /// <param name="memory">The user memory, for 0x18.</param>
    /// <param name="dtc">The code, for reports about one.</param>
    /// <param name="snapshots">The snapshots.</param>
    public static byte[] ToBytes(UdsDtcReport report, byte memory, UdsDtc dtc, IEnumerable<UdsDtcSnapshot> snapshots)
    {
        var writer = ReadDtcFormat.Response(stackalloc byte[64], report);
        var isStoredData = report == UdsDtcReport.StoredDataByRecordNumber;
        if (ReadDtcFormat.IsUserMemory(report))
            writer.Byte(memory);
        if (!isStoredData)
            Write(ref writer, dtc);
        foreach (var snapshot in snapshots)
        {
            writer.Byte(snapshot.Number);
            if (isStoredData)
                Write(ref writer, snapshot.Dtc);
            writer.Byte((byte)snapshot.Records.Count);
            foreach (var (identifier, record) in snapshot.Records)
            {
                writer.UInt16(identifier);
                writer.Bytes(record);
            }
        }

        return writer.ToArray();
    }

    /// <summary>Reads a response; false if it is malformed, or the lengths of the identifiers do not match it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, IReadOnlyList<UdsDataIdentifier> identifiers, out List<UdsDtcSnapshot> snapshots)
    {
        snapshots = [];
        var reader = ReadDtcFormat.Response(message, out var report);
        var isStoredData = report == UdsDtcReport.StoredDataByRecordNumber;
        if (!ReadDtcFormat.IsSnapshot(report))
            return false;
        if (ReadDtcFormat.IsUserMemory(report))
            reader.Byte();
        var dtc = isStoredData ? default : Read(ref reader);
        while (reader.HasMore)
        {
            var number = reader.Byte();
            if (isStoredData)
            {
                if (!reader.HasMore)
                    break; // only the number: no data is stored (12.3.3.6)
                dtc = Read(ref reader);
            }

            var count = reader.Byte();
            var rest = reader.Take(reader.Left);
            var records = new List<(ushort, byte[])>();
            while (count == 0 ? !rest.IsEmpty : records.Count < count)
            {
                if (!UdsRecords.TryTake(ref rest, identifiers, out var record))
                    return false;
                records.Add(record);
            }

            snapshots.Add(new(dtc, number, new(records)));
            reader = reader.At(rest);
        }

        return reader.IsComplete;
    }

    internal static void Write(ref UdsWriter writer, UdsDtc dtc)
    {
        writer.UInt24(dtc.Code);
        writer.Byte((byte)dtc.Status);
    }

    internal static UdsDtc Read(ref UdsReader reader) => new(reader.UInt24(), (UdsDtcStatus)reader.Byte());
}
