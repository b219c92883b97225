using System.Globalization;
using RxCan.Links;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Netlink;

/// <summary>The changes to an interface for <c>RTM_NEWLINK</c>: the settings that differ from its current state.</summary>
internal sealed class LinkRequest
{
    private const int ClassicMtu = Abi.CAN_MTU;
    private const int FdMtu = Abi.CANFD_MTU;

    private readonly CanLink _link;
    private readonly List<string> _options = [];
    private readonly CanControllerModes _mask;
    private readonly CanControllerModes _modes;
    private readonly CanBittiming? _timing;
    private readonly CanBittiming? _dataTiming;
    private readonly uint? _restartMs;
    private readonly int? _mtu;
    private readonly int? _queue;
    private readonly bool _goesUp;

    /// <exception cref="CanNotSupportedException">An option needs a controller, and the interface has none.</exception>
    /// <exception cref="CanBusException">An option needs another one that is not set.</exception>
    public LinkRequest(CanLink link, CanLinkSettings settings)
    {
        _link = link;
        var fd = settings.Fd ?? (settings.DataBitrate is null ? null : true);
        if (link.Controller is { } controller)
        {
            Span<(string Name, CanControllerModes Mode, bool? Wanted)> modes =
            [
                (nameof(settings.Fd), CanControllerModes.Fd, fd),
                (nameof(settings.ListenOnly), CanControllerModes.ListenOnly, settings.ListenOnly),
                (nameof(settings.Loopback), CanControllerModes.Loopback, settings.Loopback),
                (nameof(settings.OneShot), CanControllerModes.OneShot, settings.OneShot),
                (nameof(settings.TripleSampling), CanControllerModes.TripleSampling, settings.TripleSampling),
                (nameof(settings.BusErrorReporting), CanControllerModes.BusErrorReporting, settings.BusErrorReporting),
                (nameof(settings.PresumeAck), CanControllerModes.PresumeAck, settings.PresumeAck),
                (nameof(settings.FdNonIso), CanControllerModes.FdNonIso, settings.FdNonIso),
                (nameof(settings.RawDlc), CanControllerModes.RawDlc, settings.RawDlc),
            ];
            foreach (var (name, mode, wanted) in modes)
            {
                if (wanted is not { } isOn || isOn == controller.Modes.HasFlag(mode))
                    continue;
                _mask |= mode;
                _modes |= isOn ? mode : 0;
                Add(name, isOn);
            }

            _timing = Timing(
                controller.BitTiming, settings.Bitrate, settings.SamplePoint, nameof(settings.Bitrate), nameof(settings.SamplePoint));
            _dataTiming = Timing(
                controller.DataBitTiming, settings.DataBitrate, settings.DataSamplePoint, nameof(settings.DataBitrate),
                nameof(settings.DataSamplePoint));
            if (_dataTiming is not null || _modes.HasFlag(CanControllerModes.Fd))
            {
                // The kernel accepts a data bit timing only together with the mode and the nominal bit timing.
                _mask |= CanControllerModes.Fd;
                _modes |= CanControllerModes.Fd;
                _timing ??= Again(controller.BitTiming, nameof(settings.Bitrate));
                _dataTiming ??= Again(controller.DataBitTiming, nameof(settings.DataBitrate));
            }

            if (settings.RestartDelay is { } delay && delay != controller.RestartDelay)
            {
                _restartMs = (uint)delay.TotalMilliseconds;
                Add(nameof(settings.RestartDelay), delay);
            }
        }
        else
        {
            ThrowIfForController(settings);
            if (fd is { } isFd && isFd != link.IsFd)
            {
                _mtu = isFd ? FdMtu : ClassicMtu;
                Add(nameof(settings.Fd), isFd);
            }
        }

        if (settings.TransmitQueueLength is { } queue && queue != link.TransmitQueueLength)
        {
            _queue = queue;
            Add(nameof(settings.TransmitQueueLength), queue);
        }

        _goesUp = settings.IsUp == true && !link.IsUp;
        if (_goesUp)
            Add(nameof(settings.IsUp), true);
    }

    public bool IsEmpty => _options.Count == 0;

    public IfInfoMsg Header => new()
    {
        Index = _link.Index,
        Flags = _goesUp ? Abi.IFF_UP : 0,
        Change = _goesUp ? Abi.IFF_UP : 0,
    };

    private bool HasControllerPart => _mask != 0 || _timing is not null || _restartMs is not null;

    /// <summary>Writes the attributes of the interface itself and of its controller.</summary>
    public void Write(ref NetlinkWriter message)
    {
        if (_mtu is { } mtu)
            message.Attribute(Rtnetlink.IFLA_MTU, mtu);
        if (_queue is { } queue)
            message.Attribute(Rtnetlink.IFLA_TXQLEN, queue);
        if (!HasControllerPart)
            return;
        var info = message.BeginNested(Rtnetlink.IFLA_LINKINFO);
        message.Attribute(Rtnetlink.IFLA_INFO_KIND, LinkMessage.ControllerKind);
        var data = message.BeginNested(Rtnetlink.IFLA_INFO_DATA);
        if (_timing is { } timing)
            message.Attribute(Rtnetlink.IFLA_CAN_BITTIMING, timing);
        if (_mask != 0)
            message.Attribute(Rtnetlink.IFLA_CAN_CTRLMODE, new CanCtrlmode { Mask = (uint)_mask, Flags = (uint)_modes });
        if (_restartMs is { } restart)
            message.Attribute(Rtnetlink.IFLA_CAN_RESTART_MS, restart);
        if (_dataTiming is { } dataTiming)
            message.Attribute(Rtnetlink.IFLA_CAN_DATA_BITTIMING, dataTiming);
        message.End(data);
        message.End(info);
    }

    /// <summary>The exception for a refusal, for which the kernel often gives no reason.</summary>
    public CanBusException Refused(Errno errno, string? message)
    {
        var name = _link.Name;
        var controller = _link.Controller;
        var hint = errno switch
        {
            Errno.EBUSY when _link.IsUp => $"The interface must be down to change these: call CanLinks.Down(\"{name}\") first.",
            Errno.EOPNOTSUPP when Unsupported() is { Length: > 0 } names =>
                $"The controller ({controller?.Limits?.Hardware ?? "its driver"}) cannot do: {names}.",
            _ when _goesUp && controller is { BitTiming: null } && _timing is null =>
                $"A controller needs its bit rate first: call CanLinks.Configure(\"{name}\", new() {{ Bitrate = 500_000, IsUp = true }}).",
            _ => null,
        };
        return LinkError.Of(name, $"set {string.Join(", ", _options)}", errno, message, hint);
    }

    private string Unsupported()
    {
        if (_link.Controller is not { } controller)
            return "";
        var missing = _modes & ~(controller.SupportedModes ?? _modes);
        var names = missing == 0 ? [] : missing.ToString().Split(", ").ToList();
        if (_dataTiming is not null && controller.DataLimits is null && missing.HasFlag(CanControllerModes.Fd))
            names.Add(nameof(CanLinkSettings.DataBitrate));
        return string.Join(", ", names);
    }

    private void Add(string name, object value) => _options.Add(string.Create(CultureInfo.InvariantCulture, $"{name} = {value}"));

    private CanBittiming? Timing(CanBitTiming? current, int? bitrate, double? samplePoint, string bitrateName, string samplePointName)
    {
        var isSame = (bitrate is null || bitrate == current?.Bitrate) &&
            (samplePoint is not { } wanted || (current is { } now && Math.Abs(wanted - now.SamplePoint) < 0.0005));
        if (isSame)
            return null;
        if (bitrate is { } rate)
            Add(bitrateName, rate);
        if (samplePoint is { } point)
            Add(samplePointName, point);
        return new()
        {
            Bitrate = (uint)(bitrate ?? current?.Bitrate ?? throw Lacks(bitrateName)),
            SamplePoint = (uint)Math.Round((samplePoint ?? 0) * 1000),
        };
    }

    private CanBittiming Again(CanBitTiming? current, string name) => current is not { } timing ? throw Lacks(name) : new()
    {
        Bitrate = (uint)timing.Bitrate,
        SamplePoint = (uint)Math.Round(timing.SamplePoint * 1000),
    };

    private CanBusException Lacks(string option) =>
        new(_link.Name, $"{_link.Name}: {string.Join(", ", _options)} needs {option}, which is not set: set it too.");

    private void ThrowIfForController(CanLinkSettings settings)
    {
        Span<(string Name, object? Value)> options =
        [
            (nameof(settings.Bitrate), settings.Bitrate),
            (nameof(settings.SamplePoint), settings.SamplePoint),
            (nameof(settings.DataBitrate), settings.DataBitrate),
            (nameof(settings.DataSamplePoint), settings.DataSamplePoint),
            (nameof(settings.ListenOnly), settings.ListenOnly),
            (nameof(settings.Loopback), settings.Loopback),
            (nameof(settings.OneShot), settings.OneShot),
            (nameof(settings.TripleSampling), settings.TripleSampling),
            (nameof(settings.BusErrorReporting), settings.BusErrorReporting),
            (nameof(settings.PresumeAck), settings.PresumeAck),
            (nameof(settings.FdNonIso), settings.FdNonIso),
            (nameof(settings.RawDlc), settings.RawDlc),
            (nameof(settings.RestartDelay), settings.RestartDelay),
        ];
        var names = new List<string>();
        foreach (var (name, value) in options)
        {
            if (value is not null)
                names.Add(name);
        }

        if (names.Count > 0)
        {
            throw new CanNotSupportedException(
                _link.Name, $"{_link.Name}: a {_link.Kind} has no controller to set {string.Join(", ", names)} of. Leave them out.");
        }
    }
}
