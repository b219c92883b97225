namespace RxCan;

/// <summary>An identifier fell silent, or is heard again.</summary>
/// <param name="Id">The identifier.</param>
/// <param name="IsSilent">Whether it stopped (<c>RX_TIMEOUT</c>), or else resumed.</param>
/// <param name="Timestamp">When that was noticed, in UTC: at the end of the time-out, or at the frame that resumed.</param>
public readonly record struct CanSilence(CanId Id, bool IsSilent, DateTimeOffset Timestamp);
