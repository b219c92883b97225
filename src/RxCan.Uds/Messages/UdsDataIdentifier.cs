using System.Buffers;

namespace RxCan.Uds;

/// <summary>A data identifier (DID), a name, and the length of its record. A number is one with a record of any length.</summary>
public class UdsDataIdentifier
{
    /// <summary>An identifier.</summary>
    /// <param name="id">The number.</param>
    /// <param name="length">The length of the record in bytes; null if it varies.</param>
    /// <param name="name">A name for messages.</param>
    public UdsDataIdentifier(ushort id, int? length = null, string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        Id = id;
        Length = length;
        Name = name;
    }

    /// <summary>The number.</summary>
    public ushort Id { get; }

    /// <summary>The length of the record in bytes; null if it varies.</summary>
    public int? Length { get; }

    /// <summary>A name for messages, if there is one.</summary>
    public string? Name { get; }

    /// <summary>A number as an identifier whose record has any length.</summary>
    /// <param name="id">The number.</param>
    public static implicit operator UdsDataIdentifier(ushort id) => new(id);

    /// <summary>The number and the name.</summary>
    public override string ToString() => Name is null ? $"{Id:X4}" : $"{Id:X4} {Name}";
}

/// <summary>A data identifier whose record is a value.</summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="id">The number.</param>
/// <param name="codec">Reads and writes the record.</param>
/// <param name="name">A name for messages.</param>
public sealed class UdsDataIdentifier<T>(ushort id, IUdsCodec<T> codec, string? name = null)
    : UdsDataIdentifier(id, (codec ?? throw new ArgumentNullException(nameof(codec))).Length, name)
{
    /// <summary>Reads and writes the record.</summary>
    public IUdsCodec<T> Codec { get; } = codec;

    /// <summary>The value of a record.</summary>
    /// <param name="record">The record.</param>
    /// <exception cref="FormatException">The record does not have the codec's length.</exception>
    public T Decode(ReadOnlySpan<byte> record) => Length is { } length && length != record.Length
        ? throw new FormatException($"{this}: the record has {record.Length} bytes, but its codec expects {length}.")
        : Codec.Decode(record);

    /// <summary>The record of a value.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="FormatException">The record does not have the codec's length.</exception>
    public byte[] Encode(T value)
    {
        var record = new ArrayBufferWriter<byte>(Math.Max(Length ?? 0, 1));
        Codec.Encode(value, record);
        return Length is { } length && length != record.WrittenCount
            ? throw new FormatException($"{this}: the codec made a record of {record.WrittenCount} bytes, but its length is {length}.")
            : record.WrittenSpan.ToArray();
    }
}
