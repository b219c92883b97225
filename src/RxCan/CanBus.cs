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
    /// in-process bus that joins all openers of that name; or another scheme that was registered with <see cref="Register"/>.
    /// </param>
    /// <param name="options">How to open it; <see cref="CanBusOptions.Default"/> if null.</param>
    /// <exception cref="CanInterfaceNotFoundException">There is no interface of that name.</exception>
    /// <exception cref="CanInterfaceDownException">The interface is down.</exception>
    /// <exception cref="CanNotSupportedException">
    /// It is not a CAN interface, this system does not have SocketCAN, or nobody has registered the scheme.
    /// </exception>
    /// <exception cref="CanPermissionException">This process may not open it.</exception>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static ICanBus Open(string name, CanBusOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        options ??= CanBusOptions.Default;
        if (name.IndexOf(':', StringComparison.Ordinal) is not (>= 0 and var end)) // no interface has one in its name
            return SocketCanBus.Open(name, options);
        var scheme = name[..end];
        if (Schemes.TryGetValue(scheme, out var open))
            return open(name, options);
        throw new CanNotSupportedException(
            name,
            $"{name}: no bus is registered for the scheme '{scheme}'. Known: {string.Join(", ", Schemes.Keys.Order(StringComparer.Ordinal))}. " +
            "Call CanBus.Register first, or the registration of the package that has it.");
    }

    /// <summary>Registers another kind of bus, so that <see cref="Open"/> opens it by name.</summary>
    /// <param name="scheme">What a name begins with, before a colon: letters, digits, <c>+</c>, <c>-</c> and dots, such as <c>mqtt</c>. Case does not count.</param>
    /// <param name="open">Opens a bus, given the whole name and the options. It throws <see cref="CanBusException"/> if it cannot.</param>
    /// <returns>Removes the registration. Buses that are open stay open.</returns>
    /// <exception cref="ArgumentException">The scheme is malformed, or registered already.</exception>
    public static IDisposable Register(string scheme, Func<string, CanBusOptions, ICanBus> open)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(scheme);
        ArgumentNullException.ThrowIfNull(open);
        if (scheme.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.')))
            throw new ArgumentException($"'{scheme}' cannot be a scheme: use letters, digits, '+', '-' and dots.", nameof(scheme));
        if (!Schemes.TryAdd(scheme, open))
            throw new ArgumentException($"The scheme '{scheme}' is registered already.", nameof(scheme));
        return Disposable.Create(() => Schemes.TryRemove(KeyValuePair.Create(scheme, open)));
    }
}
