using RxCan.IsoTp;

namespace RxCan.Uds;

/// <summary>
/// A control unit on a bus that answers diagnostic requests. As an observable it is the hot stream of what happens to it: it completes when the
/// server or the bus is disposed.
/// </summary>
/// <remarks>
/// One request is served at a time. Handlers run on the bus's thread, or on the clock's, and should return at once: what takes longer is an
/// <see cref="UdsReply.From"/>. While it is awaited, TesterPresent is served, and other requests get busyRepeatRequest (21).
/// </remarks>
public interface IUdsServer : IObservable<UdsServerEvent>, IDisposable
{
    /// <summary>Its addresses.</summary>
    IsoTpAddress Address { get; }

    /// <summary>How it was opened.</summary>
    UdsServerOptions Options { get; }

    /// <summary>The control unit that it serves.</summary>
    UdsEcu Ecu { get; }

    /// <summary>The active session.</summary>
    UdsSession Session { get; }

    /// <summary>The security level that is unlocked; 0 for none.</summary>
    int Level { get; }
}
