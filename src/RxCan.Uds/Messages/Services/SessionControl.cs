namespace RxCan.Uds;

/// <summary>DiagnosticSessionControl (0x10): <c>10 session</c>.</summary>
internal readonly record struct SessionControlRequest(UdsSession Session) : IUdsMessage<SessionControlRequest>
{
    public byte[] ToBytes() => [(byte)UdsService.DiagnosticSessionControl, (byte)Session];

    public static bool TryRead(ReadOnlySpan<byte> message, out SessionControlRequest value)
    {
        var reader = new UdsReader(message, UdsService.DiagnosticSessionControl);
        value = new((UdsSession)reader.SubFunction());
        return reader.IsComplete;
    }
}
