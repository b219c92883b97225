namespace RxCan.Uds;

/// <summary>The response of Authentication. Which of its parts there are depends on the task; the others are empty.</summary>
/// <param name="Task">The task.</param>
/// <param name="Result">What the control unit says.</param>
/// <remarks>Source: ISO 14229-1:2020, 10.6.3.</remarks>
public sealed record UdsAuthenticationResponse(UdsAuthenticationTask Task, UdsAuthenticationResult Result) : IUdsMessage<UdsAuthenticationResponse>
{
    /// <summary>The algorithm, an ASN.1 object identifier filled with zeros to 16 bytes.</summary>
    public ReadOnlyMemory<byte> Algorithm { get; init; }

    /// <summary>The control unit's challenge.</summary>
    public ReadOnlyMemory<byte> Challenge { get; init; }

    /// <summary>The control unit's certificate.</summary>
    public ReadOnlyMemory<byte> Certificate { get; init; }

    /// <summary>The control unit's proof that it owns its key.</summary>
    public ReadOnlyMemory<byte> ProofOfOwnership { get; init; }

    /// <summary>The control unit's ephemeral public key.</summary>
    public ReadOnlyMemory<byte> EphemeralPublicKey { get; init; }

    /// <summary>What the session key is made from.</summary>
    public ReadOnlyMemory<byte> SessionKeyInfo { get; init; }

    /// <summary>What the client must send in addition.</summary>
    public ReadOnlyMemory<byte> NeededAdditionalParameter { get; init; }

    byte[] IUdsMessage<UdsAuthenticationResponse>.ToBytes()
    {
        var writer = new UdsWriter(stackalloc byte[64], UdsProtocol.Positive(UdsService.Authentication));
        writer.Byte((byte)Task);
        writer.Byte((byte)Result);
        if (AuthenticationRequest.HasAlgorithm(Task))
            writer.Bytes(Algorithm.Span);
        ReadOnlySpan<ReadOnlyMemory<byte>> parts = Task switch
        {
            UdsAuthenticationTask.VerifyCertificateUnidirectional => [Challenge, EphemeralPublicKey],
            UdsAuthenticationTask.VerifyCertificateBidirectional => [Challenge, Certificate, ProofOfOwnership, EphemeralPublicKey],
            UdsAuthenticationTask.ProofOfOwnership or UdsAuthenticationTask.VerifyProofOfOwnershipUnidirectional => [SessionKeyInfo],
            UdsAuthenticationTask.RequestChallengeForAuthentication => [Challenge, NeededAdditionalParameter],
            UdsAuthenticationTask.VerifyProofOfOwnershipBidirectional => [ProofOfOwnership, SessionKeyInfo],
            _ => [],
        };
        foreach (var part in parts)
            writer.Block(part.Span);
        return writer.ToArray();
    }

    static bool IUdsMessage<UdsAuthenticationResponse>.TryRead(ReadOnlySpan<byte> message, out UdsAuthenticationResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.Authentication);
        var task = (UdsAuthenticationTask)reader.SubFunction();
        if (AuthenticationRequest.PartsOf(task) is null)
            reader.Fail();
        value = new(task, (UdsAuthenticationResult)reader.Byte());
        if (AuthenticationRequest.HasAlgorithm(task))
            value = value with { Algorithm = reader.Bytes(AuthenticationRequest.AlgorithmLength) };
        value = task switch
        {
            UdsAuthenticationTask.VerifyCertificateUnidirectional =>
                value with { Challenge = reader.Block(), EphemeralPublicKey = reader.Block() },
            UdsAuthenticationTask.VerifyCertificateBidirectional => value with
            {
                Challenge = reader.Block(),
                Certificate = reader.Block(),
                ProofOfOwnership = reader.Block(),
                EphemeralPublicKey = reader.Block(),
            },
            UdsAuthenticationTask.ProofOfOwnership or UdsAuthenticationTask.VerifyProofOfOwnershipUnidirectional =>
                value with { SessionKeyInfo = reader.Block() },
            UdsAuthenticationTask.RequestChallengeForAuthentication =>
                value with { Challenge = reader.Block(), NeededAdditionalParameter = reader.Block() },
            UdsAuthenticationTask.VerifyProofOfOwnershipBidirectional =>
                value with { ProofOfOwnership = reader.Block(), SessionKeyInfo = reader.Block() },
            _ => value,
        };
        return reader.IsComplete;
    }
}
