namespace RxCan.Uds;

/// <summary>ReadScalingDataByIdentifier (0x24): <c>24 identifier</c>.</summary>
internal readonly record struct ReadScalingRequest(ushort Identifier) : IUdsMessage<ReadScalingRequest>
{
    public byte[] ToBytes() => [(byte)UdsService.ReadScalingDataByIdentifier, (byte)(Identifier >> 8), (byte)Identifier];

    public static bool TryRead(ReadOnlySpan<byte> message, out ReadScalingRequest value)
    {
        var reader = new UdsReader(message, UdsService.ReadScalingDataByIdentifier);
        value = new(reader.UInt16());
        return reader.IsComplete;
    }
}

/// <summary><c>64 identifier (scaling [extension])+</c>.</summary>
internal readonly record struct ReadScalingResponse(ushort Identifier, UdsScaling[] Scalings) : IUdsMessage<ReadScalingResponse>
{
    public byte[] ToBytes()
    {
        var writer = new UdsWriter(stackalloc byte[64], UdsProtocol.Positive(UdsService.ReadScalingDataByIdentifier));
        writer.UInt16(Identifier);
        foreach (var scaling in Scalings)
        {
            writer.Byte((byte)(((byte)scaling.Type << 4) | scaling.Length));
            writer.Bytes(scaling.Extension.Span);
        }

        return writer.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> message, out ReadScalingResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.ReadScalingDataByIdentifier);
        var identifier = reader.UInt16();
        var scalings = new List<UdsScaling>();
        while (reader.HasMore)
        {
            var first = reader.Byte();
            var (type, length) = ((UdsScalingType)(first >> 4), first & 0xF);
            scalings.Add(new(type, length, UdsScaling.HasExtension(type) ? reader.Bytes(length) : []));
        }

        value = new(identifier, [.. scalings]);
        return reader.IsComplete && scalings.Count > 0;
    }
}
