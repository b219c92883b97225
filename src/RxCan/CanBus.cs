using RxCan.Bus;
using RxCan.SocketCan;

namespace RxCan;

/// <summary>Opens buses by name.</summary>
public static class CanBus
{
    /// <summary>The name of the bus that receives from every CAN interface.</summary>
    public const string Any = BusName.Any;

    private const string VirtualPrefix = "virtual:";

    /// <summary>Opens a bus.</summary>
    /// <param name="name">
    /// A CAN interface of this Linux host, such as <c>can0</c>; <c>any</c> for all of them (receive only); or <c>virtual:</c> and a name for an
    /// in-process bus that joins all openers of that name.
    /// </param>
    /// <param name="options">How to open it; <see cref="CanBusOptions.Default"/> if null.</param>
    /// <exception cref="CanInterfaceNotFoundException">There is no interface of that name.</exception>
    /// <exception cref="CanInterfaceDownException">The interface is down.</exception>
    /// <exception cref="CanNotSupportedException">It is no CAN interface, or this system has no SocketCAN.</exception>
    /// <exception cref="CanPermissionException">This process may not open it.</exception>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    public static ICanBus Open(string name, CanBusOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return name.StartsWith(VirtualPrefix, StringComparison.Ordinal)
            ? VirtualCanBus.Open(name, options)
            : SocketCanBus.Open(name, options ?? CanBusOptions.Default);
    }
}
