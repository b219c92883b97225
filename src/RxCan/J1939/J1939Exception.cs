namespace RxCan.J1939;

/// <summary>A J1939 node could not do what was asked. The message says what happened and what to check.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, if there is one.</param>
public class J1939Exception(string message, Exception? innerException = null) : IOException(message, innerException);

/// <summary>A transfer of many frames was aborted.</summary>
/// <param name="reason">Why.</param>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, if there is one.</param>
public sealed class J1939AbortException(J1939AbortReason reason, string message, Exception? innerException = null)
    : J1939Exception(message, innerException)
{
    /// <summary>Why; <see cref="J1939AbortReason.Other"/> where the kernel does not say.</summary>
    public J1939AbortReason Reason { get; } = reason;
}

/// <summary>A request was answered with a negative acknowledgement.</summary>
/// <param name="acknowledgement">What the other end said.</param>
/// <param name="message">What happened and what to do.</param>
public sealed class J1939RequestException(J1939Acknowledgement acknowledgement, string message) : J1939Exception(message)
{
    /// <summary>What the other end said.</summary>
    public J1939Acknowledgement Acknowledgement { get; } = acknowledgement;
}

/// <summary>The node has no address to send from: it has not claimed one yet, or has lost it. Or another node has its NAME.</summary>
/// <param name="message">What happened and what to do.</param>
public sealed class J1939AddressException(string message) : J1939Exception(message);
