namespace RxCan.Uds;

/// <summary>A part of a server's memory. Services 23, 3D, 34, 35 and 2C reach it.</summary>
/// <param name="address">The address of the first byte.</param>
/// <param name="content">The bytes: what is written is written to them.</param>
public sealed class UdsMemoryArea(ulong address, Memory<byte> content)
{
    /// <summary>The address of the first byte.</summary>
    public ulong Address { get; } = address;

    /// <summary>The bytes.</summary>
    public Memory<byte> Content { get; } = content;

    /// <summary>When it can be read (ReadMemoryByAddress, RequestUpload).</summary>
    public UdsAccess ReadAccess { get; init; } = UdsAccess.Always;

    /// <summary>When it can be written (WriteMemoryByAddress, RequestDownload); null for never.</summary>
    public UdsAccess? WriteAccess { get; init; } = UdsAccess.Always;

    /// <summary>The bytes of a range; empty if it is not all in this area, or is empty itself.</summary>
    internal Memory<byte> Slice(in UdsMemory range)
    {
        var length = (ulong)Content.Length;
        return range.Address < Address || range.Size > length || range.Address - Address > length - range.Size
            ? default
            : Content.Slice((int)(range.Address - Address), (int)range.Size);
    }
}
