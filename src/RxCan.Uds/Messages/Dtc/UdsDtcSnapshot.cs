namespace RxCan.Uds;

/// <summary>A snapshot (freeze frame): the data records that a control unit stored when a trouble code was set.</summary>
/// <param name="Dtc">The trouble code and its status.</param>
/// <param name="Number">The number of the snapshot record.</param>
/// <param name="Records">The identifiers of the data and their records.</param>
public sealed record UdsDtcSnapshot(UdsDtc Dtc, byte Number, IReadOnlyList<(ushort Identifier, byte[] Record)> Records)
{
    /// <summary>The value of an identifier in the snapshot.</summary>
    /// <typeparam name="T">The value.</typeparam>
    /// <param name="identifier">The identifier.</param>
    /// <exception cref="KeyNotFoundException">The snapshot does not have it.</exception>
    /// <exception cref="FormatException">The record does not have the codec's length.</exception>
    public T Read<T>(UdsDataIdentifier<T> identifier)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        foreach (var (id, record) in Records)
        {
            if (id == identifier.Id)
                return identifier.Decode(record);
        }

        throw new KeyNotFoundException($"The snapshot {Number:X2} of {Dtc} does not have {identifier}.");
    }
}
