namespace RxCan.J1939;

/// <summary>An event that a transport reports.</summary>
/// <param name="Kind">The kind of event.</param>
/// <param name="Sending">The outgoing message; null for receptions.</param>
/// <param name="Receiving">The reception; null for outgoing messages.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="IsByPeer">Whether the other end closed the connection.</param>
/// <param name="Error">The error that kept a frame from being sent.</param>
internal readonly record struct TransportEvent(
    TransportEventKind Kind,
    J1939Transfer? Sending = null,
    TransportReceiver? Receiving = null,
    J1939AbortReason Reason = default,
    bool IsByPeer = false,
    Exception? Error = null);

internal enum TransportEventKind
{
    /// <summary>A message was sent.</summary>
    Sent,

    /// <summary>A message could not be sent.</summary>
    SendFailed,

    /// <summary>A reception has begun.</summary>
    Started,

    /// <summary>A message was received.</summary>
    Received,

    /// <summary>A reception failed.</summary>
    ReceiveFailed,
}
