namespace RxCan.Uds;

/// <summary>ECUReset (0x11): <c>11 reset</c>.</summary>
internal readonly record struct EcuResetRequest(UdsReset Reset) : IUdsMessage<EcuResetRequest>
{
    public byte[] ToBytes() => [(byte)UdsService.EcuReset, (byte)Reset];

    public static bool TryRead(ReadOnlySpan<byte> message, out EcuResetRequest value)
    {
        var reader = new UdsReader(message, UdsService.EcuReset);
        value = new((UdsReset)reader.SubFunction());
        return reader.IsComplete;
    }
}
