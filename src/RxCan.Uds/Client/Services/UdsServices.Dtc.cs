using System.Reactive;

namespace RxCan.Uds;

/// <content>Stored data: trouble codes (ISO 14229-1:2020, clause 12).</content>
public static partial class UdsServices
{
    private const byte AllRecords = 0xFF;

    /// <summary>ClearDiagnosticInformation (0x14).</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="group">The group, see <see cref="UdsDtcGroup"/>, or one code.</param>
    /// <param name="memory">The user-defined memory; null for the primary one.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The group does not fit 3 bytes.</exception>
    public static IUdsRequest<Unit> ClearDtcs(
        this IUdsClient ecu, uint group = UdsDtcGroup.All, byte? memory = null, UdsRequestOptions? options = null) =>
        ecu.CallUnit<ClearDiagnosticInformationRequest, ClearDiagnosticInformationResponse>(new(UInt24(group), memory), options);

    /// <summary>ReadDTCInformation (0x19), reports 0x01, 0x11 and 0x12: how many codes match a mask.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="mask">The mask: a code matches if it has one of these bits.</param>
    /// <param name="report">The report, which chooses the memory.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentException">The report does not count codes by a status mask.</exception>
    public static IUdsRequest<UdsDtcCount> CountDtcs(
        this IUdsClient ecu,
        UdsDtcStatus mask = UdsDtcStatus.All,
        UdsDtcReport report = UdsDtcReport.NumberByStatusMask,
        UdsRequestOptions? options = null) => report != UdsDtcReport.NumberBySeverityMask && ReadDtcFormat.IsNumber(report)
        ? ecu.Call<ReadDtcRequest, UdsDtcCount>(new(report) { Status = mask }, options)
        : throw new ArgumentException($"Report {report} does not count codes by a status mask.", nameof(report));

    /// <summary>ReadDTCInformation (0x19), report 0x07: how many codes match two masks.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="severity">The mask of the severity.</param>
    /// <param name="status">The mask of the status.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<UdsDtcCount> CountDtcsBySeverity(
        this IUdsClient ecu, UdsDtcSeverity severity, UdsDtcStatus status = UdsDtcStatus.All, UdsRequestOptions? options = null) =>
        ecu.Call<ReadDtcRequest, UdsDtcCount>(new(UdsDtcReport.NumberBySeverityMask) { Severity = severity, Status = status }, options);

    /// <summary>ReadDTCInformation (0x19), reports 0x02, 0x0F and 0x13: the codes that match a mask.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="mask">The mask: a code matches if it has one of these bits.</param>
    /// <param name="report">The report, which chooses the memory.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentException">The report does not list codes by a status mask.</exception>
    public static IUdsRequest<UdsDtcList> ReadDtcs(
        this IUdsClient ecu,
        UdsDtcStatus mask = UdsDtcStatus.All,
        UdsDtcReport report = UdsDtcReport.ByStatusMask,
        UdsRequestOptions? options = null) => ReadDtcFormat.List(report) is not null && ReadDtcFormat.Request(report) == "S"
        ? ecu.ReadDtcList(new(report) { Status = mask }, options)
        : throw new ArgumentException($"Report {report} does not list codes by a status mask.", nameof(report));

    /// <summary>ReadDTCInformation (0x19), reports 0x0A to 0x0E and 0x15: supported, first, most recent and permanent codes.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="report">The report.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentException">The report needs more than that, or does not list codes.</exception>
    public static IUdsRequest<UdsDtcList> ReadDtcs(this IUdsClient ecu, UdsDtcReport report, UdsRequestOptions? options = null) =>
        ReadDtcFormat.List(report) is not null && ReadDtcFormat.Request(report) == ""
            ? ecu.ReadDtcList(new(report), options)
            : throw new ArgumentException($"Report {report} does not list codes, or needs a mask, a code or a number. Use the method for it.", nameof(report));

    /// <summary>ReadDTCInformation (0x19), report 0x17: the codes in a user-defined memory.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="memory">The memory.</param>
    /// <param name="mask">The mask: a code matches if it has one of these bits.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<UdsDtcList> ReadUserMemoryDtcs(
        this IUdsClient ecu, byte memory, UdsDtcStatus mask = UdsDtcStatus.All, UdsRequestOptions? options = null) =>
        ecu.ReadDtcList(new(UdsDtcReport.UserMemoryByStatusMask) { Status = mask, Memory = memory }, options);

    /// <summary>ReadDTCInformation (0x19), report 0x08: the codes that match two masks, with their severity.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="severity">The mask of the severity.</param>
    /// <param name="status">The mask of the status.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<UdsDtcList> ReadDtcsBySeverity(
        this IUdsClient ecu, UdsDtcSeverity severity, UdsDtcStatus status = UdsDtcStatus.All, UdsRequestOptions? options = null) =>
        ecu.ReadDtcList(new(UdsDtcReport.BySeverityMask) { Severity = severity, Status = status }, options);

    /// <summary>ReadDTCInformation (0x19), report 0x09: the severity of a code.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="code">The code, 3 bytes.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code does not fit 3 bytes.</exception>
    public static IUdsRequest<UdsDtcList> ReadDtcSeverity(this IUdsClient ecu, uint code, UdsRequestOptions? options = null) =>
        ecu.ReadDtcList(new(UdsDtcReport.SeverityOfDtc) { Code = UInt24(code) }, options);

    /// <summary>ReadDTCInformation (0x19), report 0x03: which snapshots there are.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <returns>Codes and the numbers of their snapshot records; one pair for each record.</returns>
    public static IUdsRequest<IReadOnlyList<(uint Code, byte Number)>> ReadDtcSnapshotNumbers(this IUdsClient ecu, UdsRequestOptions? options = null) =>
        ecu.Call<ReadDtcRequest, IReadOnlyList<(uint, byte)>>(
            new(UdsDtcReport.SnapshotIdentification), static r => Malformed.Read<DtcNumbers>(r).Items, options);

    /// <summary>ReadDTCInformation (0x19), report 0x14: how close codes are to being set.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <returns>Codes and their fault detection counters, up to 127 (failed).</returns>
    public static IUdsRequest<IReadOnlyList<(uint Code, sbyte Counter)>> ReadDtcFaultCounters(this IUdsClient ecu, UdsRequestOptions? options = null) =>
        ecu.Call<ReadDtcRequest, IReadOnlyList<(uint, sbyte)>>(
            new(UdsDtcReport.FaultDetectionCounter),
            static r => Array.ConvertAll(Malformed.Read<DtcNumbers>(r).Items, static item => (item.Code, (sbyte)item.Number)),
            options);

    /// <summary>ReadDTCInformation (0x19), reports 0x04 and 0x18: the snapshots of a code.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="code">The code, 3 bytes.</param>
    /// <param name="identifiers">
    /// The data identifiers that snapshots consist of, with their lengths. One without a length, or not listed, takes all that follows.
    /// </param>
    /// <param name="number">The number of the snapshot record; 0xFF for all.</param>
    /// <param name="memory">The user-defined memory; null for the primary one.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code does not fit 3 bytes.</exception>
    public static IUdsRequest<IReadOnlyList<UdsDtcSnapshot>> ReadDtcSnapshots(
        this IUdsClient ecu,
        uint code,
        IReadOnlyList<UdsDataIdentifier> identifiers,
        byte number = AllRecords,
        byte? memory = null,
        UdsRequestOptions? options = null) => ecu.ReadSnapshots(
        new(memory is null ? UdsDtcReport.SnapshotRecordByDtc : UdsDtcReport.UserMemorySnapshotRecordByDtc)
        {
            Code = UInt24(code),
            Record = number,
            Memory = memory ?? 0,
        },
        identifiers,
        options);

    /// <summary>ReadDTCInformation (0x19), report 0x05: stored data by the number of its record.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="number">The number of the record; 0xFF for all.</param>
    /// <param name="identifiers">
    /// The data identifiers that records consist of, with their lengths. One without a length, or not listed, takes all that follows.
    /// </param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<IReadOnlyList<UdsDtcSnapshot>> ReadDtcStoredData(
        this IUdsClient ecu, byte number, IReadOnlyList<UdsDataIdentifier> identifiers, UdsRequestOptions? options = null) =>
        ecu.ReadSnapshots(new(UdsDtcReport.StoredDataByRecordNumber) { Record = number }, identifiers, options);

    /// <summary>ReadDTCInformation (0x19), reports 0x06, 0x10 and 0x19: the extended data of a code.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="code">The code, 3 bytes.</param>
    /// <param name="number">The number of the record; 0xFE for those of OBD, 0xFF for all.</param>
    /// <param name="length">The length of a record by its number, in bytes. Without it, the first record takes all that follows.</param>
    /// <param name="memory">The user-defined memory; null for the primary one.</param>
    /// <param name="isMirror">Whether to read the mirror memory (ISO 14229-1:2013).</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code does not fit 3 bytes.</exception>
    public static IUdsRequest<IReadOnlyList<UdsDtcExtendedData>> ReadDtcExtendedData(
        this IUdsClient ecu,
        uint code,
        byte number = AllRecords,
        Func<byte, int?>? length = null,
        byte? memory = null,
        bool isMirror = false,
        UdsRequestOptions? options = null) => ecu.ReadExtendedData(
        new(memory is not null ? UdsDtcReport.UserMemoryExtendedDataByDtc
            : isMirror ? UdsDtcReport.MirrorMemoryExtendedDataByDtc : UdsDtcReport.ExtendedDataByDtc)
        {
            Code = UInt24(code),
            Record = number,
            Memory = memory ?? 0,
        },
        length,
        options);

    /// <summary>ReadDTCInformation (0x19), report 0x16: the extended data records of a number, of all codes.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="number">The number of the record, up to 0xEF.</param>
    /// <param name="length">The length of a record in bytes; null if there is at most one code.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<IReadOnlyList<UdsDtcExtendedData>> ReadDtcExtendedDataByNumber(
        this IUdsClient ecu, byte number, int? length = null, UdsRequestOptions? options = null) =>
        ecu.ReadExtendedData(new(UdsDtcReport.ExtendedDataByRecordNumber) { Record = number }, length is null ? null : _ => length, options);

    /// <summary>ReadDTCInformation (0x19), report 0x1A: the codes that have an extended data record.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="number">The number of the record.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<UdsDtcList> ReadDtcsWithExtendedData(this IUdsClient ecu, byte number, UdsRequestOptions? options = null) =>
        ecu.ReadDtcList(new(UdsDtcReport.ExtendedDataIdentification) { Record = number }, options);

    /// <summary>ReadDTCInformation (0x19), report 0x42: the codes of WWH-OBD that match two masks.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="functionalGroup">The functional group; 0x33 for emissions.</param>
    /// <param name="status">The mask of the status.</param>
    /// <param name="severity">The mask of the severity.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<UdsDtcList> ReadWwhObdDtcs(
        this IUdsClient ecu,
        byte functionalGroup,
        UdsDtcStatus status = UdsDtcStatus.All,
        UdsDtcSeverity severity = UdsDtcSeverity.All,
        UdsRequestOptions? options = null) => ecu.ReadDtcList(
        new(UdsDtcReport.WwhObdByMask) { FunctionalGroup = functionalGroup, Status = status, Severity = severity }, options);

    /// <summary>ReadDTCInformation (0x19), report 0x55: the permanent codes of WWH-OBD.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="functionalGroup">The functional group; 0x33 for emissions.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<UdsDtcList> ReadWwhObdPermanentDtcs(this IUdsClient ecu, byte functionalGroup, UdsRequestOptions? options = null) =>
        ecu.ReadDtcList(new(UdsDtcReport.WwhObdPermanentStatus) { FunctionalGroup = functionalGroup }, options);

    /// <summary>ReadDTCInformation (0x19), report 0x56: the codes of a readiness group.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="functionalGroup">The functional group; 0x33 for emissions.</param>
    /// <param name="readinessGroup">The readiness group.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<UdsDtcList> ReadDtcsByReadinessGroup(
        this IUdsClient ecu, byte functionalGroup, byte readinessGroup, UdsRequestOptions? options = null) => ecu.ReadDtcList(
        new(UdsDtcReport.ByReadinessGroup) { FunctionalGroup = functionalGroup, ReadinessGroup = readinessGroup }, options);

    private static IUdsRequest<UdsDtcList> ReadDtcList(this IUdsClient ecu, ReadDtcRequest request, UdsRequestOptions? options) =>
        ecu.Call<ReadDtcRequest, UdsDtcList>(request, options);

    private static IUdsRequest<IReadOnlyList<UdsDtcSnapshot>> ReadSnapshots(
        this IUdsClient ecu, ReadDtcRequest request, IReadOnlyList<UdsDataIdentifier> identifiers, UdsRequestOptions? options)
    {
        ArgumentNullException.ThrowIfNull(identifiers);
        UdsDataIdentifier[] known = [.. identifiers];
        return ecu.Call<ReadDtcRequest, IReadOnlyList<UdsDtcSnapshot>>(
            request,
            response => DtcSnapshots.TryRead(response, known, out var snapshots)
                ? snapshots
                : throw Malformed.Response(
                    UdsService.ReadDtcInformation, response, "Or the identifiers do not have the lengths given; give the length of each."),
            options);
    }

    private static IUdsRequest<IReadOnlyList<UdsDtcExtendedData>> ReadExtendedData(
        this IUdsClient ecu, ReadDtcRequest request, Func<byte, int?>? length, UdsRequestOptions? options) =>
        ecu.Call<ReadDtcRequest, IReadOnlyList<UdsDtcExtendedData>>(
            request,
            response => DtcExtendedData.TryRead(response, request.Record, length, out var records)
                ? records
                : throw Malformed.Response(
                    UdsService.ReadDtcInformation, response, "Or the records do not have the lengths given; give the length of each."),
            options);

    private static uint UInt24(uint value) => value <= MaxUInt24
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A trouble code or group has 3 bytes, up to FFFFFF.");
}
