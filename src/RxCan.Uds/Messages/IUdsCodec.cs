using System.Buffers;

namespace RxCan.Uds;

/// <summary>Turns a data record into a value and back.</summary>
/// <typeparam name="T">The value.</typeparam>
public interface IUdsCodec<T>
{
    /// <summary>The length of the record in bytes; null if it varies.</summary>
    int? Length { get; }

    /// <summary>Reads a record. It may throw anything: the request that asked for it fails with that.</summary>
    /// <param name="record">The record; its length is right if <see cref="Length"/> is given.</param>
    T Decode(ReadOnlySpan<byte> record);

    /// <summary>Writes a record.</summary>
    /// <param name="value">The value.</param>
    /// <param name="record">Where it is written to.</param>
    void Encode(T value, IBufferWriter<byte> record);
}
