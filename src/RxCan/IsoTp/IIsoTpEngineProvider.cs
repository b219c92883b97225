using System.Diagnostics.CodeAnalysis;

namespace RxCan.IsoTp;

/// <summary>A bus that has an ISO-TP engine of its own.</summary>
internal interface IIsoTpEngineProvider
{
    /// <summary>Makes an engine for a session, if there is one that can do what is asked.</summary>
    /// <param name="address">Whom the session talks to.</param>
    /// <param name="options">How it behaves; the bus's scheduler is not filled in.</param>
    /// <param name="engine">The engine, not started.</param>
    /// <param name="reason">If there is none, why, and what to do about it; without the bus's name.</param>
    bool TryOpenIsoTp(
        IsoTpAddress address, IsoTpOptions options, [NotNullWhen(true)] out IIsoTpEngine? engine, [NotNullWhen(false)] out string? reason);
}
