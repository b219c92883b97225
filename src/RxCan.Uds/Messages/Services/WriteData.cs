namespace RxCan.Uds;

/// <summary>WriteDataByIdentifier (0x2E): <c>2E identifier record</c>.</summary>
internal readonly record struct WriteDataRequest(ushort Identifier, byte[] Record) : IUdsMessage<WriteDataRequest>
{
    public byte[] ToBytes() => [(byte)UdsService.WriteDataByIdentifier, (byte)(Identifier >> 8), (byte)Identifier, .. Record];

    public static bool TryRead(ReadOnlySpan<byte> message, out WriteDataRequest value)
    {
        var reader = new UdsReader(message, UdsService.WriteDataByIdentifier);
        value = new(reader.UInt16(), reader.Rest());
        return reader.IsComplete && value.Record.Length > 0;
    }
}

/// <summary><c>6E identifier</c>.</summary>
internal readonly record struct WriteDataResponse(ushort Identifier) : IUdsMessage<WriteDataResponse>
{
    public byte[] ToBytes() => [UdsProtocol.Positive(UdsService.WriteDataByIdentifier), (byte)(Identifier >> 8), (byte)Identifier];

    public static bool TryRead(ReadOnlySpan<byte> message, out WriteDataResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.WriteDataByIdentifier);
        value = new(reader.UInt16());
        return reader.IsComplete;
    }
}
