using System.Reactive.Concurrency;
using RxCan.Bus;
using RxCan.Links;
using RxCan.SocketCan.Netlink;

namespace RxCan;

/// <summary>
/// The CAN interfaces of this machine, in its network namespace: lists, watches, creates and changes them over rtnetlink(7), like
/// <c>ip link</c>. Reading needs no privilege; changes need <c>CAP_NET_ADMIN</c>.
/// </summary>
/// <remarks>
/// Every call may throw <see cref="CanNotSupportedException"/> on a system without SocketCAN. Calls that change something throw
/// <see cref="CanPermissionException"/> without the capability. Each exception includes the kernel's own message if there is one.
/// </remarks>
public static class CanLinks
{
    /// <summary>The current interfaces, ordered by index.</summary>
    public static IReadOnlyList<CanLink> All() => LinkControl.All();

    /// <summary>A snapshot of an interface.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CanInterfaceNotFoundException">There is no interface of that name; the message lists the existing ones.</exception>
    /// <exception cref="CanNotSupportedException">It is not a CAN interface.</exception>
    public static CanLink Get(string name) => LinkControl.Get(name);

    /// <summary>
    /// The changes of the interfaces: first each existing one, as <see cref="CanLinkChangeKind.Added"/>, then each one that is added,
    /// changed or removed, when the kernel reports it. Each subscription has its own thread, which delivers the changes one at a time.
    /// </summary>
    /// <remarks>
    /// The kernel does not report statistics, error counters or changes between error active and error passive. They come with the next
    /// other change, or by polling. If reports are lost because an observer is slow, all interfaces are read again: everything that
    /// happened to an interface meanwhile is one change.
    /// </remarks>
    /// <param name="poll">How often to poll for what the kernel does not report; never if null.</param>
    /// <param name="scheduler">Measures the period; <see cref="DefaultScheduler"/> if null.</param>
    /// <returns>A cold observable that ends with <see cref="CanBusException"/> if the kernel cannot be queried, otherwise never.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The period is zero or negative.</exception>
    public static IObservable<CanLinkChange> Watch(TimeSpan? poll = null, IScheduler? scheduler = null)
    {
        if (poll <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(poll), poll, "The poll period must be positive.");
        return LinkControl.Watch(poll, scheduler.Checked());
    }

    /// <summary>
    /// Changes an interface, like <c>ip link set</c>. Settings that already have the requested value are not touched, so it can be called
    /// again while the interface is in use.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="settings">What to change.</param>
    /// <exception cref="CanInterfaceBusyException">It is up, and a setting can be changed only while it is down.</exception>
    /// <exception cref="CanNotSupportedException">The driver does not support it; the message names the setting.</exception>
    /// <exception cref="CanInterfaceNotFoundException">There is no interface of that name; the message lists the existing ones.</exception>
    /// <exception cref="CanPermissionException">The process lacks <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="CanBusException">The kernel refused, for example a bit rate that the controller's clock cannot give.</exception>
    /// <exception cref="ArgumentException">There is a data bit rate without CAN FD.</exception>
    public static void Configure(string name, CanLinkSettings settings) => LinkControl.Configure(name, settings);

    /// <summary>Sets an interface up. A controller needs a bit rate first.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CanBusException">As <see cref="Configure"/> throws.</exception>
    public static void Up(string name) => Configure(name, new() { IsUp = true });

    /// <summary>Sets an interface down: buses on it report that and stay open.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CanBusException">As <see cref="Configure"/> throws.</exception>
    public static void Down(string name) => Configure(name, new() { IsUp = false });

    /// <summary>Restarts a controller that is bus-off. <see cref="CanObservable.RestartOnBusOff"/> does it automatically.</summary>
    /// <param name="name">The interface's name.</param>
    /// <exception cref="CanInterfaceBusyException">It is not bus-off.</exception>
    /// <exception cref="CanInterfaceDownException">The interface is down.</exception>
    /// <exception cref="CanNotSupportedException">It has no controller, or the driver cannot restart it.</exception>
    /// <exception cref="CanInterfaceNotFoundException">There is no interface of that name; the message lists the existing ones.</exception>
    /// <exception cref="CanPermissionException">The process lacks <c>CAP_NET_ADMIN</c>.</exception>
    public static void Restart(string name) => LinkControl.Restart(name);

    /// <summary>Creates a <c>vcan</c>, a virtual interface, with CAN FD unless <paramref name="settings"/> says otherwise.</summary>
    /// <param name="name">Its name, 1 to 15 bytes without white space, <c>/</c> or <c>:</c>.</param>
    /// <param name="settings">Further settings, such as <see cref="CanLinkSettings.IsUp"/>; it is down by default.</param>
    /// <exception cref="CanInterfaceExistsException">An interface of that name exists.</exception>
    /// <exception cref="CanNotSupportedException">The kernel has no <c>vcan</c>, or the settings are for controllers.</exception>
    /// <exception cref="CanPermissionException">The process lacks <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static void CreateVcan(string name, CanLinkSettings? settings = null) => LinkControl.CreateVcan(name, settings);

    /// <summary>
    /// Creates a pair of <c>vxcan</c> interfaces: frames sent into one come out of the other, which may be moved to a container's network
    /// namespace. Both have CAN FD unless <paramref name="settings"/> says otherwise.
    /// </summary>
    /// <param name="name">The name of one end, as for <see cref="CreateVcan"/>.</param>
    /// <param name="peer">The name of the other end.</param>
    /// <param name="settings">Further settings for both.</param>
    /// <exception cref="CanInterfaceExistsException">An interface of one of the names exists.</exception>
    /// <exception cref="CanNotSupportedException">The kernel has no <c>vxcan</c>, or the settings are for controllers.</exception>
    /// <exception cref="CanPermissionException">The process lacks <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="ArgumentException">A name is not valid, or they are the same.</exception>
    public static void CreateVxcan(string name, string peer, CanLinkSettings? settings = null) =>
        LinkControl.CreateVxcan(name, peer, settings);

    /// <summary>Deletes a <c>vcan</c>, or a <c>vxcan</c> with its peer. Streams of it end with an error.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CanInterfaceNotFoundException">There is no interface of that name; the message lists the existing ones.</exception>
    /// <exception cref="CanNotSupportedException">It is hardware, or not a CAN interface.</exception>
    /// <exception cref="CanPermissionException">The process lacks <c>CAP_NET_ADMIN</c>.</exception>
    public static void Delete(string name) => LinkControl.Delete(name);
}
