using System.Diagnostics.CodeAnalysis;

namespace RxCan.IsoTp;

/// <summary>A bus with its own ISO-TP engine.</summary>
internal interface IIsoTpEngineProvider
{
    /// <summary>Makes an engine for a session, if there is one that supports what is asked.</summary>
    /// <param name="address">The session's address.</param>
    /// <param name="options">The session's options; the bus's scheduler is not filled in.</param>
    /// <param name="engine">The engine, not started.</param>
    /// <param name="reason">Why there is none, and what to do about it, without the bus's name.</param>
    bool TryOpenIsoTp(
        IsoTpAddress address, IsoTpOptions options, [NotNullWhen(true)] out IIsoTpEngine? engine, [NotNullWhen(false)] out string? reason);
}
