namespace RxCan.Uds;

/// <summary>RequestTransferExit (0x37): <c>37 [parameters]</c>.</summary>
internal readonly record struct TransferExitRequest(byte[] Parameters) : IUdsMessage<TransferExitRequest>
{
    public byte[] ToBytes() => [(byte)UdsService.RequestTransferExit, .. Parameters];

    public static bool TryRead(ReadOnlySpan<byte> message, out TransferExitRequest value)
    {
        var reader = new UdsReader(message, UdsService.RequestTransferExit);
        value = new(reader.Rest());
        return reader.IsComplete;
    }
}

/// <summary><c>77 [parameters]</c>.</summary>
internal readonly record struct TransferExitResponse(byte[] Parameters) : IUdsMessage<TransferExitResponse>
{
    public byte[] ToBytes() => [UdsProtocol.Positive(UdsService.RequestTransferExit), .. Parameters];

    public static bool TryRead(ReadOnlySpan<byte> message, out TransferExitResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.RequestTransferExit);
        value = new(reader.Rest());
        return reader.IsComplete;
    }
}
