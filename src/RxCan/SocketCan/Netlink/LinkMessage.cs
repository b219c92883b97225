using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RxCan.Links;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Netlink;

/// <summary>Reads the description of a CAN interface from an <c>RTM_NEWLINK</c> message.</summary>
internal static class LinkMessage
{
    /// <summary>The kind of an interface with a controller.</summary>
    public const string ControllerKind = "can";

    /// <summary>The interface; null if it is not a CAN interface, or the message is not one of rtnetlink's.</summary>
    public static CanLink? Read(ReadOnlySpan<byte> payload)
    {
        // Messages of another family, such as a bridge's, are incomplete.
        if (!MemoryMarshal.TryRead(payload, out IfInfoMsg info) || info.Family != 0 || info.Type != Abi.ARPHRD_CAN)
            return null;
        string name = "", device = "", bus = "", kind = "";
        int mtu = 0, length = 0;
        int? peer = null;
        var isElsewhere = false;
        CanController? controller = null;
        CanLinkStatistics statistics = default;
        var attributes = new AttributeReader(payload[Unsafe.SizeOf<IfInfoMsg>()..]);
        while (attributes.Read())
        {
            switch (attributes.Type)
            {
                case Rtnetlink.IFLA_IFNAME:
                    name = attributes.Text;
                    break;
                case Rtnetlink.IFLA_MTU:
                    mtu = attributes.As<int>();
                    break;
                case Rtnetlink.IFLA_TXQLEN:
                    length = attributes.As<int>();
                    break;
                case Rtnetlink.IFLA_LINK:
                    peer = attributes.As<int>();
                    break;
                case Rtnetlink.IFLA_LINK_NETNSID:
                    isElsewhere = true;
                    break;
                case Rtnetlink.IFLA_PARENT_DEV_NAME:
                    device = attributes.Text;
                    break;
                case Rtnetlink.IFLA_PARENT_DEV_BUS_NAME:
                    bus = attributes.Text;
                    break;
                case Rtnetlink.IFLA_STATS64:
                    statistics = Statistics(attributes.As<RtnlLinkStats64>());
                    break;
                case Rtnetlink.IFLA_LINKINFO:
                    (kind, controller) = LinkInfo(attributes.Nested);
                    break;
            }
        }

        return name == "" ? null : new()
        {
            Name = name,
            Index = info.Index,
            Kind = kind,
            IsUp = (info.Flags & Abi.IFF_UP) != 0,
            IsRunning = (info.Flags & Abi.IFF_RUNNING) != 0,
            Mtu = mtu,
            TransmitQueueLength = length,
            PeerIndex = isElsewhere || peer == 0 ? null : peer,
            Device = $"{bus} {device}".Trim(),
            Controller = controller,
            Statistics = statistics,
        };
    }

    private static (string Kind, CanController? Controller) LinkInfo(AttributeReader attributes)
    {
        var kind = "";
        AttributeReader data = default;
        var statistics = default(CanDeviceStats);
        while (attributes.Read())
        {
            switch (attributes.Type)
            {
                case Rtnetlink.IFLA_INFO_KIND:
                    kind = attributes.Text;
                    break;
                case Rtnetlink.IFLA_INFO_DATA:
                    data = attributes.Nested;
                    break;
                case Rtnetlink.IFLA_INFO_XSTATS:
                    statistics = attributes.As<CanDeviceStats>();
                    break;
            }
        }

        return (kind, kind == ControllerKind ? Controller(data, statistics) : null);
    }

    private static CanController Controller(AttributeReader attributes, in CanDeviceStats statistics)
    {
        var controller = new CanController
        {
            Statistics = new()
            {
                BusErrors = statistics.BusError,
                ErrorWarnings = statistics.ErrorWarning,
                ErrorPassives = statistics.ErrorPassive,
                BusOffs = statistics.BusOff,
                ArbitrationsLost = statistics.ArbitrationLost,
                Restarts = statistics.Restarts,
            },
        };
        while (attributes.Read())
        {
            controller = attributes.Type switch
            {
                Rtnetlink.IFLA_CAN_STATE => controller with { State = (CanState)attributes.As<int>() },
                Rtnetlink.IFLA_CAN_BITTIMING => controller with { BitTiming = Timing(attributes.As<CanBittiming>()) },
                Rtnetlink.IFLA_CAN_DATA_BITTIMING => controller with { DataBitTiming = Timing(attributes.As<CanBittiming>()) },
                Rtnetlink.IFLA_CAN_BITTIMING_CONST => controller with { Limits = Limits(attributes.As<CanBittimingConst>()) },
                Rtnetlink.IFLA_CAN_DATA_BITTIMING_CONST => controller with { DataLimits = Limits(attributes.As<CanBittimingConst>()) },
                Rtnetlink.IFLA_CAN_CTRLMODE => controller with { Modes = (CanControllerModes)attributes.As<CanCtrlmode>().Flags },
                Rtnetlink.IFLA_CAN_CTRLMODE_EXT => controller with { SupportedModes = SupportedModes(attributes.Nested) },
                Rtnetlink.IFLA_CAN_CLOCK => controller with { ClockFrequency = attributes.As<uint>() },
                Rtnetlink.IFLA_CAN_RESTART_MS => controller with { RestartDelay = TimeSpan.FromMilliseconds((long)attributes.As<uint>()) },
                Rtnetlink.IFLA_CAN_BERR_COUNTER => controller with { ErrorCounters = Counters(attributes.As<CanBerrCounter>()) },
                Rtnetlink.IFLA_CAN_TERMINATION => controller with { Termination = attributes.As<ushort>() },
                _ => controller,
            };
        }

        return controller;
    }

    private static CanControllerModes? SupportedModes(AttributeReader attributes)
    {
        while (attributes.Read())
        {
            if (attributes.Type == Rtnetlink.IFLA_CAN_CTRLMODE_SUPPORTED)
                return (CanControllerModes)attributes.As<int>();
        }

        return null;
    }

    private static CanErrorCounters Counters(CanBerrCounter counter) => new(counter.TxErr, counter.RxErr);

    private static CanBitTiming? Timing(in CanBittiming timing) => timing.Bitrate == 0 ? null : new()
    {
        Bitrate = (int)timing.Bitrate,
        SamplePoint = timing.SamplePoint / 1000.0,
        TimeQuantum = (int)timing.Tq,
        PropagationSegment = (int)timing.PropSeg,
        PhaseSegment1 = (int)timing.PhaseSeg1,
        PhaseSegment2 = (int)timing.PhaseSeg2,
        SyncJumpWidth = (int)timing.Sjw,
        Prescaler = (int)timing.Brp,
    };

    private static CanBitTimingLimits Limits(in CanBittimingConst limits) => new()
    {
        Hardware = AttributeReader.TextOf(limits.Name),
        Segment1Min = (int)limits.Tseg1Min,
        Segment1Max = (int)limits.Tseg1Max,
        Segment2Min = (int)limits.Tseg2Min,
        Segment2Max = (int)limits.Tseg2Max,
        SyncJumpWidthMax = (int)limits.SjwMax,
        PrescalerMin = (int)limits.BrpMin,
        PrescalerMax = (int)limits.BrpMax,
        PrescalerStep = (int)limits.BrpInc,
    };

    private static CanLinkStatistics Statistics(in RtnlLinkStats64 stats) => new()
    {
        ReceivedFrames = (long)stats.RxPackets,
        ReceivedBytes = (long)stats.RxBytes,
        ReceiveErrors = (long)stats.RxErrors,
        ReceiveDropped = (long)stats.RxDropped,
        ReceiveOverruns = (long)stats.RxOverErrors,
        SentFrames = (long)stats.TxPackets,
        SentBytes = (long)stats.TxBytes,
        SendErrors = (long)stats.TxErrors,
        SendDropped = (long)stats.TxDropped,
    };
}
