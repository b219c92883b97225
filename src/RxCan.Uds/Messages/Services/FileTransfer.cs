using System.Text;

namespace RxCan.Uds;

/// <summary>
/// RequestFileTransfer (0x38): <c>38 operation pathLength path [dataFormatIdentifier] [sizeLength size compressedSize]</c>.
/// </summary>
internal readonly record struct FileTransferRequest(UdsFileOperation Operation, string Path) : IUdsMessage<FileTransferRequest>
{
    private const int MaxSizeBytes = sizeof(ulong);

    public byte DataFormat { get; init; }

    public ulong Size { get; init; }

    public ulong CompressedSize { get; init; }

    private bool HasFormat => Operation is not (UdsFileOperation.Delete or UdsFileOperation.ReadDirectory);

    private bool HasSize => Operation is UdsFileOperation.Add or UdsFileOperation.Replace or UdsFileOperation.Resume;

    public byte[] ToBytes()
    {
        var writer = new UdsWriter(stackalloc byte[64], UdsService.RequestFileTransfer);
        writer.Byte((byte)Operation);
        writer.Block(Encoding.ASCII.GetBytes(Path));
        if (HasFormat)
            writer.Byte(DataFormat);
        if (HasSize)
        {
            var length = Math.Max(UdsMemory.BytesOf(Size), UdsMemory.BytesOf(CompressedSize));
            writer.Byte((byte)length);
            writer.Number(Size, length);
            writer.Number(CompressedSize, length);
        }

        return writer.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> message, out FileTransferRequest value)
    {
        var reader = new UdsReader(message, UdsService.RequestFileTransfer);
        value = new((UdsFileOperation)reader.Byte(), Encoding.ASCII.GetString(reader.Block()));
        if (value.HasFormat)
            value = value with { DataFormat = reader.Byte() };
        if (value.HasSize)
        {
            var length = reader.Byte();
            if (length is 0 or > MaxSizeBytes)
                reader.Fail();
            value = value with { Size = reader.Number(length), CompressedSize = reader.Number(length) };
        }

        return reader.IsComplete && value.Operation is >= UdsFileOperation.Add and <= UdsFileOperation.Resume && value.Path.Length > 0;
    }
}
