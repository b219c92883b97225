using System.Diagnostics.CodeAnalysis;
using RxCan.Bus;
using RxCan.J1939;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.J1939;

/// <summary>The kernel's J1939 engines of a bus: which nodes they can serve.</summary>
internal static class KernelJ1939
{
    /// <summary>Makes an engine for a node, unless it needs something that the kernel cannot do.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="loop">The thread that waits for its engines' sockets.</param>
    /// <param name="name">The node's NAME, if it has one.</param>
    /// <param name="options">The node's options.</param>
    /// <param name="engine">The engine, not started. If the interface cannot be used, the engine ends with that error when it is started.</param>
    /// <param name="reason">Why there is none.</param>
    public static bool TryOpen(
        CanBusBase bus, PollLoop loop, J1939Name? name, J1939Options options, [NotNullWhen(true)] out IJ1939Engine? engine, [NotNullWhen(false)] out string? reason)
    {
        engine = null;
        reason = Obstacle(bus, options);
        if (reason is not null)
            return false;
        try
        {
            engine = KernelJ1939Engine.Open(bus, loop, name, options);
            reason = engine is null ? "this kernel has no J1939; load it with: modprobe can_j1939" : null;
        }
        catch (CanNotSupportedException e)
        {
            reason = e.Message;
        }
        catch (CanBusException e)
        {
            engine = new KernelJ1939Engine(bus, loop, options, e);
        }

        return engine is not null;
    }

    /// <summary>What the kernel does not support; null if it supports everything.</summary>
    private static string? Obstacle(CanBusBase bus, J1939Options options) =>
        bus.Name == BusName.Any ? "the kernel's J1939 engine needs one interface, not 'any'"
        : options.Scheduler is not null ? "the kernel's J1939 engine uses its own clock (J1939Options.Scheduler)"
        : options.CtsPackets != J1939Options.Default.CtsPackets || options.Holds > 0 || options.BamSpacing != J1939Options.Default.BamSpacing
            ? "the kernel's J1939 engine has fixed values for CtsPackets, Holds and BamSpacing (J1939Options)"
        : null;
}
