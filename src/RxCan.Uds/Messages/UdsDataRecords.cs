using System.Collections;

namespace RxCan.Uds;

/// <summary>Data identifiers and their records, in the order of the message.</summary>
public sealed class UdsDataRecords : IReadOnlyList<(ushort Identifier, byte[] Record)>
{
    private readonly IReadOnlyList<(ushort Identifier, byte[] Record)> _records;

    internal UdsDataRecords(IReadOnlyList<(ushort Identifier, byte[] Record)> records) => _records = records;

    /// <inheritdoc/>
    public int Count => _records.Count;

    /// <inheritdoc/>
    public (ushort Identifier, byte[] Record) this[int index] => _records[index];

    /// <summary>The record of an identifier; null if it is not there.</summary>
    /// <param name="identifier">The identifier.</param>
    public byte[]? Find(ushort identifier)
    {
        foreach (var (id, record) in _records)
        {
            if (id == identifier)
                return record;
        }

        return null;
    }

    /// <summary>The value of an identifier.</summary>
    /// <typeparam name="T">The value.</typeparam>
    /// <param name="identifier">The identifier.</param>
    /// <exception cref="KeyNotFoundException">It is not there.</exception>
    /// <exception cref="FormatException">The record does not have the codec's length.</exception>
    public T Read<T>(UdsDataIdentifier<T> identifier)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        return Find(identifier.Id) is { } record
            ? identifier.Decode(record)
            : throw new KeyNotFoundException($"{identifier} is not among these records.");
    }

    /// <inheritdoc/>
    public IEnumerator<(ushort Identifier, byte[] Record)> GetEnumerator() => _records.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The identifiers and records in hexadecimal.</summary>
    public override string ToString() => string.Join(", ", _records.Select(r => $"{r.Identifier:X4}={Convert.ToHexString(r.Record)}"));
}
