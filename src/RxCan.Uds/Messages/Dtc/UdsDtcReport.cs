namespace RxCan.Uds;

/// <summary>The reports of ReadDTCInformation.</summary>
/// <remarks>Source: ISO 14229-1:2020, table 316; those for the mirror memory and 0x12 and 0x13 are in the edition of 2013.</remarks>
public enum UdsDtcReport : byte
{
    /// <summary>No report.</summary>
    None = 0x00,

    /// <summary>reportNumberOfDTCByStatusMask.</summary>
    NumberByStatusMask = 0x01,

    /// <summary>reportDTCByStatusMask.</summary>
    ByStatusMask = 0x02,

    /// <summary>reportDTCSnapshotIdentification.</summary>
    SnapshotIdentification = 0x03,

    /// <summary>reportDTCSnapshotRecordByDTCNumber.</summary>
    SnapshotRecordByDtc = 0x04,

    /// <summary>reportDTCStoredDataByRecordNumber.</summary>
    StoredDataByRecordNumber = 0x05,

    /// <summary>reportDTCExtDataRecordByDTCNumber.</summary>
    ExtendedDataByDtc = 0x06,

    /// <summary>reportNumberOfDTCBySeverityMaskRecord.</summary>
    NumberBySeverityMask = 0x07,

    /// <summary>reportDTCBySeverityMaskRecord.</summary>
    BySeverityMask = 0x08,

    /// <summary>reportSeverityInformationOfDTC.</summary>
    SeverityOfDtc = 0x09,

    /// <summary>reportSupportedDTC.</summary>
    Supported = 0x0A,

    /// <summary>reportFirstTestFailedDTC.</summary>
    FirstTestFailed = 0x0B,

    /// <summary>reportFirstConfirmedDTC.</summary>
    FirstConfirmed = 0x0C,

    /// <summary>reportMostRecentTestFailedDTC.</summary>
    MostRecentTestFailed = 0x0D,

    /// <summary>reportMostRecentConfirmedDTC.</summary>
    MostRecentConfirmed = 0x0E,

    /// <summary>reportMirrorMemoryDTCByStatusMask.</summary>
    MirrorMemoryByStatusMask = 0x0F,

    /// <summary>reportMirrorMemoryDTCExtDataRecordByDTCNumber.</summary>
    MirrorMemoryExtendedDataByDtc = 0x10,

    /// <summary>reportNumberOfMirrorMemoryDTCByStatusMask.</summary>
    MirrorMemoryNumberByStatusMask = 0x11,

    /// <summary>reportNumberOfEmissionsOBDDTCByStatusMask.</summary>
    EmissionsNumberByStatusMask = 0x12,

    /// <summary>reportEmissionsOBDDTCByStatusMask.</summary>
    EmissionsByStatusMask = 0x13,

    /// <summary>reportDTCFaultDetectionCounter.</summary>
    FaultDetectionCounter = 0x14,

    /// <summary>reportDTCWithPermanentStatus.</summary>
    PermanentStatus = 0x15,

    /// <summary>reportDTCExtDataRecordByRecordNumber.</summary>
    ExtendedDataByRecordNumber = 0x16,

    /// <summary>reportUserDefMemoryDTCByStatusMask.</summary>
    UserMemoryByStatusMask = 0x17,

    /// <summary>reportUserDefMemoryDTCSnapshotRecordByDTCNumber.</summary>
    UserMemorySnapshotRecordByDtc = 0x18,

    /// <summary>reportUserDefMemoryDTCExtDataRecordByDTCNumber.</summary>
    UserMemoryExtendedDataByDtc = 0x19,

    /// <summary>reportDTCExtendedDataRecordIdentification, also called reportSupportedDTCExtDataRecord.</summary>
    ExtendedDataIdentification = 0x1A,

    /// <summary>reportWWHOBDDTCByMaskRecord.</summary>
    WwhObdByMask = 0x42,

    /// <summary>reportWWHOBDDTCWithPermanentStatus.</summary>
    WwhObdPermanentStatus = 0x55,

    /// <summary>reportDTCInformationByDTCReadinessGroupIdentifier.</summary>
    ByReadinessGroup = 0x56,
}
