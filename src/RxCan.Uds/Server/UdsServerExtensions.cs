using RxCan.IsoTp;
using RxCan.Uds;

namespace RxCan;

/// <summary>Serves diagnostic requests on a bus.</summary>
public static class UdsServerExtensions
{
    /// <summary>Serves a control unit on normal addresses, 11 or 29 bit.</summary>
    /// <param name="can">The bus.</param>
    /// <param name="tx">The identifier of its responses.</param>
    /// <param name="rx">The identifier of requests to it.</param>
    /// <param name="ecu">The control unit.</param>
    /// <param name="options">How it behaves; <see cref="UdsServerOptions.Default"/> if null.</param>
    /// <exception cref="ArgumentException">The identifiers are the same, or the options contradict each other.</exception>
    /// <exception cref="CanNotSupportedException">The options require the kernel's ISO-TP or CAN FD, which is not available.</exception>
    public static IUdsServer ServeUds(this ICanBus can, CanId tx, CanId rx, UdsEcu ecu, UdsServerOptions? options = null) =>
        can.ServeUds(IsoTpAddress.Normal(tx, rx), ecu, options);

    /// <summary>Serves a control unit.</summary>
    /// <param name="can">The bus.</param>
    /// <param name="address">Its address, seen from itself.</param>
    /// <param name="ecu">The control unit.</param>
    /// <param name="options">How it behaves; <see cref="UdsServerOptions.Default"/> if null.</param>
    /// <exception cref="ArgumentException">The address is functional, or the options contradict each other.</exception>
    /// <exception cref="CanNotSupportedException">The options require the kernel's ISO-TP or CAN FD, which is not available.</exception>
    public static IUdsServer ServeUds(this ICanBus can, IsoTpAddress address, UdsEcu ecu, UdsServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(ecu);
        options ??= UdsServerOptions.Default;
        if (address.IsFunctional || address.IsRxFunctional)
            throw new ArgumentException("A server needs a physical address. Give the functional one in UdsServerOptions.", nameof(address));
        if (options.FunctionalAddress is { IsRxFunctional: false })
            throw new ArgumentException("The functional address must be made with IsoTpAddress.WithFunctionalRx.", nameof(options));
        if (options.IsoTp.ListenOnly)
            throw new ArgumentException("A server answers: leave IsoTpOptions.ListenOnly off.", nameof(options));
        return new UdsServer(can, address, ecu, options);
    }
}
