namespace RxCan.Uds;

/// <summary>The tasks of Authentication.</summary>
/// <remarks>Source: ISO 14229-1:2020, table 74.</remarks>
public enum UdsAuthenticationTask : byte
{
    /// <summary>deAuthenticate.</summary>
    DeAuthenticate = 0x00,

    /// <summary>verifyCertificateUnidirectional.</summary>
    VerifyCertificateUnidirectional = 0x01,

    /// <summary>verifyCertificateBidirectional.</summary>
    VerifyCertificateBidirectional = 0x02,

    /// <summary>proofOfOwnership.</summary>
    ProofOfOwnership = 0x03,

    /// <summary>transmitCertificate.</summary>
    TransmitCertificate = 0x04,

    /// <summary>requestChallengeForAuthentication.</summary>
    RequestChallengeForAuthentication = 0x05,

    /// <summary>verifyProofOfOwnershipUnidirectional.</summary>
    VerifyProofOfOwnershipUnidirectional = 0x06,

    /// <summary>verifyProofOfOwnershipBidirectional.</summary>
    VerifyProofOfOwnershipBidirectional = 0x07,

    /// <summary>authenticationConfiguration.</summary>
    AuthenticationConfiguration = 0x08,
}
