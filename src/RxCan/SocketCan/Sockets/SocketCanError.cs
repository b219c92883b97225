using System.Runtime.InteropServices;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Sockets;

/// <summary>Explains what each kernel error means for a CAN interface and what to do.</summary>
internal static class SocketCanError
{
    public static CanBusException NoSuchInterface(string name)
    {
        var others = Names();
        var there = others.Length == 0 ? "This machine has no CAN interface." : $"CAN interfaces here: {string.Join(", ", others)}.";
        var how = name.StartsWith("vcan", StringComparison.Ordinal)
            ? $"Create it with: ip link add dev {name} type vcan && ip link set {name} up"
            : "Plug in the adapter and load its driver, or use virtual:name for an in-process bus.";
        return new CanInterfaceNotFoundException(name, $"{name}: no such interface. {there} {how}");
    }

    public static CanBusException Removed(string name) =>
        new CanInterfaceNotFoundException(name, $"{name}: the interface was removed. Subscribe again when it is back.");

    public static CanBusException IsDown(string name) => new CanInterfaceDownException(name, $"{name}: the interface is down. Bring it up with: ip link set {name} up" +
        (name.StartsWith("can", StringComparison.Ordinal) ? $" (a CAN controller needs its bit rate first: ip link set {name} type can bitrate 500000)" : ""));

    public static CanBusException NoCanInterface(string name) =>
        new CanNotSupportedException(name, $"{name}: this is not a CAN interface.{Known()}");

    public static CanBusException NoSystem(string name) =>
        new CanNotSupportedException(name, $"{name}: SocketCAN needs Linux. Use virtual:name for an in-process bus.");

    public static CanBusException QueueFull(string name) => new CanQueueFullException(
        name, $"{name}: the transmit queue is full. Use SendAsync, which waits for room, or enlarge it with: ip link set {name} txqueuelen 1000");

    public static CanBusException FdNotSupported(string name) =>
        new CanNotSupportedException(name, $"{name}: the interface does not accept CAN FD frames. Turn CAN FD on with: ip link set {name} type can fd on dbitrate ... (vcan: ip link set {name} mtu 72)");

    public static CanBusException FdNotOpened(string name) => new CanNotSupportedException(name, $"{name}: the bus was opened without CAN FD. Set CanBusOptions.Fd to send CAN FD frames.");

    /// <summary>The exception for a failed call.</summary>
    public static CanBusException Of(string name, string call, Errno errno) => errno switch
    {
        Errno.EPERM or Errno.EACCES => new CanPermissionException(
            name, $"{name}: no permission ({call}: {errno}). Run as a user who may use CAN sockets; in a container, allow the address family AF_CAN and give the container the interface (--network host)."),
        Errno.EAFNOSUPPORT or Errno.EPROTONOSUPPORT => new CanNotSupportedException(
            name, $"{name}: this kernel has no CAN support ({call}: {errno}). Load it with: modprobe can_raw. Or use virtual:name for an in-process bus."),
        Errno.ENODEV or Errno.ENXIO => Removed(name),
        Errno.ENETDOWN => IsDown(name),
        Errno.ENOMEM => new CanBusException(name, $"{name}: the kernel has no memory left for this ({call}: {errno}). Try again later, or ask for less."),
        Errno.ENOBUFS or Errno.EAGAIN => QueueFull(name),
        _ => new CanBusException(name, $"{name}: {call}: {Marshal.GetPInvokeErrorMessage((int)errno)} ({(int)errno})."),
    };

    private static string Known() => Names() is { Length: > 0 } names ? $" CAN interfaces here: {string.Join(", ", names)}." : "";

    private static string[] Names() => OperatingSystem.IsLinux() ? Interfaces.NamesOfCan() : [];
}
