namespace RxCan.Logs.Formats;

/// <summary>
/// The layout of Vector's binary log, little-endian. There is no public specification; sources: python-can's and Vector_BLF's readers.
/// <code>
/// file      LOGG, u32 header size (144), 8 bytes application and version, u64 file size, u64 size uncompressed, u32 objects, u32,
///           SYSTEMTIME start (offset 40), SYSTEMTIME end (56), then objects
/// object    LOBJ, u16 header size, u16 header version, u32 size (padding not counted), u32 type,
///           u32 flags (1: time in 10 us, 2: in ns), u16, u16, u64 time since start, [version 2: 8 bytes more], content
/// container an object of type 10 without flags and time: u16 method, 6 bytes, u32 size uncompressed, 4 bytes, content:
///           further objects, which go on in the next container
/// </code>
/// </summary>
internal static class BlfFormat
{
    public const int FileHeaderSize = 144;
    public const int StartOffset = 40;
    public const int EndOffset = 56;
    public const int BaseHeaderSize = 16;
    public const int ObjectHeaderSize = 32;
    public const int ContainerHeaderSize = 32;

    public const int Stored = 0;
    public const int Deflated = 2;

    public const uint TenMicroseconds = 1;
    public const uint Nanoseconds = 2;

    public const uint CanMessage = 1;
    public const uint CanErrorFrame = 2;
    public const uint Container = 10;
    public const uint CanErrorExt = 73;
    public const uint CanMessage2 = 86;
    public const uint CanFdMessage = 100;
    public const uint CanFdMessage64 = 101;
    public const uint CanFdError64 = 104;

    // Flags of messages 1, 86 and 100.
    public const byte Sent = 0x01;
    public const byte Rtr = 0x80;

    // FD flags of message 100, and of message 101.
    public const byte Edl = 0x01;
    public const byte Brs = 0x02;
    public const byte Esi = 0x04;
    public const uint Rtr64 = 0x0010;
    public const uint Edl64 = 0x1000;
    public const uint Brs64 = 0x2000;
    public const uint Esi64 = 0x4000;

    public static ReadOnlySpan<byte> FileSignature => "LOGG"u8;

    public static ReadOnlySpan<byte> ObjectSignature => "LOBJ"u8;
}
