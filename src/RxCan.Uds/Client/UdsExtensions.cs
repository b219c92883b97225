using RxCan.IsoTp;
using RxCan.Uds;

namespace RxCan;

/// <summary>Opens UDS clients on a bus.</summary>
public static partial class UdsExtensions
{
    /// <summary>Opens a client of a control unit with normal addressing, 11 or 29 bit.</summary>
    /// <param name="can">The bus.</param>
    /// <param name="tx">The identifier of the requests.</param>
    /// <param name="rx">The identifier of the responses.</param>
    /// <param name="options">How it behaves; <see cref="UdsOptions.Default"/> if null.</param>
    /// <exception cref="ArgumentException">The identifiers are the same, or the options contradict each other.</exception>
    /// <exception cref="CanNotSupportedException">The options require the kernel's engine or CAN FD, which is not available.</exception>
    public static IUdsClient OpenUds(this ICanBus can, CanId tx, CanId rx, UdsOptions? options = null) =>
        can.OpenUds(IsoTpAddress.Normal(tx, rx), options);

    /// <summary>Opens a client of a control unit, or of all control units of a functional address.</summary>
    /// <param name="can">The bus.</param>
    /// <param name="address">The addresses of its two ends.</param>
    /// <param name="options">How it behaves; <see cref="UdsOptions.Default"/> if null.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="CanNotSupportedException">The options require the kernel's engine or CAN FD, which is not available.</exception>
    public static IUdsClient OpenUds(this ICanBus can, IsoTpAddress address, UdsOptions? options = null)
    {
        options ??= UdsOptions.Default;
        var isoTp = options.Scheduler is null ? options.IsoTp : options.IsoTp with { Scheduler = options.Scheduler };
        return Open(can, can.OpenIsoTp(address, isoTp), options, ownsIsoTp: true);
    }

    /// <summary>Opens a client over an ISO-TP session. Disposing of the client leaves the session open.</summary>
    /// <param name="can">The bus of the session.</param>
    /// <param name="session">The session.</param>
    /// <param name="options">How it behaves; <see cref="UdsOptions.Default"/> if null.</param>
    public static IUdsClient OpenUds(this ICanBus can, IIsoTpSession session, UdsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        ArgumentNullException.ThrowIfNull(session);
        return Open(can, session, options ?? UdsOptions.Default, ownsIsoTp: false);
    }

    private static UdsClient Open(ICanBus can, IIsoTpSession session, UdsOptions options, bool ownsIsoTp) =>
        new(session, options, options.Scheduler ?? session.Options.Scheduler ?? can.Scheduler, ownsIsoTp);
}
