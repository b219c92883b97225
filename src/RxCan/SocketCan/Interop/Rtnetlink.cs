using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RxCan.SocketCan.Interop;

/// <summary>Constants of rtnetlink(7) under their kernel names: linux/netlink.h, rtnetlink.h, if_link.h, can/netlink.h and can/vxcan.h.</summary>
internal static class Rtnetlink
{
    public const int NETLINK_ROUTE = 0;
    public const int SOL_NETLINK = 270;
    public const int NETLINK_CAP_ACK = 10;
    public const int NETLINK_EXT_ACK = 11;
    public const int RTMGRP_LINK = 1;

    public const ushort NLMSG_ERROR = 2;
    public const ushort NLMSG_DONE = 3;
    public const ushort RTM_NEWLINK = 16;
    public const ushort RTM_DELLINK = 17;
    public const ushort RTM_GETLINK = 18;

    public const ushort NLM_F_REQUEST = 0x1;
    public const ushort NLM_F_MULTI = 0x2;
    public const ushort NLM_F_ACK = 0x4;
    public const ushort NLM_F_DUMP_INTR = 0x10;
    public const ushort NLM_F_CAPPED = 0x100;
    public const ushort NLM_F_EXCL = 0x200;
    public const ushort NLM_F_ACK_TLVS = 0x200;
    public const ushort NLM_F_DUMP = 0x300;
    public const ushort NLM_F_CREATE = 0x400;

    public const ushort NLA_F_NESTED = 0x8000;
    public const ushort NLA_TYPE_MASK = 0x3FFF;
    public const ushort NLMSGERR_ATTR_MSG = 1;

    public const ushort IFLA_IFNAME = 3;
    public const ushort IFLA_MTU = 4;
    public const ushort IFLA_LINK = 5;
    public const ushort IFLA_QDISC = 6;
    public const ushort IFLA_TXQLEN = 13;
    public const ushort IFLA_LINKINFO = 18;
    public const ushort IFLA_STATS64 = 23;
    public const ushort IFLA_LINK_NETNSID = 37;
    public const ushort IFLA_PARENT_DEV_NAME = 56;
    public const ushort IFLA_PARENT_DEV_BUS_NAME = 57;

    public const ushort IFLA_INFO_KIND = 1;
    public const ushort IFLA_INFO_DATA = 2;
    public const ushort IFLA_INFO_XSTATS = 3;
    public const ushort VXCAN_INFO_PEER = 1;

    public const ushort IFLA_CAN_BITTIMING = 1;
    public const ushort IFLA_CAN_BITTIMING_CONST = 2;
    public const ushort IFLA_CAN_CLOCK = 3;
    public const ushort IFLA_CAN_STATE = 4;
    public const ushort IFLA_CAN_CTRLMODE = 5;
    public const ushort IFLA_CAN_RESTART_MS = 6;
    public const ushort IFLA_CAN_RESTART = 7;
    public const ushort IFLA_CAN_BERR_COUNTER = 8;
    public const ushort IFLA_CAN_DATA_BITTIMING = 9;
    public const ushort IFLA_CAN_DATA_BITTIMING_CONST = 10;
    public const ushort IFLA_CAN_TERMINATION = 11;
    public const ushort IFLA_CAN_CTRLMODE_EXT = 17;
    public const ushort IFLA_CAN_CTRLMODE_SUPPORTED = 1;
}

/// <summary><c>struct sockaddr_nl</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SockAddrNl
{
    public ushort Family;
    public ushort Pad;
    public uint Pid;
    public uint Groups;
}

/// <summary><c>struct nlmsghdr</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NlMsgHdr
{
    public uint Length;
    public ushort Type;
    public ushort Flags;
    public uint Sequence;
    public uint Pid;
}

/// <summary><c>struct ifinfomsg</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IfInfoMsg
{
    public byte Family;
    public byte Pad;
    public ushort Type;
    public int Index;
    public uint Flags;
    public uint Change;
}

/// <summary><c>struct rtnl_link_stats64</c>, the part that CAN drivers fill.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RtnlLinkStats64
{
    public ulong RxPackets;
    public ulong TxPackets;
    public ulong RxBytes;
    public ulong TxBytes;
    public ulong RxErrors;
    public ulong TxErrors;
    public ulong RxDropped;
    public ulong TxDropped;
    public ulong Multicast;
    public ulong Collisions;
    public ulong RxLengthErrors;
    public ulong RxOverErrors;
}

/// <summary><c>struct can_bittiming</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CanBittiming
{
    public uint Bitrate;
    public uint SamplePoint;
    public uint Tq;
    public uint PropSeg;
    public uint PhaseSeg1;
    public uint PhaseSeg2;
    public uint Sjw;
    public uint Brp;
}

/// <summary><c>struct can_bittiming_const</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CanBittimingConst
{
    public HardwareName Name;
    public uint Tseg1Min;
    public uint Tseg1Max;
    public uint Tseg2Min;
    public uint Tseg2Max;
    public uint SjwMax;
    public uint BrpMin;
    public uint BrpMax;
    public uint BrpInc;

    [InlineArray(16)]
    public struct HardwareName
    {
        public byte First;
    }
}

/// <summary><c>struct can_ctrlmode</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CanCtrlmode
{
    public uint Mask;
    public uint Flags;
}

/// <summary><c>struct can_berr_counter</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CanBerrCounter
{
    public ushort TxErr;
    public ushort RxErr;
}

/// <summary><c>struct can_device_stats</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CanDeviceStats
{
    public uint BusError;
    public uint ErrorWarning;
    public uint ErrorPassive;
    public uint BusOff;
    public uint ArbitrationLost;
    public uint Restarts;
}
