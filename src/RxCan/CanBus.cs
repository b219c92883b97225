using System.Collections.Concurrent;
using System.Reactive.Disposables;
using RxCan.Bus;
using RxCan.SocketCan;

namespace RxCan;

/// <summary>Opens buses by name.</summary>
public static class CanBus
{
    /// <summary>The name of the bus that receives from every CAN interface.</summary>
    public const string Any = BusName.Any;

    private static readonly ConcurrentDictionary<string, Func<string, CanBusOptions, ICanBus>> Schemes =
        new(StringComparer.OrdinalIgnoreCase) { ["virtual"] = VirtualCanBus.Open };

    /// <summary>Opens a bus.</summary>
    /// <param name="name">
    /// A CAN interface of this Linux host, such as <c>can0</c>; <c>any</c> for all of them (receive only); <c>virtual:</c> and a name for an
    /// in-process bus shared by all that open that name; or another scheme registered with <see cref="Register"/>. An in-process bus may have
    /// settings, which are those of <see cref="VirtualCanBus"/> and <see cref="CanFaultPlan"/> and not part of its name:
    /// <c>virtual:bench?bitrate=500000&amp;dataBitrate=2000000&amp;transmitQueueLength=10</c>,
    /// <c>virtual:bad?seed=7&amp;loss=0.01&amp;errors=0.02&amp;duplicates=0.001&amp;maxDelay=5</c> (milliseconds).
    /// </param>
    /// <param name="options">How to open it; <see cref="CanBusOptions.Default"/> if null.</param>
    /// <exception cref="CanInterfaceNotFoundException">There is no interface of that name.</exception>
    /// <exception cref="CanInterfaceDownException">The interface is down.</exception>
    /// <exception cref="CanNotSupportedException">
    /// It is not a CAN interface, this system does not have SocketCAN, or the scheme is not registered.
    /// </exception>
    /// <exception cref="CanPermissionException">This process may not open it.</exception>
    /// <exception cref="CanInterfaceBusyException">The in-process bus is open with other settings.</exception>
    /// <exception cref="ArgumentException">The name is empty, or a setting in it is wrong.</exception>
    public static ICanBus Open(string name, CanBusOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        options ??= CanBusOptions.Default;
        if (name.IndexOf(':', StringComparison.Ordinal) is not (>= 0 and var end)) // an interface's name cannot contain a colon
            return SocketCanBus.Open(name, options);
        var scheme = name[..end];
        if (Schemes.TryGetValue(scheme, out var open))
            return open(name, options);
        throw new CanNotSupportedException(
            name,
            $"{name}: no bus is registered for the scheme '{scheme}'. Known: {string.Join(", ", Schemes.Keys.Order(StringComparer.Ordinal))}. " +
            "Call CanBus.Register, or the registration method of the package that provides it, first.");
    }

    /// <summary>Registers another kind of bus, so that <see cref="Open"/> opens it by name.</summary>
    /// <param name="scheme">The part of a name before the colon: letters, digits, <c>+</c>, <c>-</c> and dots, such as <c>mqtt</c>. Case is ignored.</param>
    /// <param name="open">Opens a bus, given the whole name and the options. It throws <see cref="CanBusException"/> if it cannot.</param>
    /// <returns>A disposable that removes the registration. Buses that are open stay open.</returns>
    /// <exception cref="ArgumentException">The scheme is malformed or already registered.</exception>
    public static IDisposable Register(string scheme, Func<string, CanBusOptions, ICanBus> open)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(scheme);
        ArgumentNullException.ThrowIfNull(open);
        if (scheme.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.')))
            throw new ArgumentException($"'{scheme}' cannot be a scheme: use letters, digits, '+', '-' and dots.", nameof(scheme));
        if (!Schemes.TryAdd(scheme, open))
            throw new ArgumentException($"The scheme '{scheme}' is already registered. Dispose that registration first, or choose another name.", nameof(scheme));
        return Disposable.Create(() => Schemes.TryRemove(KeyValuePair.Create(scheme, open)));
    }
}
