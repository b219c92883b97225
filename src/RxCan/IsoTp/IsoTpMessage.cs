namespace RxCan.IsoTp;

/// <summary>A message received over ISO-TP, with its sender. Two are equal if all their parts are, including the bytes of the payload.</summary>
/// <param name="Peer">The address it came from: the session's, or the responder's if the session's is functional.</param>
/// <param name="Data">The payload. All observers share the array: do not change it.</param>
/// <param name="Timestamp">When its last frame was received, in UTC.</param>
public sealed record IsoTpMessage(IsoTpAddress Peer, byte[] Data, DateTimeOffset Timestamp)
{
    /// <summary>Whether all parts are the same, including the bytes of the payload.</summary>
    /// <param name="other">The message to compare with.</param>
    public bool Equals(IsoTpMessage? other) => other is not null && (ReferenceEquals(this, other) || (
        Peer.Equals(other.Peer) && Timestamp == other.Timestamp && Data.AsSpan().SequenceEqual(other.Data)));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Peer);
        hash.Add(Timestamp);
        hash.AddBytes(Data);
        return hash.ToHashCode();
    }

    /// <summary>The address, the length and the first bytes of the payload, for logs.</summary>
    public override string ToString()
    {
        const int Shown = 16;
        return $"{Peer} [{Data.Length}] {Convert.ToHexString(Data, 0, Math.Min(Shown, Data.Length))}{(Data.Length > Shown ? "..." : "")}";
    }
}
