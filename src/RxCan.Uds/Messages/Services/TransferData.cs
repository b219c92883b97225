namespace RxCan.Uds;

/// <summary>TransferData (0x36): <c>36 blockSequenceCounter [data]</c>.</summary>
internal readonly record struct TransferDataRequest(byte Counter, byte[] Data) : IUdsMessage<TransferDataRequest>
{
    /// <summary>What comes before the data: the service identifier and the counter.</summary>
    public const int Overhead = 2;

    public byte[] ToBytes() => [(byte)UdsService.TransferData, Counter, .. Data];

    public static bool TryRead(ReadOnlySpan<byte> message, out TransferDataRequest value)
    {
        var reader = new UdsReader(message, UdsService.TransferData);
        value = new(reader.Byte(), reader.Rest());
        return reader.IsComplete;
    }
}

/// <summary><c>76 blockSequenceCounter [data]</c>.</summary>
internal readonly record struct TransferDataResponse(byte Counter, byte[] Data) : IUdsMessage<TransferDataResponse>
{
    public byte[] ToBytes() => [UdsProtocol.Positive(UdsService.TransferData), Counter, .. Data];

    public static bool TryRead(ReadOnlySpan<byte> message, out TransferDataResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.TransferData);
        value = new(reader.Byte(), reader.Rest());
        return reader.IsComplete;
    }
}
