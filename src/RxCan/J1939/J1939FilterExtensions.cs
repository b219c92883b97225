namespace RxCan.J1939;

/// <summary>Sets of J1939 frames, as static members of <see cref="CanFilter"/>.</summary>
public static class J1939FilterExtensions
{
    private const uint DataFlags = CanId.EffFlag | CanId.RtrFlag;
    private const uint PriorityMask = 0x1C00_0000;

    extension(CanFilter)
    {
        /// <summary>The data frames of a J1939 parameter group, of any priority, source and destination.</summary>
        /// <param name="pgn">The parameter group.</param>
        public static CanFilter Pgn(J1939Pgn pgn) => CanFilter.Mask(CanId.EffFlag | pgn.Value << 8, DataFlags | pgn.Mask << 8);

        /// <summary>The data frames of a J1939 parameter group from a source.</summary>
        /// <param name="pgn">The parameter group.</param>
        /// <param name="source">The address of the sender.</param>
        public static CanFilter Pgn(J1939Pgn pgn, byte source) => CanFilter.Pgn(pgn) & CanFilter.J1939Source(source);

        /// <summary>The data frames of a J1939 parameter group from a source to a destination; those of PDU2 format go to all.</summary>
        /// <param name="pgn">The parameter group.</param>
        /// <param name="source">The address of the sender.</param>
        /// <param name="destination">The address of the receiver.</param>
        public static CanFilter Pgn(J1939Pgn pgn, byte source, byte destination) => pgn.IsPdu1
            ? CanFilter.Mask(
                CanId.EffFlag | pgn.Value << 8 | (uint)destination << 8 | source, DataFlags | CanId.MaxExtended & ~PriorityMask)
            : destination == J1939Address.Global ? CanFilter.Pgn(pgn, source) : CanFilter.None;

        /// <summary>All extended data frames, the only ones J1939 uses.</summary>
        internal static CanFilter J1939Frames => Extended;

        internal static CanFilter J1939Source(byte source) => CanFilter.Mask(CanId.EffFlag | source, DataFlags | 0xFF);

        /// <summary>The data frames of a PDU1 parameter group to a destination.</summary>
        internal static CanFilter PgnTo(J1939Pgn pgn, byte destination) =>
            CanFilter.Mask(CanId.EffFlag | pgn.Value << 8 | (uint)destination << 8, DataFlags | 0x3_FFFF00u);
    }

    private static CanFilter Extended { get; } = CanFilter.Mask(CanId.EffFlag, DataFlags);
}
