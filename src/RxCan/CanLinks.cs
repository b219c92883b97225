using System.Reactive.Concurrency;
using RxCan.Links;
using RxCan.SocketCan.Netlink;

namespace RxCan;

/// <summary>
/// The CAN interfaces of this machine, in its network namespace: lists, watches, creates and changes them, over rtnetlink(7) as <c>ip link</c>
/// does. Looking takes no privilege; changing takes <c>CAP_NET_ADMIN</c>.
/// </summary>
/// <remarks>
/// Every call may throw <see cref="CanNotSupportedException"/> on a system without SocketCAN; those that change something throw
/// <see cref="CanPermissionException"/> without the capability, and each exception has the kernel's own words if it gave some.
/// </remarks>
public static class CanLinks
{
    /// <summary>The interfaces that there are now, by index.</summary>
    public static IReadOnlyList<CanLink> All() => LinkControl.All();

    /// <summary>An interface as it is now.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CanInterfaceNotFoundException">There is none of that name; the message lists those that are there.</exception>
    /// <exception cref="CanNotSupportedException">It is no CAN interface.</exception>
    public static CanLink Get(string name) => LinkControl.Get(name);

    /// <summary>
    /// What becomes of the interfaces: at first each that is there, as <see cref="CanLinkChangeKind.Added"/>, then what comes, changes and
    /// goes, when the kernel reports it. Delivered one at a time on a thread that each subscription has for itself.
    /// </summary>
    /// <remarks>
    /// The kernel reports neither statistics and error counters nor the states between error active and error passive; they come with the next
    /// other change, or by polling. If it loses reports, because an observer is slow, all interfaces are looked at anew: what happened to an
    /// interface meanwhile comes as one change.
    /// </remarks>
    /// <param name="poll">How often to look for what the kernel does not report; never if null.</param>
    /// <param name="scheduler">Measures that; <see cref="DefaultScheduler"/> if null.</param>
    /// <returns>A cold observable that ends with <see cref="CanBusException"/> if the kernel cannot be asked, else never.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The period is zero or negative.</exception>
    public static IObservable<CanLinkChange> Watch(TimeSpan? poll = null, IScheduler? scheduler = null)
    {
        if (poll <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(poll), poll, "A period is positive.");
        return LinkControl.Watch(poll, scheduler);
    }

    /// <summary>
    /// Changes an interface, as <c>ip link set</c> does. What is so already is left alone, so that it may be called again while the interface
    /// is in use.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="settings">What to change.</param>
    /// <exception cref="CanInterfaceBusyException">It is up, and something can be changed only while it is down.</exception>
    /// <exception cref="CanNotSupportedException">The driver cannot do it; the message names the option.</exception>
    /// <exception cref="CanInterfaceNotFoundException">There is none of that name; the message lists those that are there.</exception>
    /// <exception cref="CanPermissionException">It takes <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="CanBusException">The kernel refused, for example a bit rate that the controller's clock cannot give.</exception>
    /// <exception cref="ArgumentException">A data bit rate without CAN FD.</exception>
    public static void Configure(string name, CanLinkSettings settings) => LinkControl.Configure(name, settings);

    /// <summary>Sets an interface up. A controller needs a bit rate first.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CanBusException">As <see cref="Configure"/> throws.</exception>
    public static void Up(string name) => Configure(name, new() { IsUp = true });

    /// <summary>Sets an interface down: buses on it report that and live on.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CanBusException">As <see cref="Configure"/> throws.</exception>
    public static void Down(string name) => Configure(name, new() { IsUp = false });

    /// <summary>Restarts a controller that is bus-off. <see cref="CanObservable.RestartOnBusOff"/> does it in time.</summary>
    /// <param name="name">The interface's name.</param>
    /// <exception cref="CanInterfaceBusyException">It is not bus-off.</exception>
    /// <exception cref="CanInterfaceDownException">The interface is down.</exception>
    /// <exception cref="CanNotSupportedException">It has no controller, or the driver cannot restart it.</exception>
    /// <exception cref="CanInterfaceNotFoundException">There is none of that name; the message lists those that are there.</exception>
    /// <exception cref="CanPermissionException">It takes <c>CAP_NET_ADMIN</c>.</exception>
    public static void Restart(string name) => LinkControl.Restart(name);

    /// <summary>Creates a <c>vcan</c>, a virtual interface, with CAN FD unless <paramref name="settings"/> says otherwise.</summary>
    /// <param name="name">Its name, 1 to 15 bytes without white space, <c>/</c> and <c>:</c>.</param>
    /// <param name="settings">More of it, such as <see cref="CanLinkSettings.IsUp"/>; it is down by default.</param>
    /// <exception cref="CanInterfaceExistsException">There is an interface of that name.</exception>
    /// <exception cref="CanNotSupportedException">The kernel has no <c>vcan</c>, or the settings are for controllers.</exception>
    /// <exception cref="CanPermissionException">It takes <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="ArgumentException">The name cannot be one.</exception>
    public static void CreateVcan(string name, CanLinkSettings? settings = null) => LinkControl.CreateVcan(name, settings);

    /// <summary>
    /// Creates a pair of <c>vxcan</c>: what is sent into one comes out of the other, which may be moved to a container's network namespace.
    /// Both have CAN FD unless <paramref name="settings"/> says otherwise.
    /// </summary>
    /// <param name="name">The name of one, as for <see cref="CreateVcan"/>.</param>
    /// <param name="peer">The name of the other.</param>
    /// <param name="settings">More of both.</param>
    /// <exception cref="CanInterfaceExistsException">There is an interface of one of the names.</exception>
    /// <exception cref="CanNotSupportedException">The kernel has no <c>vxcan</c>, or the settings are for controllers.</exception>
    /// <exception cref="CanPermissionException">It takes <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="ArgumentException">A name cannot be one, or they are the same.</exception>
    public static void CreateVxcan(string name, string peer, CanLinkSettings? settings = null) =>
        LinkControl.CreateVxcan(name, peer, settings);

    /// <summary>Deletes a <c>vcan</c>, or a <c>vxcan</c> with its peer: streams of it end with an error.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CanInterfaceNotFoundException">There is none of that name; the message lists those that are there.</exception>
    /// <exception cref="CanNotSupportedException">It is hardware, or no CAN interface.</exception>
    /// <exception cref="CanPermissionException">It takes <c>CAP_NET_ADMIN</c>.</exception>
    public static void Delete(string name) => LinkControl.Delete(name);
}
