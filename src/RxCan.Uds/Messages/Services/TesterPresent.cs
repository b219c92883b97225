namespace RxCan.Uds;

/// <summary>TesterPresent (0x3E): <c>3E 00</c>.</summary>
internal readonly record struct TesterPresentRequest : IUdsMessage<TesterPresentRequest>
{
    public byte[] ToBytes() => [(byte)UdsService.TesterPresent, 0];

    public static bool TryRead(ReadOnlySpan<byte> message, out TesterPresentRequest value)
    {
        var reader = new UdsReader(message, UdsService.TesterPresent);
        value = default;
        return reader.SubFunction() == 0 && reader.IsComplete;
    }
}

/// <summary><c>7E 00</c>.</summary>
internal readonly record struct TesterPresentResponse : IUdsMessage<TesterPresentResponse>
{
    public byte[] ToBytes() => [UdsProtocol.Positive(UdsService.TesterPresent), 0];

    public static bool TryRead(ReadOnlySpan<byte> message, out TesterPresentResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.TesterPresent);
        value = default;
        return reader.SubFunction() == 0 && reader.IsComplete;
    }
}
