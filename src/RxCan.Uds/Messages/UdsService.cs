namespace RxCan.Uds;

/// <summary>The service identifiers (SID) of ISO 14229-1. Any other byte may be cast to it.</summary>
/// <remarks>Source: ISO 14229-1:2020, table 2; <see cref="AccessTimingParameter"/> is in the edition of 2013.</remarks>
public enum UdsService : byte
{
    /// <summary>No service.</summary>
    None = 0x00,

    /// <summary>DiagnosticSessionControl.</summary>
    DiagnosticSessionControl = 0x10,

    /// <summary>ECUReset.</summary>
    EcuReset = 0x11,

    /// <summary>ClearDiagnosticInformation.</summary>
    ClearDiagnosticInformation = 0x14,

    /// <summary>ReadDTCInformation.</summary>
    ReadDtcInformation = 0x19,

    /// <summary>ReadDataByIdentifier.</summary>
    ReadDataByIdentifier = 0x22,

    /// <summary>ReadMemoryByAddress.</summary>
    ReadMemoryByAddress = 0x23,

    /// <summary>ReadScalingDataByIdentifier.</summary>
    ReadScalingDataByIdentifier = 0x24,

    /// <summary>SecurityAccess.</summary>
    SecurityAccess = 0x27,

    /// <summary>CommunicationControl.</summary>
    CommunicationControl = 0x28,

    /// <summary>Authentication.</summary>
    Authentication = 0x29,

    /// <summary>ReadDataByPeriodicIdentifier.</summary>
    ReadDataByPeriodicIdentifier = 0x2A,

    /// <summary>DynamicallyDefineDataIdentifier.</summary>
    DynamicallyDefineDataIdentifier = 0x2C,

    /// <summary>WriteDataByIdentifier.</summary>
    WriteDataByIdentifier = 0x2E,

    /// <summary>InputOutputControlByIdentifier.</summary>
    InputOutputControlByIdentifier = 0x2F,

    /// <summary>RoutineControl.</summary>
    RoutineControl = 0x31,

    /// <summary>RequestDownload.</summary>
    RequestDownload = 0x34,

    /// <summary>RequestUpload.</summary>
    RequestUpload = 0x35,

    /// <summary>TransferData.</summary>
    TransferData = 0x36,

    /// <summary>RequestTransferExit.</summary>
    RequestTransferExit = 0x37,

    /// <summary>RequestFileTransfer.</summary>
    RequestFileTransfer = 0x38,

    /// <summary>WriteMemoryByAddress.</summary>
    WriteMemoryByAddress = 0x3D,

    /// <summary>TesterPresent.</summary>
    TesterPresent = 0x3E,

    /// <summary>AccessTimingParameter.</summary>
    AccessTimingParameter = 0x83,

    /// <summary>SecuredDataTransmission.</summary>
    SecuredDataTransmission = 0x84,

    /// <summary>ControlDTCSetting.</summary>
    ControlDtcSetting = 0x85,

    /// <summary>ResponseOnEvent.</summary>
    ResponseOnEvent = 0x86,

    /// <summary>LinkControl.</summary>
    LinkControl = 0x87,
}
