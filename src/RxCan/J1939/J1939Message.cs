namespace RxCan.J1939;

/// <summary>
/// A message received from a J1939 network, of one frame or of many. Two are equal if all their parts are, including the bytes of the data.
/// </summary>
public sealed record J1939Message
{
    /// <summary>The parameter group.</summary>
    public required J1939Pgn Pgn { get; init; }

    /// <summary>0 to 1785 bytes, or more with the extended transport protocol; none by default.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The address of the sender; <see cref="J1939Address.Null"/> if it has none.</summary>
    public required byte Source { get; init; }

    /// <summary>The address of the receiver; <see cref="J1939Address.Global"/>, the default, for all.</summary>
    public byte Destination { get; init; } = J1939Address.Global;

    /// <summary>0 (highest) to 7, 6 by default; for a message of many frames, that of the first.</summary>
    public int Priority { get; init; } = 6;

    /// <summary>The NAME that has claimed the source address; null, the default, if no claim was heard.</summary>
    public J1939Name? SourceName { get; init; }

    /// <summary>When its last frame was received, in UTC; the default value for a message not received.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>Whether all parts are the same, including the bytes of the data.</summary>
    /// <param name="other">The message to compare with.</param>
    public bool Equals(J1939Message? other) => other is not null && (ReferenceEquals(this, other) || (
        Pgn == other.Pgn && Source == other.Source && Destination == other.Destination && Priority == other.Priority &&
        SourceName == other.SourceName && Timestamp == other.Timestamp && Data.Span.SequenceEqual(other.Data.Span)));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Pgn, Source, Timestamp, Data.Length);

    /// <summary>The parts and the first bytes of the data.</summary>
    public override string ToString()
    {
        const int Shown = 16;
        var data = Convert.ToHexString(Data.Span[..Math.Min(Shown, Data.Length)]);
        var rest = Data.Length > Shown ? "..." : "";
        return $"{Pgn} {Source:X2}->{Destination:X2} !{Priority} [{Data.Length}] {data}{rest}";
    }
}
