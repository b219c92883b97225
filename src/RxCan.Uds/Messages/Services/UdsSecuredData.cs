namespace RxCan.Uds;

/// <summary>A message that SecuredDataTransmission carries, in either direction.</summary>
/// <param name="Administrative">The administrative parameter: what is done to the message, bit by bit.</param>
/// <param name="Calculation">Which signature or encryption is used.</param>
/// <param name="AntiReplay">The anti-replay counter.</param>
/// <param name="Message">The service's message; it begins with the internal message service identifier, and may be encrypted after that.</param>
/// <param name="Signature">The signature or message authentication code, up to 65535 bytes.</param>
/// <remarks>Source: ISO 14229-1:2020, 16.2 and 16.3.</remarks>
public sealed record UdsSecuredData(
    ushort Administrative, byte Calculation, ushort AntiReplay, ReadOnlyMemory<byte> Message, ReadOnlyMemory<byte> Signature)
{
    /// <summary>The whole message, for a request or for a response.</summary>
    internal byte[] ToBytes(bool isResponse)
    {
        var writer = new UdsWriter(
            stackalloc byte[64], isResponse ? UdsProtocol.Positive(UdsService.SecuredDataTransmission) : (byte)UdsService.SecuredDataTransmission);
        writer.UInt16(Administrative);
        writer.Byte(Calculation);
        writer.UInt16(checked((ushort)Signature.Length));
        writer.UInt16(AntiReplay);
        writer.Bytes(Message.Span);
        writer.Bytes(Signature.Span);
        return writer.ToArray();
    }

    internal static bool TryRead(ReadOnlySpan<byte> message, bool isResponse, out UdsSecuredData value)
    {
        var reader = isResponse
            ? UdsReader.Response(message, UdsService.SecuredDataTransmission)
            : new(message, UdsService.SecuredDataTransmission);
        var (administrative, calculation, signature, antiReplay) = (reader.UInt16(), reader.Byte(), reader.UInt16(), reader.UInt16());
        value = new(administrative, calculation, antiReplay, reader.Bytes(reader.Left - signature), reader.Bytes(signature));
        return reader.IsComplete && value.Message.Length > 0;
    }
}
