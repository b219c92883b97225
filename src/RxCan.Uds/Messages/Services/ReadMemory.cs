namespace RxCan.Uds;

/// <summary>ReadMemoryByAddress (0x23): <c>23 format address size</c>.</summary>
internal readonly record struct ReadMemoryRequest(UdsMemory Memory) : IUdsMessage<ReadMemoryRequest>
{
    public byte[] ToBytes()
    {
        var writer = new UdsWriter(stackalloc byte[24], UdsService.ReadMemoryByAddress);
        Memory.Write(ref writer);
        return writer.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> message, out ReadMemoryRequest value)
    {
        var reader = new UdsReader(message, UdsService.ReadMemoryByAddress);
        value = new(UdsMemory.Read(ref reader));
        return reader.IsComplete;
    }
}

/// <summary><c>63 data</c>.</summary>
internal readonly record struct ReadMemoryResponse(byte[] Data) : IUdsMessage<ReadMemoryResponse>
{
    public byte[] ToBytes() => [UdsProtocol.Positive(UdsService.ReadMemoryByAddress), .. Data];

    public static bool TryRead(ReadOnlySpan<byte> message, out ReadMemoryResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.ReadMemoryByAddress);
        value = new(reader.Rest());
        return reader.IsComplete && value.Data.Length > 0;
    }
}
