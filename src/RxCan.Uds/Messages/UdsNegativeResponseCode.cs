namespace RxCan.Uds;

/// <summary>The negative response codes (NRC). Those from 0xF0 to 0xFE belong to the manufacturer; any byte may be cast to it.</summary>
/// <remarks>Source: ISO 14229-1:2020, table A.1.</remarks>
public enum UdsNegativeResponseCode : byte
{
    /// <summary>positiveResponse: for a server's own use, it is never sent.</summary>
    PositiveResponse = 0x00,

    /// <summary>generalReject.</summary>
    GeneralReject = 0x10,

    /// <summary>serviceNotSupported.</summary>
    ServiceNotSupported = 0x11,

    /// <summary>subFunctionNotSupported.</summary>
    SubFunctionNotSupported = 0x12,

    /// <summary>incorrectMessageLengthOrInvalidFormat.</summary>
    IncorrectMessageLengthOrInvalidFormat = 0x13,

    /// <summary>responseTooLong.</summary>
    ResponseTooLong = 0x14,

    /// <summary>busyRepeatRequest.</summary>
    BusyRepeatRequest = 0x21,

    /// <summary>conditionsNotCorrect.</summary>
    ConditionsNotCorrect = 0x22,

    /// <summary>requestSequenceError.</summary>
    RequestSequenceError = 0x24,

    /// <summary>noResponseFromSubnetComponent.</summary>
    NoResponseFromSubnetComponent = 0x25,

    /// <summary>failurePreventsExecutionOfRequestedAction.</summary>
    FailurePreventsExecution = 0x26,

    /// <summary>requestOutOfRange.</summary>
    RequestOutOfRange = 0x31,

    /// <summary>securityAccessDenied.</summary>
    SecurityAccessDenied = 0x33,

    /// <summary>authenticationRequired.</summary>
    AuthenticationRequired = 0x34,

    /// <summary>invalidKey.</summary>
    InvalidKey = 0x35,

    /// <summary>exceededNumberOfAttempts.</summary>
    ExceededNumberOfAttempts = 0x36,

    /// <summary>requiredTimeDelayNotExpired.</summary>
    RequiredTimeDelayNotExpired = 0x37,

    /// <summary>secureDataTransmissionRequired.</summary>
    SecureDataTransmissionRequired = 0x38,

    /// <summary>secureDataTransmissionNotAllowed.</summary>
    SecureDataTransmissionNotAllowed = 0x39,

    /// <summary>secureDataVerificationFailed.</summary>
    SecureDataVerificationFailed = 0x3A,

    /// <summary>certificateVerificationFailed_InvalidTimePeriod.</summary>
    CertificateInvalidTimePeriod = 0x50,

    /// <summary>certificateVerificationFailed_InvalidSignature.</summary>
    CertificateInvalidSignature = 0x51,

    /// <summary>certificateVerificationFailed_InvalidChainOfTrust.</summary>
    CertificateInvalidChainOfTrust = 0x52,

    /// <summary>certificateVerificationFailed_InvalidType.</summary>
    CertificateInvalidType = 0x53,

    /// <summary>certificateVerificationFailed_InvalidFormat.</summary>
    CertificateInvalidFormat = 0x54,

    /// <summary>certificateVerificationFailed_InvalidContent.</summary>
    CertificateInvalidContent = 0x55,

    /// <summary>certificateVerificationFailed_InvalidScope.</summary>
    CertificateInvalidScope = 0x56,

    /// <summary>certificateVerificationFailed_InvalidCertificate.</summary>
    CertificateInvalid = 0x57,

    /// <summary>ownershipVerificationFailed.</summary>
    OwnershipVerificationFailed = 0x58,

    /// <summary>challengeCalculationFailed.</summary>
    ChallengeCalculationFailed = 0x59,

    /// <summary>settingAccessRightsFailed.</summary>
    SettingAccessRightsFailed = 0x5A,

    /// <summary>sessionKeyCreation/DerivationFailed.</summary>
    SessionKeyCreationFailed = 0x5B,

    /// <summary>configurationDataUsageFailed.</summary>
    ConfigurationDataUsageFailed = 0x5C,

    /// <summary>deAuthenticationFailed.</summary>
    DeAuthenticationFailed = 0x5D,

    /// <summary>uploadDownloadNotAccepted.</summary>
    UploadDownloadNotAccepted = 0x70,

    /// <summary>transferDataSuspended.</summary>
    TransferDataSuspended = 0x71,

    /// <summary>generalProgrammingFailure.</summary>
    GeneralProgrammingFailure = 0x72,

    /// <summary>wrongBlockSequenceCounter.</summary>
    WrongBlockSequenceCounter = 0x73,

    /// <summary>requestCorrectlyReceived-ResponsePending.</summary>
    ResponsePending = 0x78,

    /// <summary>subFunctionNotSupportedInActiveSession.</summary>
    SubFunctionNotSupportedInActiveSession = 0x7E,

    /// <summary>serviceNotSupportedInActiveSession.</summary>
    ServiceNotSupportedInActiveSession = 0x7F,

    /// <summary>rpmTooHigh.</summary>
    RpmTooHigh = 0x81,

    /// <summary>rpmTooLow.</summary>
    RpmTooLow = 0x82,

    /// <summary>engineIsRunning.</summary>
    EngineIsRunning = 0x83,

    /// <summary>engineIsNotRunning.</summary>
    EngineIsNotRunning = 0x84,

    /// <summary>engineRunTimeTooLow.</summary>
    EngineRunTimeTooLow = 0x85,

    /// <summary>temperatureTooHigh.</summary>
    TemperatureTooHigh = 0x86,

    /// <summary>temperatureTooLow.</summary>
    TemperatureTooLow = 0x87,

    /// <summary>vehicleSpeedTooHigh.</summary>
    VehicleSpeedTooHigh = 0x88,

    /// <summary>vehicleSpeedTooLow.</summary>
    VehicleSpeedTooLow = 0x89,

    /// <summary>throttle/PedalTooHigh.</summary>
    ThrottlePedalTooHigh = 0x8A,

    /// <summary>throttle/PedalTooLow.</summary>
    ThrottlePedalTooLow = 0x8B,

    /// <summary>transmissionRangeNotInNeutral.</summary>
    TransmissionRangeNotInNeutral = 0x8C,

    /// <summary>transmissionRangeNotInGear.</summary>
    TransmissionRangeNotInGear = 0x8D,

    /// <summary>brakeSwitch(es)NotClosed.</summary>
    BrakeSwitchNotClosed = 0x8F,

    /// <summary>shifterLeverNotInPark.</summary>
    ShifterLeverNotInPark = 0x90,

    /// <summary>torqueConverterClutchLocked.</summary>
    TorqueConverterClutchLocked = 0x91,

    /// <summary>voltageTooHigh.</summary>
    VoltageTooHigh = 0x92,

    /// <summary>voltageTooLow.</summary>
    VoltageTooLow = 0x93,

    /// <summary>resourceTemporarilyNotAvailable.</summary>
    ResourceTemporarilyNotAvailable = 0x94,
}
