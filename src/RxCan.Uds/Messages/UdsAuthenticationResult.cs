namespace RxCan.Uds;

/// <summary>What a control unit says to a task of Authentication (authenticationReturnParameter).</summary>
/// <remarks>Source: ISO 14229-1:2020, table B.5.</remarks>
public enum UdsAuthenticationResult : byte
{
    /// <summary>The request is accepted.</summary>
    RequestAccepted = 0x00,

    /// <summary>General reject.</summary>
    GeneralReject = 0x01,

    /// <summary>Configuration: authentication with certificates (APCE).</summary>
    ConfigurationApce = 0x02,

    /// <summary>Configuration: challenge and response with asymmetric cryptography (ACR).</summary>
    ConfigurationAcrAsymmetric = 0x03,

    /// <summary>Configuration: challenge and response with symmetric cryptography (ACR).</summary>
    ConfigurationAcrSymmetric = 0x04,

    /// <summary>De-authentication was successful.</summary>
    DeAuthenticationSuccessful = 0x10,

    /// <summary>The certificate is verified; the ownership must be.</summary>
    CertificateVerifiedOwnershipVerificationNecessary = 0x11,

    /// <summary>The ownership is verified; authentication is complete.</summary>
    OwnershipVerifiedAuthenticationComplete = 0x12,

    /// <summary>The certificate is verified.</summary>
    CertificateVerified = 0x13,
}
