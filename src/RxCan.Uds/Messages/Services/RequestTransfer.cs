namespace RxCan.Uds;

/// <summary>
/// RequestDownload (0x34) and RequestUpload (0x35): <c>34 dataFormatIdentifier format address size</c>; the upper four bits of the data format
/// are the compression method, the lower ones the encryption method.
/// </summary>
internal readonly record struct RequestTransferRequest(UdsService Service, byte DataFormat, UdsMemory Memory) : IUdsMessage<RequestTransferRequest>
{
    public byte[] ToBytes()
    {
        var writer = new UdsWriter(stackalloc byte[24], Service);
        writer.Byte(DataFormat);
        Memory.Write(ref writer);
        return writer.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> message, out RequestTransferRequest value)
    {
        var service = message is [(byte)UdsService.RequestUpload, ..] ? UdsService.RequestUpload : UdsService.RequestDownload;
        var reader = new UdsReader(message, service);
        value = new(service, reader.Byte(), UdsMemory.Read(ref reader));
        return reader.IsComplete;
    }
}

/// <summary>
/// <c>74 lengthFormatIdentifier maxNumberOfBlockLength</c>: how long a TransferData message may be, with its service identifier and counter.
/// </summary>
internal readonly record struct RequestTransferResponse(UdsService Service, ulong MaxBlockLength) : IUdsMessage<RequestTransferResponse>
{
    public byte[] ToBytes()
    {
        var length = UdsMemory.BytesOf(MaxBlockLength);
        var writer = new UdsWriter(stackalloc byte[16], UdsProtocol.Positive(Service));
        writer.Byte((byte)(length << 4));
        writer.Number(MaxBlockLength, length);
        return writer.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> message, out RequestTransferResponse value)
    {
        var isUpload = !message.IsEmpty && message[0] == UdsProtocol.Positive(UdsService.RequestUpload);
        var service = isUpload ? UdsService.RequestUpload : UdsService.RequestDownload;
        var reader = UdsReader.Response(message, service);
        var length = reader.Byte() >> 4;
        value = new(service, reader.Number(length));
        return reader.IsComplete && length > 0;
    }
}
