namespace RxCan.Uds;

/// <summary>A routine of a control unit that checks what was downloaded.</summary>
/// <param name="Routine">The identifier of the routine.</param>
/// <param name="Record">Makes what the routine needs to know from the address and the data: a checksum, for instance.</param>
public sealed record UdsChecksum(ushort Routine, Func<UdsSegment, byte[]> Record)
{
    /// <summary>
    /// Whether the status that the routine answers with says that the data is right. By default it does if its last byte is 0 or there is none.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, bool> IsPassed { get; init; } = static status => status.IsEmpty || status.Span[^1] == 0;
}
