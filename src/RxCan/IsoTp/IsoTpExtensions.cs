using RxCan.IsoTp;

namespace RxCan;

/// <summary>Opens ISO-TP sessions on a bus.</summary>
public static class IsoTpExtensions
{
    /// <summary>Opens a session with normal addressing, 11 or 29 bit.</summary>
    /// <param name="can">The bus.</param>
    /// <param name="tx">The identifier of the frames sent.</param>
    /// <param name="rx">The identifier of the frames received.</param>
    /// <param name="options">How it behaves; <see cref="IsoTpOptions.Default"/> if null.</param>
    /// <exception cref="ArgumentException">The identifiers are the same, or the options contradict each other.</exception>
    /// <exception cref="CanNotSupportedException">The options require the kernel's engine or CAN FD, which is not available.</exception>
    public static IIsoTpSession OpenIsoTp(this ICanBus can, CanId tx, CanId rx, IsoTpOptions? options = null) =>
        can.OpenIsoTp(IsoTpAddress.Normal(tx, rx), options);

    /// <summary>Opens a session.</summary>
    /// <param name="can">The bus.</param>
    /// <param name="address">The addresses of its two ends.</param>
    /// <param name="options">How it behaves; <see cref="IsoTpOptions.Default"/> if null.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="CanNotSupportedException">The options require the kernel's engine or CAN FD, which is not available.</exception>
    public static IIsoTpSession OpenIsoTp(this ICanBus can, IsoTpAddress address, IsoTpOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        ArgumentNullException.ThrowIfNull(address);
        options ??= IsoTpOptions.Default;
        if (options is { Fd: false } and ({ TxDataLength: > CanFrame.MaxLength } or { BitRateSwitch: true }))
            throw new ArgumentException("Frames of more than 8 bytes and BRS need CAN FD: set IsoTpOptions.Fd.", nameof(options));
        if (options.Fd && !can.Options.Fd)
            throw new CanNotSupportedException(can.Name, $"{can.Name}: the bus was opened without CAN FD. Set CanBusOptions.Fd to use IsoTpOptions.Fd.");
        return new IsoTpSession(can, address, options);
    }

    /// <summary>Sends a request of some bytes, with the default options: <c>session.Request(0x22, 0xF1, 0x90)</c>.</summary>
    /// <param name="session">The session.</param>
    /// <param name="payload">The request; copied.</param>
    /// <returns>See <see cref="IIsoTpSession.Request"/>.</returns>
    public static IObservable<byte[]> Request(this IIsoTpSession session, params ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session.Request(payload, null);
    }
}
