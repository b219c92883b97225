using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RxCan.J1939;

namespace RxCan.SocketCan.Interop;

/// <summary>
/// Constants of the kernel's interface under their kernel names: linux/can.h, can/raw.h, can/bcm.h, can/isotp.h, can/j1939.h, socket.h,
/// net_tstamp.h, errqueue.h, filter.h and if.h.
/// </summary>
internal static class Abi
{
    public const int AF_CAN = 29;
    public const int AF_NETLINK = 16;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_RAW = 3;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int CAN_RAW = 1;
    public const int CAN_BCM = 2;
    public const int CAN_ISOTP = 6;
    public const int CAN_J1939 = 7;

    public const int SOL_SOCKET = 1;
    public const int SO_ERROR = 4;
    public const int SO_BROADCAST = 6;
    public const int SO_RCVBUF = 8;
    public const int SO_ATTACH_FILTER = 26;
    public const int SO_RCVTIMEO_OLD = 20;
    public const int SO_RCVBUFFORCE = 33;
    public const int SO_TIMESTAMPNS_OLD = 35;
    public const int SO_TIMESTAMPING_OLD = 37;
    public const int SO_RXQ_OVFL = 40;
    public const int SCM_TIMESTAMPING_OPT_STATS = 54;
    public const int SO_MEMINFO = 55;
    public const int SO_TIMESTAMPNS_NEW = 64;
    public const int SO_TIMESTAMPING_NEW = 65;
    public const int SK_MEMINFO_RCVBUF = 1;
    public const int SK_MEMINFO_DROPS = 8;
    public const int SK_MEMINFO_VARS = 9;
    public const int SOF_TIMESTAMPING_RX_HARDWARE = 1 << 2;
    public const int SOF_TIMESTAMPING_RX_SOFTWARE = 1 << 3;
    public const int SOF_TIMESTAMPING_SOFTWARE = 1 << 4;
    public const int SOF_TIMESTAMPING_RAW_HARDWARE = 1 << 6;
    public const int SOF_TIMESTAMPING_OPT_ID = 1 << 7;
    public const int SOF_TIMESTAMPING_TX_SCHED = 1 << 8;
    public const int SOF_TIMESTAMPING_TX_ACK = 1 << 9;
    public const int SOF_TIMESTAMPING_OPT_CMSG = 1 << 10;
    public const int SOF_TIMESTAMPING_OPT_TSONLY = 1 << 11;
    public const int SOF_TIMESTAMPING_OPT_STATS = 1 << 12;
    public const int SCM_TSTAMP_ACK = 2;
    public const byte SO_EE_ORIGIN_LOCAL = 1;
    public const byte SO_EE_ORIGIN_TIMESTAMPING = 4;

    public const int SOL_CAN_J1939 = 107;
    public const int SO_J1939_FILTER = 1;
    public const int SO_J1939_PROMISC = 2;
    public const int SO_J1939_SEND_PRIO = 3;
    public const int SO_J1939_ERRQUEUE = 4;
    public const int SCM_J1939_DEST_ADDR = 1;
    public const int SCM_J1939_PRIO = 3;
    public const int SCM_J1939_ERRQUEUE = 4;
    public const int J1939_FILTER_MAX = 512;
    public const uint J1939_NO_PGN = 0x40000;
    public const uint J1939_PGN_MAX = 0x3FFFF;
    public const int J1939_NLA_BYTES_ACKED = 1;
    public const int J1939_NLA_TOTAL_SIZE = 2;
    public const int J1939_NLA_PGN = 3;
    public const int J1939_NLA_SRC_ADDR = 6;
    public const uint J1939_EE_INFO_TX_ABORT = 1;
    public const uint J1939_EE_INFO_RX_RTS = 2;
    public const uint J1939_EE_INFO_RX_DPO = 3;
    public const uint J1939_EE_INFO_RX_ABORT = 4;

    public const int SOL_CAN_RAW = 101;
    public const int CAN_RAW_FILTER = 1;
    public const int CAN_RAW_ERR_FILTER = 2;
    public const int CAN_RAW_LOOPBACK = 3;
    public const int CAN_RAW_RECV_OWN_MSGS = 4;
    public const int CAN_RAW_FD_FRAMES = 5;
    public const int CAN_MTU = 16;
    public const int CANFD_MTU = 72;
    public const byte CANFD_FDF = 4;

    public const uint TX_SETUP = 1;
    public const uint TX_DELETE = 2;
    public const uint TX_READ = 3;
    public const uint RX_SETUP = 5;
    public const uint RX_DELETE = 6;
    public const uint TX_STATUS = 8;
    public const uint TX_EXPIRED = 9;
    public const uint RX_TIMEOUT = 11;
    public const uint RX_CHANGED = 12;
    public const uint SETTIMER = 0x1;
    public const uint STARTTIMER = 0x2;
    public const uint TX_COUNTEVT = 0x4;
    public const uint TX_ANNOUNCE = 0x8;
    public const uint RX_CHECK_DLC = 0x40;
    public const uint RX_ANNOUNCE_RESUME = 0x100;
    public const uint RX_RTR_FRAME = 0x400;
    public const uint CAN_FD_FRAME = 0x800;

    public const int SOL_CAN_ISOTP = 106;
    public const int CAN_ISOTP_OPTS = 1;
    public const int CAN_ISOTP_RECV_FC = 2;
    public const int CAN_ISOTP_LL_OPTS = 5;
    public const uint CAN_ISOTP_LISTEN_MODE = 0x1;
    public const uint CAN_ISOTP_EXTEND_ADDR = 0x2;
    public const uint CAN_ISOTP_TX_PADDING = 0x4;
    public const uint CAN_ISOTP_RX_EXT_ADDR = 0x200;
    public const uint CAN_ISOTP_DYN_FC_PARMS = 0x2000;
    public const uint CAN_ISOTP_FRAME_TXTIME_ZERO = 0xFFFF_FFFF;
    public const byte CANFD_BRS = 1;

    public const ushort BPF_LD_B_ABS = 0x30;
    public const ushort BPF_ALU_AND_K = 0x54;
    public const ushort BPF_ALU_SUB_K = 0x14;
    public const ushort BPF_MISC_TAX = 0x07;
    public const ushort BPF_JMP_JEQ_K = 0x15;
    public const ushort BPF_JMP_JGE_K = 0x35;
    public const ushort BPF_JMP_JGE_X = 0x3D;
    public const ushort BPF_RET_K = 0x06;

    public const int MSG_DONTROUTE = 0x4;
    public const int MSG_TRUNC = 0x20;
    public const int MSG_DONTWAIT = 0x40;
    public const int MSG_CONFIRM = 0x800;
    public const int MSG_ERRQUEUE = 0x2000;
    public const int MSG_WAITFORONE = 0x10000;

    public const int EPOLL_CLOEXEC = 0x80000;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const uint EPOLLIN = 1;
    public const uint EPOLLOUT = 4;
    public const uint EPOLLERR = 8;
    public const uint EPOLLET = 1u << 31;
    public const short POLLIN = 1;
    public const short POLLOUT = 4;
    public const int EFD_CLOEXEC = 0x80000;
    public const int EFD_NONBLOCK = 0x800;

    public const int IFNAMSIZ = 16;
    public const int SIOCGIFNAME = 0x8910;
    public const int SIOCGIFFLAGS = 0x8913;
    public const int SIOCGIFMTU = 0x8921;
    public const int SIOCGIFHWADDR = 0x8927;
    public const int SIOCGIFINDEX = 0x8933;
    public const uint IFF_UP = 0x1;
    public const uint IFF_RUNNING = 0x40;
    public const uint IFF_ECHO = 1 << 18;
    public const int ARPHRD_CAN = 280;

    public const int SIGURG = 23;

    // The old form has the system's time_t, which ends in 2038 if it has 32 bits; otherwise both are alike.
    public static readonly int SO_TIMESTAMPNS = nint.Size == 4 ? SO_TIMESTAMPNS_NEW : SO_TIMESTAMPNS_OLD;
    public static readonly int SO_TIMESTAMPING = nint.Size == 4 ? SO_TIMESTAMPING_NEW : SO_TIMESTAMPING_OLD;
}

/// <summary><c>struct can_frame</c> and <c>struct canfd_frame</c>: the classic frame's raw DLC is where CAN FD has a reserved byte.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RawFrame
{
    public uint Id;
    public byte Length;
    public byte Flags;
    public byte Reserved;
    public byte Len8Dlc;
    public RawData Data;

    [InlineArray(64)]
    public struct RawData
    {
        public byte First;
    }
}

/// <summary><c>struct bcm_msg_head</c>; the frames follow after <see cref="Size"/> bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BcmMsgHead
{
    public uint Opcode;
    public uint Flags;
    public uint Count;
    public BcmTimeVal Interval1;
    public BcmTimeVal Interval2;
    public uint Id;
    public uint Frames;

    /// <summary>Its size in bytes: that of its fields, padded to a frame's alignment.</summary>
    public static int Size => (Unsafe.SizeOf<BcmMsgHead>() + 7) & ~7;
}

/// <summary><c>struct bcm_timeval</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BcmTimeVal(TimeSpan time)
{
    public nint Seconds = (nint)(Microseconds(time) / 1_000_000);
    public nint Fraction = (nint)(Microseconds(time) % 1_000_000);

    private static long Microseconds(TimeSpan time) =>
        (time.Ticks + (TimeSpan.TicksPerMicrosecond / 2)) / TimeSpan.TicksPerMicrosecond;
}

/// <summary><c>struct can_isotp_options</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CanIsoTpOptions
{
    public uint Flags;
    public uint FrameTxTime; // ns
    public byte ExtAddress;
    public byte TxPadContent;
    public byte RxPadContent;
    public byte RxExtAddress;
}

/// <summary><c>struct can_isotp_fc_options</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CanIsoTpFcOptions
{
    public byte Bs;
    public byte STmin;
    public byte WftMax;
}

/// <summary><c>struct can_isotp_ll_options</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CanIsoTpLlOptions
{
    public byte Mtu;
    public byte TxDl;
    public byte TxFlags;
}

/// <summary><c>struct sock_filter</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SockFilter(ushort code, uint k, byte jumpTrue = 0, byte jumpFalse = 0)
{
    public ushort Code = code;
    public byte JumpTrue = jumpTrue;
    public byte JumpFalse = jumpFalse;
    public uint K = k;
}

/// <summary><c>struct sock_fprog</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SockFProg
{
    public ushort Length;
    public SockFilter* Filter;
}

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    public int File;
    public short Events;
    public short Returned;
}

/// <summary><c>struct sockaddr_can</c>, a union of the protocols' fields.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal struct SockAddrCan
{
    [FieldOffset(0)]
    public ushort Family;

    [FieldOffset(4)]
    public int IfIndex;

    [FieldOffset(8)]
    public uint RxId;

    [FieldOffset(12)]
    public uint TxId;

    [FieldOffset(8)]
    public ulong J1939Name;

    [FieldOffset(16)]
    public uint J1939Pgn;

    [FieldOffset(20)]
    public byte J1939Address;
}

/// <summary><c>struct j1939_filter</c>.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal struct J1939KernelFilter
{
    public ulong Name;
    public ulong NameMask;
    public uint Pgn;
    public uint PgnMask;
    public byte Address;
    public byte AddressMask;
}

/// <summary><c>struct sock_extended_err</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SockExtendedErr
{
    public uint Errno;
    public byte Origin;
    public byte Type;
    public byte Code;
    public byte Pad;
    public uint Info;
    public uint Data;
}

/// <summary><c>struct ifreq</c>, which has a union after the name.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal struct IfReq
{
    [FieldOffset(0)]
    public IfName Name;

    [FieldOffset(Abi.IFNAMSIZ)]
    public int Value;

    [FieldOffset(Abi.IFNAMSIZ)]
    public ushort Short; // ifr_flags, and the sa_family of ifr_hwaddr

    [InlineArray(Abi.IFNAMSIZ)]
    public struct IfName
    {
        public byte First;
    }
}

/// <summary><c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVec
{
    public void* Base;
    public nint Length;
}

/// <summary><c>struct mmsghdr</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MMsgHdr
{
    public MsgHdr Header;
    public uint Received;
}

/// <summary><c>struct msghdr</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MsgHdr
{
    public void* Name;
    public int NameLength;
    public IoVec* Iov;
    public nint IovLength;
    public byte* Control;
    public nint ControlLength;
    public int Flags;
}

/// <summary><c>struct cmsghdr</c>; the data follows it, and the next header starts at a multiple of a word.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CMsgHdr
{
    public nint Length;
    public int Level;
    public int Type;
}

/// <summary><c>struct __kernel_timespec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;

    public readonly long UnixNanoseconds => (Seconds * 1_000_000_000) + Nanoseconds;

    public readonly long UtcTicks => DateTime.UnixEpoch.Ticks + (Seconds * TimeSpan.TicksPerSecond) + (Nanoseconds / TimeSpan.NanosecondsPerTick);
}

/// <summary><c>struct if_nameindex</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IfNameIndex
{
    public uint Index;
    public nint Name;
}
