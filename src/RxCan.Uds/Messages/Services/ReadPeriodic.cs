namespace RxCan.Uds;

/// <summary>ReadDataByPeriodicIdentifier (0x2A): <c>2A rate (low byte of F2xx)*</c>; without identifiers, only to stop all.</summary>
internal readonly record struct ReadPeriodicRequest(UdsPeriodicRate Rate, byte[] Identifiers) : IUdsMessage<ReadPeriodicRequest>
{
    public byte[] ToBytes() => [(byte)UdsService.ReadDataByPeriodicIdentifier, (byte)Rate, .. Identifiers];

    public static bool TryRead(ReadOnlySpan<byte> message, out ReadPeriodicRequest value)
    {
        var reader = new UdsReader(message, UdsService.ReadDataByPeriodicIdentifier);
        value = new((UdsPeriodicRate)reader.Byte(), reader.Rest());
        return reader.IsComplete && (value.Identifiers.Length > 0 || value.Rate == UdsPeriodicRate.Stop);
    }
}

/// <summary><c>6A</c>.</summary>
internal readonly record struct ReadPeriodicResponse : IUdsMessage<ReadPeriodicResponse>
{
    public byte[] ToBytes() => [UdsProtocol.Positive(UdsService.ReadDataByPeriodicIdentifier)];

    public static bool TryRead(ReadOnlySpan<byte> message, out ReadPeriodicResponse value)
    {
        value = default;
        return UdsReader.Response(message, UdsService.ReadDataByPeriodicIdentifier).IsComplete;
    }
}
