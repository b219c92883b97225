namespace RxCan;

/// <content>Sets of J1939 frames.</content>
public sealed partial class CanFilter
{
    private const uint PriorityMask = 0x1C00_0000;

    /// <summary>The data frames of a J1939 parameter group, of any priority, source and destination.</summary>
    /// <param name="pgn">The parameter group.</param>
    public static CanFilter Pgn(J1939Pgn pgn) => Mask(CanId.EffFlag | pgn.Value << 8, DataFlags | pgn.Mask << 8);

    /// <summary>The data frames of a J1939 parameter group from a source.</summary>
    /// <param name="pgn">The parameter group.</param>
    /// <param name="source">The address of the sender.</param>
    public static CanFilter Pgn(J1939Pgn pgn, byte source) => Pgn(pgn) & J1939Source(source);

    /// <summary>The data frames of a J1939 parameter group from a source to a destination; those of PDU2 format go to all.</summary>
    /// <param name="pgn">The parameter group.</param>
    /// <param name="source">The address of the sender.</param>
    /// <param name="destination">The address of the receiver.</param>
    public static CanFilter Pgn(J1939Pgn pgn, byte source, byte destination) => pgn.IsPdu1
        ? Mask(CanId.EffFlag | pgn.Value << 8 | (uint)destination << 8 | source, DataFlags | CanId.MaxExtended & ~PriorityMask)
        : destination == J1939Address.Global ? Pgn(pgn, source) : None;

    /// <summary>The extended data frames, which J1939 has alone.</summary>
    internal static CanFilter J1939Frames { get; } = Mask(CanId.EffFlag, DataFlags);

    internal static CanFilter J1939Source(byte source) => Mask(CanId.EffFlag | source, DataFlags | 0xFF);

    /// <summary>The data frames of a PDU1 parameter group to a destination.</summary>
    internal static CanFilter PgnTo(J1939Pgn pgn, byte destination) =>
        Mask(CanId.EffFlag | pgn.Value << 8 | (uint)destination << 8, DataFlags | 0x3_FFFF00u);
}
