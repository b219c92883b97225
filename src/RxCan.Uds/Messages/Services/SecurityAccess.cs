namespace RxCan.Uds;

/// <summary>SecurityAccess (0x27): <c>27 level data</c>; odd levels request a seed, the even ones above them send the key.</summary>
internal readonly record struct SecurityAccessRequest(byte Level, byte[] Data) : IUdsMessage<SecurityAccessRequest>
{
    public bool IsSeedRequest => Level % 2 != 0;

    public byte[] ToBytes() => [(byte)UdsService.SecurityAccess, Level, .. Data];

    public static bool TryRead(ReadOnlySpan<byte> message, out SecurityAccessRequest value)
    {
        var reader = new UdsReader(message, UdsService.SecurityAccess);
        value = new(reader.SubFunction(), reader.Rest());
        return reader.IsComplete;
    }
}

/// <summary><c>67 level seed</c>; without a seed for a key.</summary>
internal readonly record struct SecurityAccessResponse(byte Level, byte[] Seed) : IUdsMessage<SecurityAccessResponse>
{
    public byte[] ToBytes() => [UdsProtocol.Positive(UdsService.SecurityAccess), Level, .. Seed];

    public static bool TryRead(ReadOnlySpan<byte> message, out SecurityAccessResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.SecurityAccess);
        value = new(reader.SubFunction(), reader.Rest());
        return reader.IsComplete && (value.Level % 2 != 0) == (value.Seed.Length > 0);
    }
}
