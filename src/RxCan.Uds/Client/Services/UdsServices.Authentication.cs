namespace RxCan.Uds;

/// <content>Authentication (0x29, ISO 14229-1:2020, 10.6). Certificates, challenges and proofs are up to you.</content>
public static partial class UdsServices
{
    /// <summary>deAuthenticate.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<UdsAuthenticationResponse> DeAuthenticate(this IUdsClient ecu, UdsRequestOptions? options = null) =>
        ecu.Authenticate(new(UdsAuthenticationTask.DeAuthenticate), options);

    /// <summary>verifyCertificateUnidirectional or verifyCertificateBidirectional.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="isBidirectional">Whether the control unit authenticates itself too.</param>
    /// <param name="configuration">communicationConfiguration.</param>
    /// <param name="certificate">The client's certificate.</param>
    /// <param name="challenge">The client's challenge; may be empty if not bidirectional.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentException">A part is longer than 65535 bytes.</exception>
    public static IUdsRequest<UdsAuthenticationResponse> VerifyCertificate(
        this IUdsClient ecu,
        bool isBidirectional,
        byte configuration,
        ReadOnlySpan<byte> certificate,
        ReadOnlySpan<byte> challenge = default,
        UdsRequestOptions? options = null) => ecu.Authenticate(
        new(isBidirectional ? UdsAuthenticationTask.VerifyCertificateBidirectional : UdsAuthenticationTask.VerifyCertificateUnidirectional)
        {
            Configuration = configuration,
            Parts = [Part(certificate), Part(challenge)],
        },
        options);

    /// <summary>proofOfOwnership.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="proof">The client's proof that it owns its key.</param>
    /// <param name="ephemeralPublicKey">The client's ephemeral public key, if there is one.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentException">A part is longer than 65535 bytes.</exception>
    public static IUdsRequest<UdsAuthenticationResponse> ProofOfOwnership(
        this IUdsClient ecu, ReadOnlySpan<byte> proof, ReadOnlySpan<byte> ephemeralPublicKey = default, UdsRequestOptions? options = null) =>
        ecu.Authenticate(new(UdsAuthenticationTask.ProofOfOwnership) { Parts = [Part(proof), Part(ephemeralPublicKey)] }, options);

    /// <summary>transmitCertificate.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="evaluation">certificateEvaluationId.</param>
    /// <param name="certificate">The certificate.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentException">The certificate is longer than 65535 bytes.</exception>
    public static IUdsRequest<UdsAuthenticationResponse> TransmitCertificate(
        this IUdsClient ecu, ushort evaluation, ReadOnlySpan<byte> certificate, UdsRequestOptions? options = null) =>
        ecu.Authenticate(new(UdsAuthenticationTask.TransmitCertificate) { Evaluation = evaluation, Parts = [Part(certificate)] }, options);

    /// <summary>requestChallengeForAuthentication.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="configuration">communicationConfiguration.</param>
    /// <param name="algorithm">algorithmIndicator, 16 bytes.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentException">The algorithm does not have 16 bytes.</exception>
    public static IUdsRequest<UdsAuthenticationResponse> RequestChallenge(
        this IUdsClient ecu, byte configuration, ReadOnlySpan<byte> algorithm, UdsRequestOptions? options = null) => ecu.Authenticate(
        new(UdsAuthenticationTask.RequestChallengeForAuthentication) { Configuration = configuration, Algorithm = Algorithm(algorithm) }, options);

    /// <summary>verifyProofOfOwnershipUnidirectional or verifyProofOfOwnershipBidirectional.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="isBidirectional">Whether the control unit authenticates itself too.</param>
    /// <param name="algorithm">algorithmIndicator, 16 bytes.</param>
    /// <param name="proof">The client's proof that it owns its key.</param>
    /// <param name="challenge">The client's challenge; may be empty if not bidirectional.</param>
    /// <param name="additionalParameter">What the control unit asked for in addition.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentException">The algorithm does not have 16 bytes, or a part is longer than 65535 bytes.</exception>
    public static IUdsRequest<UdsAuthenticationResponse> VerifyProofOfOwnership(
        this IUdsClient ecu,
        bool isBidirectional,
        ReadOnlySpan<byte> algorithm,
        ReadOnlySpan<byte> proof,
        ReadOnlySpan<byte> challenge = default,
        ReadOnlySpan<byte> additionalParameter = default,
        UdsRequestOptions? options = null) => ecu.Authenticate(
        new(isBidirectional ? UdsAuthenticationTask.VerifyProofOfOwnershipBidirectional : UdsAuthenticationTask.VerifyProofOfOwnershipUnidirectional)
        {
            Algorithm = Algorithm(algorithm),
            Parts = [Part(proof), Part(challenge), Part(additionalParameter)],
        },
        options);

    /// <summary>authenticationConfiguration: which kind of authentication the control unit uses.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<UdsAuthenticationResponse> AuthenticationConfiguration(this IUdsClient ecu, UdsRequestOptions? options = null) =>
        ecu.Authenticate(new(UdsAuthenticationTask.AuthenticationConfiguration), options);

    private static IUdsRequest<UdsAuthenticationResponse> Authenticate(
        this IUdsClient ecu, AuthenticationRequest request, UdsRequestOptions? options) =>
        ecu.Call<AuthenticationRequest, UdsAuthenticationResponse>(request, options);

    private static byte[] Part(ReadOnlySpan<byte> part) => part.Length <= ushort.MaxValue
        ? part.ToArray()
        : throw new ArgumentException($"A part of an authentication has at most {ushort.MaxValue} bytes, not {part.Length}.", nameof(part));

    private static byte[] Algorithm(ReadOnlySpan<byte> algorithm) => algorithm.Length == AuthenticationRequest.AlgorithmLength
        ? algorithm.ToArray()
        : throw new ArgumentException($"The algorithm has {AuthenticationRequest.AlgorithmLength} bytes, not {algorithm.Length}.", nameof(algorithm));
}
