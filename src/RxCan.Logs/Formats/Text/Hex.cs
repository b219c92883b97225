using System.Runtime.CompilerServices;

namespace RxCan.Logs.Formats.Text;

/// <summary>Hexadecimal digits in ASCII.</summary>
internal static class Hex
{
    private const byte None = 0xFF;

    private static ReadOnlySpan<byte> Values =>
    [
        None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None,
        None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None,
        None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, None, None, None, None, None, None,
        None, 10, 11, 12, 13, 14, 15, None, None, None, None, None, None, None, None, None,
        None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None,
        None, 10, 11, 12, 13, 14, 15, None, None, None, None, None, None, None, None, None,
        None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None,
        None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None,
        None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None,
        None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None,
        None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None,
        None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None,
        None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None,
        None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None,
        None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None,
    ];

    /// <summary>The value of a digit; above 15 if it is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ValueOf(byte digit) => Values[digit];

    /// <summary>Reads 1 to 8 digits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> digits, out uint value)
    {
        value = 0;
        var all = 0;
        foreach (var digit in digits)
        {
            var one = ValueOf(digit);
            all |= one;
            value = (value << 4) | (uint)one;
        }

        return all <= 0xF && digits.Length is >= 1 and <= 8;
    }

    /// <summary>Reads bytes of two digits each, with nothing between them.</summary>
    /// <param name="digits">Twice as many digits as there are bytes.</param>
    /// <param name="bytes">Receives the bytes.</param>
    public static bool TryParseBytes(ReadOnlySpan<byte> digits, Span<byte> bytes)
    {
        if (digits.Length != 2 * bytes.Length)
            return false;
        var all = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var high = ValueOf(digits[2 * i]);
            var low = ValueOf(digits[(2 * i) + 1]);
            all |= high | low;
            bytes[i] = (byte)((high << 4) | low);
        }

        return all <= 0xF;
    }
}
