namespace RxCan.Uds;

/// <summary>ReadDataByIdentifier (0x22): <c>22 (identifier)+</c>.</summary>
internal readonly record struct ReadDataRequest(ushort[] Identifiers) : IUdsMessage<ReadDataRequest>
{
    public byte[] ToBytes()
    {
        var writer = new UdsWriter(stackalloc byte[64], UdsService.ReadDataByIdentifier);
        foreach (var identifier in Identifiers)
            writer.UInt16(identifier);
        return writer.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> message, out ReadDataRequest value)
    {
        var reader = new UdsReader(message, UdsService.ReadDataByIdentifier);
        value = new(ReadIdentifiers(ref reader));
        return reader.IsComplete && value.Identifiers.Length > 0;
    }

    private static ushort[] ReadIdentifiers(ref UdsReader reader)
    {
        var identifiers = new ushort[(reader.Left + 1) / 2];
        for (var i = 0; i < identifiers.Length; i++)
            identifiers[i] = reader.UInt16();
        return identifiers;
    }
}

/// <summary><c>62 (identifier record)+</c>: where a record ends, only the identifiers' lengths tell, see <see cref="UdsRecords"/>.</summary>
internal readonly record struct ReadDataResponse((ushort Identifier, byte[] Record)[] Records)
{
    public byte[] ToBytes()
    {
        var writer = new UdsWriter(stackalloc byte[64], UdsProtocol.Positive(UdsService.ReadDataByIdentifier));
        foreach (var (identifier, record) in Records)
        {
            writer.UInt16(identifier);
            writer.Bytes(record);
        }

        return writer.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> message, IReadOnlyList<UdsDataIdentifier> identifiers, out ReadDataResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.ReadDataByIdentifier);
        var records = reader.IsValid ? UdsRecords.Split(reader.Take(reader.Left), identifiers) : null;
        value = new(records ?? []);
        return records is not null;
    }
}
