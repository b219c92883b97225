namespace RxCan.J1939;

/// <summary>What a transport has to tell.</summary>
/// <param name="Kind">Of what.</param>
/// <param name="Sending">The message it was to send; null for receptions.</param>
/// <param name="Receiving">The reception; null for sent ones.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="IsByPeer">Whether the other end closed the connection.</param>
/// <param name="Error">What kept a frame from being sent.</param>
internal readonly record struct TransportEvent(
    TransportEventKind Kind,
    J1939Transfer? Sending = null,
    TransportReceiver? Receiving = null,
    J1939AbortReason Reason = default,
    bool IsByPeer = false,
    Exception? Error = null);

internal enum TransportEventKind
{
    /// <summary>A message is sent.</summary>
    Sent,

    /// <summary>A message is not sent.</summary>
    SendFailed,

    /// <summary>A reception has begun.</summary>
    Started,

    /// <summary>A message is received.</summary>
    Received,

    /// <summary>A reception failed.</summary>
    ReceiveFailed,
}
