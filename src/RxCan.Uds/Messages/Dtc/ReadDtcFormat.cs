namespace RxCan.Uds;

/// <summary>Which fields the requests and responses of ReadDTCInformation have, and in which order: a letter for each.</summary>
/// <remarks>
/// A status availability mask, C code of 3 bytes, F format, G functional group, M user memory, R record number, S status or its mask, U functional
/// unit, V severity or its mask, W severity availability mask, X readiness group. Source: ISO 14229-1:2020, 12.3.
/// </remarks>
internal static class ReadDtcFormat
{
    /// <summary>What follows the sub-function of a request; null for a report that is not known.</summary>
    public static string? Request(UdsDtcReport report) => report switch
    {
        UdsDtcReport.NumberByStatusMask or UdsDtcReport.ByStatusMask or UdsDtcReport.MirrorMemoryByStatusMask
            or UdsDtcReport.MirrorMemoryNumberByStatusMask or UdsDtcReport.EmissionsNumberByStatusMask or UdsDtcReport.EmissionsByStatusMask => "S",
        UdsDtcReport.SnapshotIdentification or (>= UdsDtcReport.Supported and <= UdsDtcReport.MostRecentConfirmed)
            or UdsDtcReport.FaultDetectionCounter or UdsDtcReport.PermanentStatus => "",
        UdsDtcReport.SnapshotRecordByDtc or UdsDtcReport.ExtendedDataByDtc or UdsDtcReport.MirrorMemoryExtendedDataByDtc => "CR",
        UdsDtcReport.StoredDataByRecordNumber or UdsDtcReport.ExtendedDataByRecordNumber or UdsDtcReport.ExtendedDataIdentification => "R",
        UdsDtcReport.NumberBySeverityMask or UdsDtcReport.BySeverityMask => "VS",
        UdsDtcReport.SeverityOfDtc => "C",
        UdsDtcReport.UserMemoryByStatusMask => "SM",
        UdsDtcReport.UserMemorySnapshotRecordByDtc or UdsDtcReport.UserMemoryExtendedDataByDtc => "CRM",
        UdsDtcReport.WwhObdByMask => "GSV",
        UdsDtcReport.WwhObdPermanentStatus => "G",
        UdsDtcReport.ByReadinessGroup => "GX",
        _ => null,
    };

    /// <summary>What follows the sub-function of a response that lists codes, and what is repeated for each code; null for other reports.</summary>
    public static (string Head, string Item)? List(UdsDtcReport report) => report switch
    {
        UdsDtcReport.ByStatusMask or UdsDtcReport.MirrorMemoryByStatusMask or UdsDtcReport.EmissionsByStatusMask
            or (>= UdsDtcReport.Supported and <= UdsDtcReport.MostRecentConfirmed) or UdsDtcReport.PermanentStatus => ("A", "CS"),
        UdsDtcReport.UserMemoryByStatusMask => ("MA", "CS"),
        UdsDtcReport.BySeverityMask or UdsDtcReport.SeverityOfDtc => ("A", "VUCS"),
        UdsDtcReport.ExtendedDataIdentification => ("AR", "CS"),
        UdsDtcReport.WwhObdByMask => ("GAWF", "VCS"),
        UdsDtcReport.WwhObdPermanentStatus => ("GAF", "CS"),
        UdsDtcReport.ByReadinessGroup => ("GAFX", "CS"),
        _ => null,
    };

    public static bool IsNumber(UdsDtcReport report) => report is UdsDtcReport.NumberByStatusMask or UdsDtcReport.NumberBySeverityMask
        or UdsDtcReport.MirrorMemoryNumberByStatusMask or UdsDtcReport.EmissionsNumberByStatusMask;

    public static bool IsSnapshot(UdsDtcReport report) =>
        report is UdsDtcReport.SnapshotRecordByDtc or UdsDtcReport.UserMemorySnapshotRecordByDtc or UdsDtcReport.StoredDataByRecordNumber;

    public static bool IsExtendedData(UdsDtcReport report) => report is UdsDtcReport.ExtendedDataByDtc or UdsDtcReport.MirrorMemoryExtendedDataByDtc
        or UdsDtcReport.UserMemoryExtendedDataByDtc or UdsDtcReport.ExtendedDataByRecordNumber;

    public static bool IsUserMemory(UdsDtcReport report) =>
        report is UdsDtcReport.UserMemoryByStatusMask or UdsDtcReport.UserMemorySnapshotRecordByDtc or UdsDtcReport.UserMemoryExtendedDataByDtc;

    public static UdsWriter Response(Span<byte> buffer, UdsDtcReport report)
    {
        var writer = new UdsWriter(buffer, UdsProtocol.Positive(UdsService.ReadDtcInformation));
        writer.Byte((byte)report);
        return writer;
    }

    public static UdsReader Response(ReadOnlySpan<byte> message, out UdsDtcReport report)
    {
        var reader = UdsReader.Response(message, UdsService.ReadDtcInformation);
        report = (UdsDtcReport)reader.SubFunction();
        return reader;
    }
}
