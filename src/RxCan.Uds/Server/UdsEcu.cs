using System.Collections.Concurrent;

namespace RxCan.Uds;

/// <summary>
/// A control unit to be simulated: what <see cref="UdsServerExtensions.ServeUds(ICanBus, CanId, CanId, UdsEcu, UdsServerOptions?)"/> serves.
/// A service is supported if there is something to serve with it; session control, reset and TesterPresent always are.
/// </summary>
/// <remarks>Set it up before it is served. <see cref="Data"/>, <see cref="Dtcs"/> and <see cref="Files"/> may be changed at any time.</remarks>
public sealed class UdsEcu
{
    private static readonly UdsAccess NotInDefaultSession = new()
    {
        Sessions = [.. Enumerable.Range((int)UdsSession.Programming, 0x7D).Select(session => (UdsSession)session)],
    };

    private readonly ConcurrentDictionary<UdsService, Func<UdsRequest, UdsReply>> _handlers = new();
    private readonly ConcurrentDictionary<UdsService, UdsAccess?> _access = new();

    /// <summary>The data identifiers. The active session (F186) can always be read.</summary>
    public UdsDataTable Data { get; } = [];

    /// <summary>The diagnostic trouble codes.</summary>
    public UdsDtcStore Dtcs { get; } = new();

    /// <summary>The routines.</summary>
    public IList<UdsRoutine> Routines { get; } = [];

    /// <summary>The security levels.</summary>
    public IList<UdsSecurityLevel> Security { get; } = [];

    /// <summary>The memory.</summary>
    public IList<UdsMemoryArea> Memory { get; } = [];

    /// <summary>The sessions, and when each can be entered: the default, the programming and the extended one, unless you change it.</summary>
    public IDictionary<UdsSession, UdsAccess> Sessions { get; } = new Dictionary<UdsSession, UdsAccess>
    {
        [UdsSession.Default] = UdsAccess.Always,
        [UdsSession.Programming] = UdsAccess.Always,
        [UdsSession.Extended] = UdsAccess.Always,
    };

    /// <summary>The kinds of reset: hard, key off and on, soft, unless you change it.</summary>
    public ISet<UdsReset> Resets { get; } = new HashSet<UdsReset> { UdsReset.Hard, UdsReset.KeyOffOn, UdsReset.Soft };

    /// <summary>The bit rates to which LinkControl can change, in bit/s; without one, the service is not supported.</summary>
    public ISet<int> BitRates { get; } = new HashSet<int>();

    /// <summary>The files that RequestFileTransfer reaches, by path; null if it is not supported. A directory is what paths begin with.</summary>
    public ConcurrentDictionary<string, byte[]>? Files { get; init; }

    /// <summary>The shortest P2 and P2* that AccessTimingParameter can set; null if it is not supported.</summary>
    public (TimeSpan P2, TimeSpan P2Star)? ShortestTiming { get; init; }

    /// <summary>How messages are protected; null if SecuredDataTransmission is not supported.</summary>
    public UdsSecuredChannel? SecuredChannel { get; init; }

    /// <summary>
    /// Serves a service with a function: one that the server does not know, one that it leaves to you (Authentication), or one that you want to
    /// serve otherwise. The answer's bytes follow the service identifier. Sub-functions are yours; the bit that suppresses responses is not.
    /// </summary>
    /// <param name="service">The service.</param>
    /// <param name="handler">The answer to a request; <see cref="UdsReply.BuiltIn"/> for the server's own.</param>
    /// <param name="access">When the service is supported; null leaves that as it is.</param>
    public UdsEcu Serve(UdsService service, Func<UdsRequest, UdsReply> handler, UdsAccess? access = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _handlers[service] = handler;
        if (access is not null)
            _access[service] = access;
        return this;
    }

    /// <summary>
    /// Says when a service is supported. Otherwise those that change something are not supported in the default session, as in ISO 14229-1:2020,
    /// table 23.
    /// </summary>
    /// <param name="service">The service.</param>
    /// <param name="access">When; null for never.</param>
    public UdsEcu Restrict(UdsService service, UdsAccess? access)
    {
        _access[service] = access;
        return this;
    }

    /// <summary>When a service is supported; null for never.</summary>
    internal UdsAccess? AccessTo(UdsService service)
    {
        if (_access.TryGetValue(service, out var access))
            return access;
        var isServed = _handlers.ContainsKey(service) || service switch
        {
            UdsService.DiagnosticSessionControl or UdsService.EcuReset or UdsService.TesterPresent or UdsService.ReadDataByIdentifier
                or UdsService.CommunicationControl => true,
            UdsService.ReadScalingDataByIdentifier or UdsService.WriteDataByIdentifier or UdsService.InputOutputControlByIdentifier => !Data.IsEmpty,
            UdsService.ReadDataByPeriodicIdentifier or UdsService.DynamicallyDefineDataIdentifier => !Data.IsEmpty || Memory.Count > 0,
            UdsService.ClearDiagnosticInformation or UdsService.ReadDtcInformation or UdsService.ControlDtcSetting => !Dtcs.IsEmpty,
            UdsService.ResponseOnEvent => !Data.IsEmpty || !Dtcs.IsEmpty,
            UdsService.SecurityAccess => Security.Count > 0,
            UdsService.ReadMemoryByAddress or UdsService.WriteMemoryByAddress or UdsService.RequestDownload or UdsService.RequestUpload => Memory.Count > 0,
            UdsService.RoutineControl => Routines.Count > 0,
            UdsService.TransferData or UdsService.RequestTransferExit => Memory.Count > 0 || Files is not null,
            UdsService.RequestFileTransfer => Files is not null,
            UdsService.AccessTimingParameter => ShortestTiming is not null,
            UdsService.SecuredDataTransmission => SecuredChannel is not null,
            UdsService.LinkControl => BitRates.Count > 0,
            _ => false,
        };
        return !isServed ? null : IsForDefaultSession(service) ? UdsAccess.Always : NotInDefaultSession;
    }

    internal Func<UdsRequest, UdsReply>? HandlerOf(UdsService service) => _handlers.GetValueOrDefault(service);

    private static bool IsForDefaultSession(UdsService service) => service is not (UdsService.SecurityAccess or UdsService.CommunicationControl
        or UdsService.ReadDataByPeriodicIdentifier or UdsService.InputOutputControlByIdentifier or UdsService.RequestDownload
        or UdsService.RequestUpload or UdsService.TransferData or UdsService.RequestTransferExit or UdsService.RequestFileTransfer
        or UdsService.AccessTimingParameter or UdsService.SecuredDataTransmission or UdsService.ControlDtcSetting or UdsService.LinkControl);
}
