using System.Buffers;
using System.Text;

namespace RxCan.Uds;

/// <summary>Codecs for common records.</summary>
public static class UdsCodec
{
    /// <summary>The bytes as they are, of any length.</summary>
    public static IUdsCodec<byte[]> Bytes { get; } = Of<byte[]>(null, record => record.ToArray(), (value, record) => record.Write(value));

    /// <summary>ASCII of any length.</summary>
    public static IUdsCodec<string> Ascii { get; } = Of<string>(null, Text, (value, record) => record.Write(Encoding.ASCII.GetBytes(value)));

    /// <summary>A codec made from two functions.</summary>
    /// <typeparam name="T">The value.</typeparam>
    /// <param name="length">The length of the record in bytes; null if it varies.</param>
    /// <param name="decode">Reads a record.</param>
    /// <param name="encode">Writes a record.</param>
    public static IUdsCodec<T> Of<T>(int? length, Func<ReadOnlySpan<byte>, T> decode, Action<T, IBufferWriter<byte>> encode)
    {
        ArgumentNullException.ThrowIfNull(decode);
        ArgumentNullException.ThrowIfNull(encode);
        return new Functions<T>(length, decode, encode);
    }

    /// <summary>ASCII of a fixed length. Shorter texts are filled with spaces, and spaces and zeros at the end are left out.</summary>
    /// <param name="length">The length in bytes.</param>
    public static IUdsCodec<string> FixedAscii(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return Of<string>(length, record => Text(record).TrimEnd(' ', '\0'), (value, record) => record.Write(Encoding.ASCII.GetBytes(value.PadRight(length))));
    }

    /// <summary>An unsigned number, big endian.</summary>
    /// <param name="length">Its length in bytes, 1 to 8.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not 1 to 8.</exception>
    public static IUdsCodec<ulong> Unsigned(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, sizeof(ulong));
        return Of<ulong>(length, Number, (value, record) =>
        {
            if (UdsMemory.BytesOf(value) > length)
                throw new ArgumentOutOfRangeException(nameof(value), value, $"The value needs more than {length} bytes.");
            var room = record.GetSpan(length);
            for (var i = length - 1; i >= 0; i--, value >>= 8)
                room[i] = (byte)value;
            record.Advance(length);
        });
    }

    /// <summary>A physical value: a number times a factor, plus an offset.</summary>
    /// <param name="length">The length of the number in bytes, 1 to 8.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="offset">The offset.</param>
    /// <param name="isSigned">Whether the number is signed (two's complement).</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not 1 to 8.</exception>
    public static IUdsCodec<double> Linear(int length, double factor, double offset = 0, bool isSigned = false)
    {
        var bits = 8 * length;
        var number = Unsigned(length);
        var (min, max) = isSigned ? (-Math.Pow(2, bits - 1), Math.Pow(2, bits - 1) - 1) : (0, Math.Pow(2, bits) - 1);
        return Of<double>(
            length,
            record =>
            {
                var raw = Number(record);
                return ((isSigned ? (double)((long)(raw << (64 - bits)) >> (64 - bits)) : raw) * factor) + offset;
            },
            (value, record) =>
            {
                var raw = Math.Round((value - offset) / factor);
                if (!(raw >= min && raw <= max))
                    throw new ArgumentOutOfRangeException(nameof(value), value, $"The value does not fit {length} bytes.");
                var bytes = isSigned ? (ulong)(long)raw & (ulong.MaxValue >> (64 - bits)) : (ulong)raw;
                number.Encode(bytes, record);
            });
    }

    private static string Text(ReadOnlySpan<byte> record) => Encoding.ASCII.GetString(record);

    private static ulong Number(ReadOnlySpan<byte> record)
    {
        var value = 0UL;
        foreach (var next in record)
            value = (value << 8) | next;
        return value;
    }

    private sealed class Functions<T>(int? length, Func<ReadOnlySpan<byte>, T> decode, Action<T, IBufferWriter<byte>> encode) : IUdsCodec<T>
    {
        public int? Length => length;

        public T Decode(ReadOnlySpan<byte> record) => decode(record);

        public void Encode(T value, IBufferWriter<byte> record) => encode(value, record);
    }
}
