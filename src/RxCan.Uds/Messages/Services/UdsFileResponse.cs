namespace RxCan.Uds;

/// <summary>The response of RequestFileTransfer. What it has depends on the operation; the rest is 0.</summary>
/// <param name="Operation">The operation.</param>
/// <remarks>Source: ISO 14229-1:2020, 15.6.3.</remarks>
public sealed record UdsFileResponse(UdsFileOperation Operation) : IUdsMessage<UdsFileResponse>
{
    private const int FilePositionBytes = 8;

    /// <summary>How long a TransferData message may be, in bytes, with its service identifier and counter.</summary>
    public ulong MaxBlockLength { get; init; }

    /// <summary>The compression method (upper four bits) and the encryption method (lower ones).</summary>
    public byte DataFormat { get; init; }

    /// <summary>The size of the file read, or of the information about a directory, in bytes.</summary>
    public ulong Size { get; init; }

    /// <summary>The size of the file read when it is compressed, in bytes.</summary>
    public ulong CompressedSize { get; init; }

    /// <summary>Where to resume, in bytes from the beginning of the file.</summary>
    public ulong Position { get; init; }

    private bool HasSize => Operation is UdsFileOperation.Read or UdsFileOperation.ReadDirectory;

    byte[] IUdsMessage<UdsFileResponse>.ToBytes()
    {
        var writer = new UdsWriter(stackalloc byte[64], UdsProtocol.Positive(UdsService.RequestFileTransfer));
        writer.Byte((byte)Operation);
        if (Operation == UdsFileOperation.Delete)
            return writer.ToArray();
        var length = UdsMemory.BytesOf(MaxBlockLength);
        writer.Byte((byte)length);
        writer.Number(MaxBlockLength, length);
        writer.Byte(DataFormat);
        if (HasSize)
        {
            var size = Math.Max(UdsMemory.BytesOf(Size), UdsMemory.BytesOf(CompressedSize));
            writer.UInt16((ushort)size);
            writer.Number(Size, size);
            if (Operation == UdsFileOperation.Read)
                writer.Number(CompressedSize, size);
        }

        if (Operation == UdsFileOperation.Resume)
            writer.Number(Position, FilePositionBytes);
        return writer.ToArray();
    }

    static bool IUdsMessage<UdsFileResponse>.TryRead(ReadOnlySpan<byte> message, out UdsFileResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.RequestFileTransfer);
        value = new((UdsFileOperation)reader.Byte());
        if (value.Operation == UdsFileOperation.Delete)
            return reader.IsComplete;
        var length = reader.Byte();
        value = value with { MaxBlockLength = reader.Number(length), DataFormat = reader.Byte() };
        if (value.HasSize)
        {
            var size = reader.UInt16();
            if (size == 0)
                reader.Fail();
            value = value with
            {
                Size = reader.Number(size),
                CompressedSize = value.Operation == UdsFileOperation.Read ? reader.Number(size) : 0,
            };
        }

        if (value.Operation == UdsFileOperation.Resume)
            value = value with { Position = reader.Number(FilePositionBytes) };
        return reader.IsComplete && length > 0 && value.Operation is >= UdsFileOperation.Add and <= UdsFileOperation.Resume;
    }
}
