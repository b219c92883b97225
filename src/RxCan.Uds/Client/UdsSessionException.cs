namespace RxCan.Uds;

/// <summary>A control unit is no longer in the session that was entered. The message says why.</summary>
/// <param name="session">The session that was lost.</param>
/// <param name="message">What happened and what to do.</param>
public sealed class UdsSessionException(UdsSession session, string message) : UdsException(UdsService.DiagnosticSessionControl, message)
{
    /// <summary>The session that was lost.</summary>
    public UdsSession Session { get; } = session;
}
