namespace RxCan.Uds;

/// <summary>ClearDiagnosticInformation (0x14): <c>14 group [memory]</c>; the group is 3 bytes.</summary>
internal readonly record struct ClearDiagnosticInformationRequest(uint Group, byte? Memory) : IUdsMessage<ClearDiagnosticInformationRequest>
{
    public byte[] ToBytes()
    {
        var writer = new UdsWriter(stackalloc byte[8], UdsService.ClearDiagnosticInformation);
        writer.UInt24(Group);
        if (Memory is { } memory)
            writer.Byte(memory);
        return writer.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> message, out ClearDiagnosticInformationRequest value)
    {
        var reader = new UdsReader(message, UdsService.ClearDiagnosticInformation);
        value = new(reader.UInt24(), reader.HasMore ? reader.Byte() : null);
        return reader.IsComplete;
    }
}

/// <summary><c>54</c>.</summary>
internal readonly record struct ClearDiagnosticInformationResponse : IUdsMessage<ClearDiagnosticInformationResponse>
{
    public byte[] ToBytes() => [UdsProtocol.Positive(UdsService.ClearDiagnosticInformation)];

    public static bool TryRead(ReadOnlySpan<byte> message, out ClearDiagnosticInformationResponse value)
    {
        value = default;
        return UdsReader.Response(message, UdsService.ClearDiagnosticInformation).IsComplete;
    }
}
