namespace RxCan.Dbc.Codec;

/// <summary>The checksums of AUTOSAR's end-to-end protection, a byte at a time.</summary>
internal static class Crc
{
    /// <summary>With the polynomial of SAE J1850.</summary>
    public static byte Add8(byte crc, byte next)
    {
        crc ^= next;
        for (var bit = 0; bit < 8; bit++)
            crc = (byte)((crc << 1) ^ ((crc & 0x80) != 0 ? 0x1D : 0));
        return crc;
    }

    /// <summary>With the polynomial of CCITT.</summary>
    public static ushort Add16(ushort crc, byte next)
    {
        crc ^= (ushort)(next << 8);
        for (var bit = 0; bit < 8; bit++)
            crc = (ushort)((crc << 1) ^ ((crc & 0x8000) != 0 ? 0x1021 : 0));
        return crc;
    }
}
