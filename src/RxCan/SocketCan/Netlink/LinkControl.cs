using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan.Bus;
using RxCan.Links;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.Netlink;

/// <summary>Implements <see cref="CanLinks"/> over rtnetlink.</summary>
internal static class LinkControl
{
    private const string Vcan = "vcan";
    private const string Vxcan = "vxcan";

    public static IReadOnlyList<CanLink> All()
    {
        using var client = new LinkClient(BusName.Any);
        return client.All();
    }

    public static CanLink Get(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        using var client = new LinkClient(name);
        return client.Get(name);
    }

    public static IObservable<CanLinkChange> Watch(TimeSpan? poll, IScheduler? scheduler) => Observable.Create<CanLinkChange>(observer =>
        {
            try
            {
                if (!OperatingSystem.IsLinux())
                    throw SocketCanError.NoSystem(BusName.Any);
                var watch = new LinkWatch(observer);
                if (poll is not { } period)
                    return watch;
                var polling = DueTimer.Every(period, scheduler ?? DefaultScheduler.Instance).Subscribe(_ => watch.Poll());
                return StableCompositeDisposable.Create(polling, watch);
            }
            catch (IOException e)
            {
                observer.OnError(e as CanBusException ?? new CanBusException(BusName.Any, $"Cannot watch the interfaces: {e.Message}", e));
                return Disposable.Empty;
            }
        });

    public static void Configure(string name, CanLinkSettings settings)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Check(settings);
        using var client = new LinkClient(name);
        var link = client.Get(name);
        if (settings.IsUp == false && link.IsUp)
        {
            SetDown(client, link);
            link = link with { IsUp = false };
        }

        var request = new LinkRequest(link, settings);
        if (request.IsEmpty)
            return;
        var (error, message) = client.Request(Rtnetlink.RTM_NEWLINK, 0, request.Header, request.Write);
        if (error != Errno.None)
            throw request.Refused(error, message);
    }

    public static void Restart(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        using var client = new LinkClient(name);
        var link = client.Get(name);
        if (link.Controller is not { } controller)
            throw new CanNotSupportedException(name, $"{name}: a {link.Kind} has no controller to restart.");
        if (!link.IsUp)
            throw SocketCanError.IsDown(name);
        var (error, message) = client.Request(Rtnetlink.RTM_NEWLINK, 0, new() { Index = link.Index }, static (ref NetlinkWriter request) =>
        {
            var info = request.BeginNested(Rtnetlink.IFLA_LINKINFO);
            request.Attribute(Rtnetlink.IFLA_INFO_KIND, LinkMessage.ControllerKind);
            var data = request.BeginNested(Rtnetlink.IFLA_INFO_DATA);
            request.Attribute(Rtnetlink.IFLA_CAN_RESTART, 1);
            request.End(data);
            request.End(info);
        });
        if (error != Errno.None)
        {
            var isAutomatic = controller.RestartDelay > TimeSpan.Zero;
            var hint = isAutomatic
                ? $"The kernel restarts it automatically, {controller.RestartDelay.TotalMilliseconds} ms after bus-off: see CanLinkSettings.RestartDelay."
                : controller.State != CanState.BusOff ? $"The controller is not bus-off, but {controller.State}." : null;
            throw LinkError.Of(name, "restart the controller", isAutomatic && error == Errno.EINVAL ? Errno.EBUSY : error, message, hint);
        }
    }

    public static void CreateVcan(string name, CanLinkSettings? settings) => Create(Vcan, name, null, settings);

    public static void CreateVxcan(string name, string peer, CanLinkSettings? settings)
    {
        CheckName(peer);
        if (name == peer)
            throw new ArgumentException($"The two ends of a vxcan need different names, not {name} twice.", nameof(peer));
        Create(Vxcan, name, peer, settings is null ? null : settings with { IsUp = null });
        if (settings?.IsUp != true)
            return;
        Configure(name, new() { IsUp = true }); // not while creating them: one end cannot be up without the other
        Configure(peer, new() { IsUp = true });
    }

    public static void Delete(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        using var client = new LinkClient(name);
        var link = client.Get(name);
        if (link.Kind is not (Vcan or Vxcan)) // the kernel would report success and do nothing
            throw new CanNotSupportedException(name, $"{name}: only vcan and vxcan can be deleted. Unplug {link.Device}, or unload its driver.");
        var (error, message) = client.Request(Rtnetlink.RTM_DELLINK, 0, new() { Index = link.Index }, static (ref NetlinkWriter _) => { });
        if (error != Errno.None)
            throw LinkError.Of(name, "delete the interface", error, message);
    }

    private static void Create(string kind, string name, string? peer, CanLinkSettings? settings)
    {
        CheckName(name);
        settings ??= new();
        Check(settings);
        using var client = new LinkClient(name);
        var request = new LinkRequest(new() { Name = name, Index = 0, Kind = kind }, settings with { Fd = settings.Fd ?? true });
        var header = request.Header;
        const int Flags = Rtnetlink.NLM_F_CREATE | Rtnetlink.NLM_F_EXCL;
        var (error, message) = client.Request(Rtnetlink.RTM_NEWLINK, Flags, header, (ref NetlinkWriter link) =>
        {
            link.Attribute(Rtnetlink.IFLA_IFNAME, name);
            request.Write(ref link);
            var info = link.BeginNested(Rtnetlink.IFLA_LINKINFO);
            link.Attribute(Rtnetlink.IFLA_INFO_KIND, kind);
            if (peer is not null)
            {
                var data = link.BeginNested(Rtnetlink.IFLA_INFO_DATA);
                var other = link.BeginNested(Rtnetlink.VXCAN_INFO_PEER);
                link.Append(header);
                link.Attribute(Rtnetlink.IFLA_IFNAME, peer);
                request.Write(ref link);
                link.End(other);
                link.End(data);
            }

            link.End(info);
        });
        if (error != Errno.None)
        {
            throw LinkError.Of(name, $"create a {kind}", error, message, error switch
            {
                Errno.EOPNOTSUPP => $"Load it into the kernel with: modprobe {kind}",
                Errno.EEXIST => $"Call CanLinks.Delete(\"{name}\") first, or choose another name.",
                _ => null,
            });
        }
    }

    private static void SetDown(LinkClient client, CanLink link)
    {
        var header = new IfInfoMsg { Index = link.Index, Change = Abi.IFF_UP };
        var (error, message) = client.Request(Rtnetlink.RTM_NEWLINK, 0, header, static (ref NetlinkWriter _) => { });
        if (error != Errno.None)
            throw LinkError.Of(link.Name, "set the interface down", error, message);
    }

    private static void Check(CanLinkSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Fd == false && settings.DataBitrate is not null)
            throw new ArgumentException("DataBitrate needs CAN FD: leave out either DataBitrate or Fd = false.", nameof(settings));
    }

    private static void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!Interfaces.IsName(name) || name is "." or ".." || name.Any(c => char.IsWhiteSpace(c) || c is '/' or ':'))
        {
            throw new ArgumentException(
                $"'{name}' cannot be an interface name: use 1 to {Abi.IFNAMSIZ - 1} bytes without white space, zeros, '/' and ':'.", nameof(name));
        }
    }
}
