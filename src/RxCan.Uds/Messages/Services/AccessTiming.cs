namespace RxCan.Uds;

/// <summary>AccessTimingParameter (0x83): <c>83 access [times]</c>.</summary>
internal readonly record struct AccessTimingRequest(UdsTimingAccess Access, byte[] Record) : IUdsMessage<AccessTimingRequest>
{
    public byte[] ToBytes() => [(byte)UdsService.AccessTimingParameter, (byte)Access, .. Record];

    public static bool TryRead(ReadOnlySpan<byte> message, out AccessTimingRequest value)
    {
        var reader = new UdsReader(message, UdsService.AccessTimingParameter);
        value = new((UdsTimingAccess)reader.SubFunction(), reader.Rest());
        return reader.IsComplete && (value.Access == UdsTimingAccess.SetTimingParametersToGivenValues) == (value.Record.Length > 0);
    }
}

/// <summary><c>C3 access [times]</c>.</summary>
internal readonly record struct AccessTimingResponse(UdsTimingAccess Access, byte[] Record) : IUdsMessage<AccessTimingResponse>
{
    public byte[] ToBytes() => [UdsProtocol.Positive(UdsService.AccessTimingParameter), (byte)Access, .. Record];

    public static bool TryRead(ReadOnlySpan<byte> message, out AccessTimingResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.AccessTimingParameter);
        value = new((UdsTimingAccess)reader.SubFunction(), reader.Rest());
        return reader.IsComplete;
    }
}
