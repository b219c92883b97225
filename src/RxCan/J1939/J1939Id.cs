namespace RxCan.J1939;

/// <summary>The parts of a 29-bit identifier in J1939: priority, parameter group, source and destination.</summary>
/// <remarks>Source: SAE J1939-21, protocol data unit.</remarks>
/// <param name="Priority">0 (highest) to 7.</param>
/// <param name="Pgn">The parameter group.</param>
/// <param name="Source">The address of the sender.</param>
/// <param name="Destination">The address of the receiver; <see cref="J1939Address.Global"/> for all, always so in PDU2 format.</param>
public readonly record struct J1939Id(int Priority, J1939Pgn Pgn, byte Source, byte Destination = J1939Address.Global)
{
    private const int PriorityShift = 26;
    private const int MaxPriority = 7;

    /// <summary>Splits an identifier into its parts.</summary>
    /// <param name="id">The identifier.</param>
    /// <exception cref="ArgumentException">It is not extended.</exception>
    public static J1939Id From(CanId id) => id.IsExtended
        ? FromValue(id.Value)
        : throw new ArgumentException($"{id} has 11 bits, but J1939 uses only extended (29-bit) identifiers.", nameof(id));

    /// <summary>The identifier.</summary>
    /// <exception cref="InvalidOperationException">
    /// <see cref="Priority"/> is not 0 to 7, or there is a destination although the format is PDU2.
    /// </exception>
    public CanId ToCanId()
    {
        if (Priority is < 0 or > MaxPriority)
            throw new InvalidOperationException($"The priority must be 0 (highest) to 7, not {Priority}.");
        if (Pgn.IsPdu2 && Destination != J1939Address.Global)
            throw new InvalidOperationException($"A frame of {Pgn} has no destination, because it is of PDU2 format and goes to all. Set Destination to J1939Address.Global.");
        return CanId.Extended((uint)Priority << PriorityShift | Pgn.Value << 8 | (Pgn.IsPdu1 ? (uint)Destination << 8 : 0) | Source);
    }

    internal static J1939Id FromValue(uint value)
    {
        var pgn = J1939Pgn.FromBits(value >> 8 & J1939Pgn.MaxValue);
        return new((int)(value >> PriorityShift) & MaxPriority, pgn, (byte)value, pgn.IsPdu1 ? (byte)(value >> 8) : J1939Address.Global);
    }
}
