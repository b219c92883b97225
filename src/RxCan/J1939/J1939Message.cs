namespace RxCan.J1939;

/// <summary>A message received from a J1939 network, of one frame or of many.</summary>
/// <param name="Pgn">The parameter group.</param>
/// <param name="Data">0 to 1785 bytes, more by the extended transport protocol.</param>
/// <param name="Source">The address of the sender; <see cref="J1939Address.Null"/> of one without.</param>
/// <param name="Destination">The address of the receiver; <see cref="J1939Address.Global"/> for all.</param>
/// <param name="Priority">0 (highest) to 7; of a message of many frames that of its first.</param>
/// <param name="SourceName">The NAME that has claimed the source address, if that was heard.</param>
/// <param name="Timestamp">When its last frame was received, in UTC.</param>
public sealed record J1939Message(
    J1939Pgn Pgn,
    ReadOnlyMemory<byte> Data,
    byte Source,
    byte Destination,
    int Priority,
    J1939Name? SourceName,
    DateTimeOffset Timestamp)
{
    /// <summary>The parts and the first bytes of the data.</summary>
    public override string ToString()
    {
        const int Shown = 16;
        var data = Convert.ToHexString(Data.Span[..Math.Min(Shown, Data.Length)]);
        var rest = Data.Length > Shown ? "..." : "";
        return $"{Pgn} {Source:X2}->{Destination:X2} !{Priority} [{Data.Length}] {data}{rest}";
    }
}
