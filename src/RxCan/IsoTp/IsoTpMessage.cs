namespace RxCan.IsoTp;

/// <summary>A message received by ISO-TP, and who sent it.</summary>
/// <param name="Peer">The address it came by: the session's own, or for a functional one that of the responder.</param>
/// <param name="Data">The payload. All observers share the array: do not change it.</param>
/// <param name="Timestamp">When its last frame was received, in UTC.</param>
public sealed record IsoTpMessage(IsoTpAddress Peer, byte[] Data, DateTimeOffset Timestamp);
