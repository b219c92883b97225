namespace RxCan.Uds;

/// <summary>The response of DiagnosticSessionControl: a session was entered, and how fast the control unit answers in it.</summary>
/// <param name="Session">The session.</param>
/// <param name="P2">P2, within which it begins to answer, in whole ms up to 65535; null if it does not say (ISO 14229-1:2006).</param>
/// <param name="P2Star">P2*, within which it answers again after response pending, in steps of 10 ms up to 655350; null if it does not say.</param>
/// <remarks>Source: ISO 14229-1:2020, 10.2.3.</remarks>
public readonly record struct UdsSessionResponse(UdsSession Session, TimeSpan? P2, TimeSpan? P2Star) : IUdsMessage<UdsSessionResponse>
{
    private const int P2StarMilliseconds = 10; // resolution

    byte[] IUdsMessage<UdsSessionResponse>.ToBytes()
    {
        var writer = new UdsWriter(stackalloc byte[8], UdsProtocol.Positive(UdsService.DiagnosticSessionControl));
        writer.Byte((byte)Session);
        if (P2 is { } p2 && P2Star is { } p2Star)
        {
            writer.UInt16((ushort)Math.Clamp(Math.Ceiling(p2.TotalMilliseconds), 0, ushort.MaxValue));
            writer.UInt16((ushort)Math.Clamp(Math.Ceiling(p2Star.TotalMilliseconds / P2StarMilliseconds), 0, ushort.MaxValue));
        }

        return writer.ToArray();
    }

    static bool IUdsMessage<UdsSessionResponse>.TryRead(ReadOnlySpan<byte> message, out UdsSessionResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.DiagnosticSessionControl);
        var session = (UdsSession)reader.SubFunction();
        value = reader.HasMore
            ? new(session, TimeSpan.FromMilliseconds(reader.UInt16()), TimeSpan.FromMilliseconds(P2StarMilliseconds * reader.UInt16()))
            : new(session, null, null);
        return reader.IsComplete;
    }
}
