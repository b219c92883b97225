namespace RxCan.Uds;

/// <summary>Data and the address that it belongs to.</summary>
/// <param name="Address">The address of the first byte.</param>
/// <param name="Data">The data.</param>
public readonly record struct UdsSegment(ulong Address, ReadOnlyMemory<byte> Data);
