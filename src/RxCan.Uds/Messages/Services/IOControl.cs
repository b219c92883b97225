namespace RxCan.Uds;

/// <summary>
/// InputOutputControlByIdentifier (0x2F): <c>2F identifier control [state] [mask]</c>; where the mask begins, only the identifier tells.
/// </summary>
internal readonly record struct IOControlRequest(ushort Identifier, UdsIOControl Control, byte[] StateAndMask) : IUdsMessage<IOControlRequest>
{
    public byte[] ToBytes() =>
        [(byte)UdsService.InputOutputControlByIdentifier, (byte)(Identifier >> 8), (byte)Identifier, (byte)Control, .. StateAndMask];

    public static bool TryRead(ReadOnlySpan<byte> message, out IOControlRequest value)
    {
        var reader = new UdsReader(message, UdsService.InputOutputControlByIdentifier);
        value = new(reader.UInt16(), (UdsIOControl)reader.Byte(), reader.Rest());
        return reader.IsComplete;
    }
}

/// <summary><c>6F identifier control [state]</c>.</summary>
internal readonly record struct IOControlResponse(ushort Identifier, UdsIOControl Control, byte[] State) : IUdsMessage<IOControlResponse>
{
    public byte[] ToBytes() =>
        [UdsProtocol.Positive(UdsService.InputOutputControlByIdentifier), (byte)(Identifier >> 8), (byte)Identifier, (byte)Control, .. State];

    public static bool TryRead(ReadOnlySpan<byte> message, out IOControlResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.InputOutputControlByIdentifier);
        value = new(reader.UInt16(), (UdsIOControl)reader.Byte(), reader.Rest());
        return reader.IsComplete;
    }
}
