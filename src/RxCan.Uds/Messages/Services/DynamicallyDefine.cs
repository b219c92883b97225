namespace RxCan.Uds;

/// <summary>
/// DynamicallyDefineDataIdentifier (0x2C): <c>2C 01 identifier (source position size)+</c>, <c>2C 02 identifier format (address size)+</c> or
/// <c>2C 03 [identifier]</c>.
/// </summary>
internal readonly record struct DynamicallyDefineRequest(UdsDynamicDefinition Definition, ushort? Identifier) : IUdsMessage<DynamicallyDefineRequest>
{
    public UdsDataPart[] Parts { get; init; } = [];

    public UdsMemory[] Memory { get; init; } = [];

    public byte[] ToBytes()
    {
        var writer = new UdsWriter(stackalloc byte[64], UdsService.DynamicallyDefineDataIdentifier);
        writer.Byte((byte)Definition);
        if (Identifier is { } identifier)
            writer.UInt16(identifier);
        foreach (var part in Parts)
        {
            writer.UInt16(part.Identifier);
            writer.Byte(part.Position);
            writer.Byte(part.Size);
        }

        var (addressBytes, sizeBytes) = (1, 1); // one format for all
        foreach (var memory in Memory)
            (addressBytes, sizeBytes) = (Math.Max(addressBytes, memory.AddressBytes), Math.Max(sizeBytes, memory.SizeBytes));
        for (var i = 0; i < Memory.Length; i++)
            (Memory[i] with { AddressBytes = addressBytes, SizeBytes = sizeBytes }).Write(ref writer, withFormat: i == 0);
        return writer.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> message, out DynamicallyDefineRequest value)
    {
        var reader = new UdsReader(message, UdsService.DynamicallyDefineDataIdentifier);
        var definition = (UdsDynamicDefinition)reader.SubFunction();
        ushort? identifier = definition != UdsDynamicDefinition.Clear || reader.HasMore ? reader.UInt16() : null;
        var parts = new List<UdsDataPart>();
        var ranges = new List<UdsMemory>();
        switch (definition)
        {
            case UdsDynamicDefinition.ByIdentifier:
                while (parts.Count == 0 || reader.HasMore)
                    parts.Add(new(reader.UInt16(), reader.Byte(), reader.Byte()));
                break;
            case UdsDynamicDefinition.ByMemoryAddress:
                var format = reader.Byte();
                while (ranges.Count == 0 || reader.HasMore)
                    ranges.Add(UdsMemory.Read(ref reader, format));
                break;
        }

        value = new(definition, identifier) { Parts = [.. parts], Memory = [.. ranges] };
        return reader.IsComplete;
    }
}

/// <summary><c>6C definition [identifier]</c>.</summary>
internal readonly record struct DynamicallyDefineResponse(UdsDynamicDefinition Definition, ushort? Identifier)
    : IUdsMessage<DynamicallyDefineResponse>
{
    public byte[] ToBytes() => Identifier is { } identifier
        ? [UdsProtocol.Positive(UdsService.DynamicallyDefineDataIdentifier), (byte)Definition, (byte)(identifier >> 8), (byte)identifier]
        : [UdsProtocol.Positive(UdsService.DynamicallyDefineDataIdentifier), (byte)Definition];

    public static bool TryRead(ReadOnlySpan<byte> message, out DynamicallyDefineResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.DynamicallyDefineDataIdentifier);
        var definition = (UdsDynamicDefinition)reader.SubFunction();
        value = new(definition, definition != UdsDynamicDefinition.Clear || reader.HasMore ? reader.UInt16() : null);
        return reader.IsComplete;
    }
}
