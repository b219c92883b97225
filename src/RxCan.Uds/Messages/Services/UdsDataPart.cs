namespace RxCan.Uds;

/// <summary>A part of a data record, to define a data identifier with.</summary>
/// <param name="Identifier">The data identifier of the record.</param>
/// <param name="Position">The position of the first byte in the record; the first one has 1.</param>
/// <param name="Size">The number of bytes.</param>
/// <remarks>Source: ISO 14229-1:2020, 11.6.2.</remarks>
public readonly record struct UdsDataPart(ushort Identifier, byte Position, byte Size);
