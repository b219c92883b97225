using System.Numerics;

namespace RxCan.Uds;

/// <summary>
/// A range of a control unit's memory, as services 0x23, 0x2C, 0x34, 0x35 and 0x3D name it: addressAndLengthFormatIdentifier, address, size.
/// </summary>
/// <param name="Address">The address of the first byte.</param>
/// <param name="Size">The number of bytes.</param>
/// <remarks>Source: ISO 14229-1:2020, H.1.</remarks>
public readonly record struct UdsMemory(ulong Address, ulong Size)
{
    private const int MaxBytes = sizeof(ulong);

    /// <summary>How many bytes the address takes, 1 to 8; 0 for as few as it needs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not 0 to 8, or too small for the address.</exception>
    public int AddressBytes
    {
        get => field == 0 ? BytesOf(Address) : field;
        init => field = Checked(value, Address);
    }

    /// <summary>How many bytes the size takes, 1 to 8; 0 for as few as it needs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not 0 to 8, or too small for the size.</exception>
    public int SizeBytes
    {
        get => field == 0 ? BytesOf(Size) : field;
        init => field = Checked(value, Size);
    }

    /// <summary>addressAndLengthFormatIdentifier: the number of bytes of the size in the upper four bits, of the address in the lower.</summary>
    internal byte Format => (byte)((SizeBytes << 4) | AddressBytes);

    /// <summary>The range in hexadecimal, such as <c>08000000+1000</c>.</summary>
    public override string ToString() => $"{Address.ToString($"X{2 * AddressBytes}", null)}+{Size:X}";

    internal static UdsMemory Read(ref UdsReader reader) => Read(ref reader, reader.Byte());

    internal static UdsMemory Read(ref UdsReader reader, byte format)
    {
        var (size, address) = (format >> 4, format & 0xF);
        if (size is 0 or > MaxBytes || address is 0 or > MaxBytes)
            reader.Fail();
        var (first, length) = (reader.Number(address), reader.Number(size));
        return reader.IsValid ? new UdsMemory(first, length) { AddressBytes = address, SizeBytes = size } : default;
    }

    internal void Write(ref UdsWriter writer, bool withFormat = true)
    {
        if (withFormat)
            writer.Byte(Format);
        writer.Number(Address, AddressBytes);
        writer.Number(Size, SizeBytes);
    }

    internal static int BytesOf(ulong value) => Math.Max(1, (71 - BitOperations.LeadingZeroCount(value)) / 8);

    private static int Checked(int value, ulong number, [System.Runtime.CompilerServices.CallerMemberName] string? name = null) =>
        value == 0 || (value is > 0 and <= MaxBytes && value >= BytesOf(number))
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{number:X} needs {BytesOf(number)} bytes; at most 8 can be used.");
}
