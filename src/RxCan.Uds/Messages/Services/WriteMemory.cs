namespace RxCan.Uds;

/// <summary>WriteMemoryByAddress (0x3D): <c>3D format address size data</c>.</summary>
internal readonly record struct WriteMemoryRequest(UdsMemory Memory, byte[] Data) : IUdsMessage<WriteMemoryRequest>
{
    public byte[] ToBytes()
    {
        var writer = new UdsWriter(stackalloc byte[64], UdsService.WriteMemoryByAddress);
        Memory.Write(ref writer);
        writer.Bytes(Data);
        return writer.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> message, out WriteMemoryRequest value)
    {
        var reader = new UdsReader(message, UdsService.WriteMemoryByAddress);
        value = new(UdsMemory.Read(ref reader), reader.Rest());
        return reader.IsComplete && value.Memory.Size == (ulong)value.Data.Length;
    }
}

/// <summary><c>7D format address size</c>.</summary>
internal readonly record struct WriteMemoryResponse(UdsMemory Memory) : IUdsMessage<WriteMemoryResponse>
{
    public byte[] ToBytes()
    {
        var writer = new UdsWriter(stackalloc byte[24], UdsProtocol.Positive(UdsService.WriteMemoryByAddress));
        Memory.Write(ref writer);
        return writer.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> message, out WriteMemoryResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.WriteMemoryByAddress);
        value = new(UdsMemory.Read(ref reader));
        return reader.IsComplete;
    }
}
