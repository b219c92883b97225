namespace RxCan.Uds;

/// <summary>
/// Authentication (0x29): a task and what it takes, in this order: a communication configuration (1 byte), an algorithm (16 bytes) or an
/// evaluation (2 bytes), and parts that each begin with their length in 2 bytes.
/// </summary>
internal readonly record struct AuthenticationRequest(UdsAuthenticationTask Task) : IUdsMessage<AuthenticationRequest>
{
    public const int AlgorithmLength = 16;

    public byte Configuration { get; init; }

    public ushort Evaluation { get; init; }

    public byte[] Algorithm { get; init; } = [];

    /// <summary>The certificate, the challenge, the proof, the key or the parameters, in the order of the task.</summary>
    public byte[][] Parts { get; init; } = [];

    /// <summary>How many parts a request has; null for a task that is not known.</summary>
    public static int? PartsOf(UdsAuthenticationTask task) => task switch
    {
        UdsAuthenticationTask.DeAuthenticate or UdsAuthenticationTask.AuthenticationConfiguration
            or UdsAuthenticationTask.RequestChallengeForAuthentication => 0,
        UdsAuthenticationTask.TransmitCertificate => 1,
        UdsAuthenticationTask.VerifyCertificateUnidirectional or UdsAuthenticationTask.VerifyCertificateBidirectional
            or UdsAuthenticationTask.ProofOfOwnership => 2,
        UdsAuthenticationTask.VerifyProofOfOwnershipUnidirectional or UdsAuthenticationTask.VerifyProofOfOwnershipBidirectional => 3,
        _ => null,
    };

    private static bool HasConfiguration(UdsAuthenticationTask task) => task is UdsAuthenticationTask.VerifyCertificateUnidirectional
        or UdsAuthenticationTask.VerifyCertificateBidirectional or UdsAuthenticationTask.RequestChallengeForAuthentication;

    internal static bool HasAlgorithm(UdsAuthenticationTask task) => task is UdsAuthenticationTask.RequestChallengeForAuthentication
        or UdsAuthenticationTask.VerifyProofOfOwnershipUnidirectional or UdsAuthenticationTask.VerifyProofOfOwnershipBidirectional;

    public byte[] ToBytes()
    {
        var writer = new UdsWriter(stackalloc byte[64], UdsService.Authentication);
        writer.Byte((byte)Task);
        if (HasConfiguration(Task))
            writer.Byte(Configuration);
        if (Task == UdsAuthenticationTask.TransmitCertificate)
            writer.UInt16(Evaluation);
        if (HasAlgorithm(Task))
            writer.Bytes(Algorithm);
        foreach (var part in Parts)
            writer.Block(part);
        return writer.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> message, out AuthenticationRequest value)
    {
        var reader = new UdsReader(message, UdsService.Authentication);
        var task = (UdsAuthenticationTask)reader.SubFunction();
        value = new(task)
        {
            Configuration = HasConfiguration(task) ? reader.Byte() : (byte)0,
            Evaluation = task == UdsAuthenticationTask.TransmitCertificate ? reader.UInt16() : (ushort)0,
            Algorithm = HasAlgorithm(task) ? reader.Bytes(AlgorithmLength) : [],
            Parts = ReadParts(ref reader, PartsOf(task)),
        };
        return reader.IsComplete;
    }

    internal static byte[][] ReadParts(ref UdsReader reader, int? count)
    {
        if (count is null)
            reader.Fail();
        var parts = new byte[count ?? 0][];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = reader.Block();
        return parts;
    }
}
