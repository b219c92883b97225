namespace RxCan.Uds;

/// <summary>Trouble codes.</summary>
internal sealed partial class ServerMachine
{
    private const byte AllRecords = 0xFF;
    private const byte AllGroups = 0xFF;
    private const byte MaxExtendedDataNumber = 0xEF;

    private UdsReply ClearDtcs(ReadOnlySpan<byte> message)
    {
        if (!UdsProtocol.TryRead(message, out ClearDiagnosticInformationRequest request))
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (!ecu.Dtcs.Clear(request.Group, request.Memory))
            return UdsNegativeResponseCode.RequestOutOfRange;
        sink.Report(new UdsDtcsCleared(request.Group));
        return UdsReply.Of(default(ClearDiagnosticInformationResponse));
    }

    private UdsReply ReadDtcs(ReadOnlySpan<byte> message)
    {
        if (message.Length < 2)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (ReadDtcFormat.Request((UdsDtcReport)(message[1] & ~UdsProtocol.SuppressPositiveResponse)) is null)
            return UdsNegativeResponseCode.SubFunctionNotSupported;
        if (!UdsProtocol.TryRead(message, out ReadDtcRequest request))
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        return request.Report switch
        {
            UdsDtcReport.NumberByStatusMask or UdsDtcReport.NumberBySeverityMask or UdsDtcReport.MirrorMemoryNumberByStatusMask
                or UdsDtcReport.EmissionsNumberByStatusMask => UdsReply.Of(
                    new UdsDtcCount(request.Report, ecu.Dtcs.Availability, ecu.Dtcs.Format, Listed(request).Count())),
            UdsDtcReport.SnapshotIdentification => UdsReply.Of(new DtcNumbers(
                request.Report, [.. Primary.SelectMany(dtc => dtc.Snapshots.Keys.Order().Select(number => (dtc.Code, number)))])),
            UdsDtcReport.FaultDetectionCounter => UdsReply.Of(new DtcNumbers(
                request.Report,
                [.. Primary.Where(dtc => dtc.FaultDetectionCounter is > 0 and < sbyte.MaxValue).Select(dtc => (dtc.Code, (byte)dtc.FaultDetectionCounter))])),
            UdsDtcReport.SnapshotRecordByDtc or UdsDtcReport.UserMemorySnapshotRecordByDtc => Snapshots(request),
            UdsDtcReport.StoredDataByRecordNumber => StoredData(request),
            UdsDtcReport.ExtendedDataByDtc or UdsDtcReport.MirrorMemoryExtendedDataByDtc or UdsDtcReport.UserMemoryExtendedDataByDtc => ExtendedData(request),
            UdsDtcReport.ExtendedDataByRecordNumber => ExtendedDataByNumber(request),
            _ => List(request),
        };
    }

    private IEnumerable<UdsStoredDtc> Primary => ecu.Dtcs.Where(dtc => dtc.Memory is null);

    private UdsReply List(in ReadDtcRequest request)
    {
        if (request.Report == UdsDtcReport.SeverityOfDtc && ecu.Dtcs.Find(request.Code) is null)
            return UdsNegativeResponseCode.RequestOutOfRange;
        if (request.Report == UdsDtcReport.ExtendedDataIdentification && request.Record is 0 or > MaxExtendedDataNumber)
            return UdsNegativeResponseCode.RequestOutOfRange;
        if (request.Report is UdsDtcReport.WwhObdByMask or UdsDtcReport.WwhObdPermanentStatus or UdsDtcReport.ByReadinessGroup
            && request.FunctionalGroup is not ((byte)(UdsDtcGroup.Emissions & 0xFF) or (byte)(UdsDtcGroup.Safety & 0xFF)
                or (byte)(UdsDtcGroup.Vobd & 0xFF) or AllGroups))
        {
            return UdsNegativeResponseCode.RequestOutOfRange;
        }

        var memory = request.Memory;
        if (request.Report == UdsDtcReport.UserMemoryByStatusMask && !ecu.Dtcs.Any(dtc => dtc.Memory == memory))
            return UdsNegativeResponseCode.RequestOutOfRange;
        return UdsReply.Of(new UdsDtcList(request.Report, [.. Listed(request).Select(Reported)])
        {
            StatusAvailability = ecu.Dtcs.Availability,
            SeverityAvailability = UdsDtcSeverity.All,
            Format = ecu.Dtcs.Format,
            Memory = request.Memory,
            FunctionalGroup = request.FunctionalGroup,
            ReadinessGroup = request.ReadinessGroup,
            RecordNumber = request.Record,
        });
    }

    /// <summary>The codes that a report lists or counts.</summary>
    private IEnumerable<UdsStoredDtc> Listed(ReadDtcRequest request)
    {
        var mask = request.Status & ecu.Dtcs.Availability;
        return request.Report switch
        {
            UdsDtcReport.NumberByStatusMask or UdsDtcReport.ByStatusMask => Primary.Where(dtc => (dtc.Status & mask) != 0),
            UdsDtcReport.MirrorMemoryNumberByStatusMask or UdsDtcReport.MirrorMemoryByStatusMask =>
                Primary.Where(dtc => dtc.IsMirrored && (dtc.Status & mask) != 0),
            UdsDtcReport.EmissionsNumberByStatusMask or UdsDtcReport.EmissionsByStatusMask =>
                Primary.Where(dtc => dtc.IsEmissions && (dtc.Status & mask) != 0),
            UdsDtcReport.NumberBySeverityMask or UdsDtcReport.BySeverityMask =>
                Primary.Where(dtc => (dtc.Status & mask) != 0 && (dtc.Severity & request.Severity) != 0),
            UdsDtcReport.SeverityOfDtc => Primary.Where(dtc => dtc.Code == request.Code),
            UdsDtcReport.Supported => Primary,
            >= UdsDtcReport.FirstTestFailed and <= UdsDtcReport.MostRecentConfirmed =>
                ecu.Dtcs.Notable(request.Report) is { } notable ? [notable] : [],
            UdsDtcReport.PermanentStatus => Primary.Where(dtc => dtc.IsPermanent),
            UdsDtcReport.ExtendedDataIdentification => Primary.Where(dtc => dtc.ExtendedData.ContainsKey(request.Record)),
            UdsDtcReport.UserMemoryByStatusMask => ecu.Dtcs.Where(dtc => dtc.Memory == request.Memory && (dtc.Status & mask) != 0),
            UdsDtcReport.WwhObdByMask =>
                OfGroup(request.FunctionalGroup).Where(dtc => (dtc.Status & mask) != 0 && (dtc.Severity & request.Severity) != 0),
            UdsDtcReport.WwhObdPermanentStatus => OfGroup(request.FunctionalGroup).Where(dtc => dtc.IsPermanent),
            UdsDtcReport.ByReadinessGroup => OfGroup(request.FunctionalGroup).Where(dtc => dtc.ReadinessGroup == request.ReadinessGroup),
            _ => [],
        };
    }

    private IEnumerable<UdsStoredDtc> OfGroup(byte group) =>
        Primary.Where(dtc => dtc.FunctionalGroup is { } own && (group == AllGroups || own == group));

    private UdsDtc Reported(UdsStoredDtc dtc) => new(dtc.Code, dtc.Status & ecu.Dtcs.Availability, dtc.Severity, dtc.FunctionalUnit);

    private UdsStoredDtc? Find(in ReadDtcRequest request)
    {
        var dtc = ecu.Dtcs.Find(request.Code, ReadDtcFormat.IsUserMemory(request.Report) ? request.Memory : null);
        return request.Report == UdsDtcReport.MirrorMemoryExtendedDataByDtc && dtc?.IsMirrored != true ? null : dtc;
    }

    private UdsReply Snapshots(in ReadDtcRequest request)
    {
        var record = request.Record;
        if (Find(request) is not { } dtc || (record != AllRecords && !ecu.Dtcs.Any(one => one.Snapshots.ContainsKey(record))))
            return UdsNegativeResponseCode.RequestOutOfRange;
        var reported = Reported(dtc);
        return UdsReply.Message(DtcSnapshots.ToBytes(request.Report, request.Memory, reported, SnapshotsOf(dtc, record)));
    }

    private UdsReply StoredData(in ReadDtcRequest request)
    {
        var record = request.Record;
        UdsDtcSnapshot[] snapshots = [.. Primary.SelectMany(dtc => SnapshotsOf(dtc, record))];
        return snapshots.Length == 0 && record != AllRecords
            ? UdsNegativeResponseCode.RequestOutOfRange
            : UdsReply.Message(DtcSnapshots.ToBytes(request.Report, request.Memory, default, snapshots));
    }

    private IEnumerable<UdsDtcSnapshot> SnapshotsOf(UdsStoredDtc dtc, byte record) => dtc.Snapshots
        .Where(snapshot => record == AllRecords || snapshot.Key == record).OrderBy(snapshot => snapshot.Key)
        .Select(snapshot => new UdsDtcSnapshot(Reported(dtc), snapshot.Key, new UdsDataRecords(snapshot.Value)));

    private UdsReply ExtendedData(in ReadDtcRequest request)
    {
        const byte allEmissions = 0xFE;
        const byte firstEmissions = 0x90;
        var record = request.Record;
        if (Find(request) is not { } dtc || (record < allEmissions && !ecu.Dtcs.Any(one => one.ExtendedData.ContainsKey(record))))
            return UdsNegativeResponseCode.RequestOutOfRange;
        var records = dtc.ExtendedData.Where(data => record == AllRecords || data.Key == record
            || (record == allEmissions && data.Key is >= firstEmissions and <= MaxExtendedDataNumber));
        return ExtendedData(request, dtc, records);
    }

    private UdsReply ExtendedData(in ReadDtcRequest request, UdsStoredDtc dtc, IEnumerable<KeyValuePair<byte, byte[]>> records)
    {
        var reported = Reported(dtc);
        return UdsReply.Message(DtcExtendedData.ToBytes(
            request.Report, request.Memory, reported, request.Record,
            records.OrderBy(data => data.Key).Select(data => new UdsDtcExtendedData(reported, data.Key, data.Value))));
    }

    private UdsReply ExtendedDataByNumber(in ReadDtcRequest request)
    {
        var record = request.Record;
        if (record is 0 or > MaxExtendedDataNumber)
            return UdsNegativeResponseCode.RequestOutOfRange;
        var records = Primary.Where(dtc => dtc.ExtendedData.ContainsKey(record))
            .Select(dtc => new UdsDtcExtendedData(Reported(dtc), record, dtc.ExtendedData[record]));
        return UdsReply.Message(DtcExtendedData.ToBytes(request.Report, 0, default, record, records));
    }
}
