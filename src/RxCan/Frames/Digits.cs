using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RxCan.Frames;

/// <summary>Writes ASCII as characters, or as bytes of UTF-8.</summary>
/// <typeparam name="T"><see cref="char"/> or <see cref="byte"/>.</typeparam>
internal static class Digits<T>
    where T : unmanaged
{
    private const int Chunk = 8; // bytes, of 16 digits

    /// <summary>A character.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of(uint ascii) => typeof(T) == typeof(char) ? Unsafe.BitCast<char, T>((char)ascii) : Unsafe.BitCast<byte, T>((byte)ascii);

    /// <summary>Fills a span with a decimal number and zeros before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteDecimal(Span<T> digits, ulong value)
    {
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            var tenth = value / 10;
            digits[i] = Of((uint)('0' + value - (tenth * 10)));
            value = tenth;
        }
    }

    /// <summary>Fills a span with the last hexadecimal digits of a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteHex(Span<T> digits, uint value)
    {
        for (var i = digits.Length - 1; i >= 0; i--, value >>= 4)
            digits[i] = Hex(value);
    }

    /// <summary>Fills a span with bytes of two hexadecimal digits each.</summary>
    public static void WriteHex(Span<T> digits, ReadOnlySpan<byte> data)
    {
        while (data.Length >= Chunk)
        {
            WriteChunk(digits, data);
            digits = digits[(2 * Chunk)..];
            data = data[Chunk..];
        }

        for (var i = 0; i < data.Length; i++)
        {
            digits[2 * i] = Hex((uint)data[i] >> 4);
            digits[(2 * i) + 1] = Hex(data[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Hex(uint value) => Of("0123456789ABCDEF"u8[(int)(value & 0xF)]);

    private static void WriteChunk(Span<T> digits, ReadOnlySpan<byte> data)
    {
        var bytes = Vector128.WidenLower(Vector128.Create(Vector64.LoadUnsafe(in data[..Chunk][0]), default));
        var (first, second) = BitConverter.IsLittleEndian ? (bytes >> 4, bytes << 8) : (bytes << 4, bytes);
        var values = (first | second).AsByte() & Vector128.Create((byte)0xF);
        var isLetter = Vector128.GreaterThan(values, Vector128.Create((byte)9));
        var ascii = values + Vector128.Create((byte)'0') + (isLetter & Vector128.Create((byte)('A' - '9' - 1)));
        ref var at = ref Unsafe.As<T, byte>(ref digits[..(2 * Chunk)][0]);
        if (typeof(T) == typeof(byte))
        {
            ascii.StoreUnsafe(ref at);
        }
        else
        {
            Vector128.WidenLower(ascii).AsByte().StoreUnsafe(ref at);
            Vector128.WidenUpper(ascii).AsByte().StoreUnsafe(ref at, (nuint)Vector128<byte>.Count);
        }
    }
}
