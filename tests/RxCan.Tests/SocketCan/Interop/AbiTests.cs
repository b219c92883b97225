using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using RxCan.SocketCan.Interop;

namespace RxCan.Tests.SocketCan.Interop;

/// <summary>The constants and structures of the kernel's interface, asserted in C against its headers: glibc and musl, 64 and 32 bits.</summary>
public sealed class AbiTests
{
    // The C library's headers and the kernel's define some structures twice, so they are compiled apart.
    private const string LibcHeaders = """
        #include <sys/socket.h>
        #include <sys/epoll.h>
        #include <sys/eventfd.h>
        #include <net/if.h>
        #include <poll.h>
        #include <signal.h>
        #include <errno.h>
        """;

    private const string KernelHeaders = """
        #include <sys/socket.h>
        #include <time.h>
        #include <asm/socket.h>
        #include <linux/can.h>
        #include <linux/can/raw.h>
        #include <linux/can/bcm.h>
        #include <linux/can/isotp.h>
        #include <linux/can/j1939.h>
        #include <linux/can/netlink.h>
        #include <linux/can/vxcan.h>
        #include <linux/errqueue.h>
        #include <linux/filter.h>
        #include <linux/if.h>
        #include <linux/if_arp.h>
        #include <linux/if_link.h>
        #include <linux/net_tstamp.h>
        #include <linux/rtnetlink.h>
        #include <linux/sock_diag.h>
        #include <linux/sockios.h>
        #include <linux/time_types.h>
        """;

    private static readonly string[] LibcNames = ["AF_", "SOCK_", "MSG_", "EPOLL", "EFD_", "POLL", "SIGURG", "SOL_NETLINK", "SO_RCVTIMEO"];

    /// <summary>What has no name in the headers.</summary>
    private static readonly Dictionary<string, string> Expressions = new()
    {
        ["BPF_LD_B_ABS"] = "BPF_LD | BPF_B | BPF_ABS",
        ["BPF_ALU_AND_K"] = "BPF_ALU | BPF_AND | BPF_K",
        ["BPF_ALU_SUB_K"] = "BPF_ALU | BPF_SUB | BPF_K",
        ["BPF_MISC_TAX"] = "BPF_MISC | BPF_TAX",
        ["BPF_JMP_JGE_X"] = "BPF_JMP | BPF_JGE | BPF_X",
        ["BPF_JMP_JEQ_K"] = "BPF_JMP | BPF_JEQ | BPF_K",
        ["BPF_JMP_JGE_K"] = "BPF_JMP | BPF_JGE | BPF_K",
        ["BPF_RET_K"] = "BPF_RET | BPF_K",
        ["SO_RCVTIMEO_OLD"] = "(sizeof(long) == 8 ? SO_RCVTIMEO : 20)", // the old time-out of 32-bit systems has no name in musl
        ["NLA_TYPE_MASK"] = "NLA_TYPE_MASK & 0xFFFF",
        ["CAN_ISOTP_DYN_FC_PARMS"] = "0x2000", // newer than the headers of Debian 12
    };

    /// <summary>Each structure in C, with its fields in the order of ours.</summary>
    private static readonly Dictionary<Type, (string Name, string Fields)> Structures = new()
    {
        [typeof(RawFrame)] = ("canfd_frame", "can_id len flags __res0 __res1 data"),
        [typeof(BcmMsgHead)] = ("bcm_msg_head", "opcode flags count ival1 ival2 can_id nframes"),
        [typeof(BcmTimeVal)] = ("bcm_timeval", "tv_sec tv_usec"),
        [typeof(CanIsoTpOptions)] = ("can_isotp_options", "flags frame_txtime ext_address txpad_content rxpad_content rx_ext_address"),
        [typeof(CanIsoTpFcOptions)] = ("can_isotp_fc_options", "bs stmin wftmax"),
        [typeof(CanIsoTpLlOptions)] = ("can_isotp_ll_options", "mtu tx_dl tx_flags"),
        [typeof(SockFilter)] = ("sock_filter", "code jt jf k"),
        [typeof(SockFProg)] = ("sock_fprog", "len filter"),
        [typeof(PollFd)] = ("pollfd", "fd events revents"),
        [typeof(SockAddrCan)] = (
            "sockaddr_can",
            "can_family can_ifindex can_addr.tp.rx_id can_addr.tp.tx_id can_addr.j1939.name can_addr.j1939.pgn can_addr.j1939.addr"),
        [typeof(J1939KernelFilter)] = ("j1939_filter", "name name_mask pgn pgn_mask addr addr_mask"),
        [typeof(SockExtendedErr)] = ("sock_extended_err", "ee_errno ee_origin ee_type ee_code ee_pad ee_info ee_data"),
        [typeof(IfReq)] = ("ifreq", "ifr_name ifr_ifindex ifr_hwaddr.sa_family"),
        [typeof(IoVec)] = ("iovec", "iov_base iov_len"),
        [typeof(MMsgHdr)] = ("mmsghdr", "msg_hdr msg_len"),
        [typeof(MsgHdr)] = ("msghdr", "msg_name msg_namelen msg_iov msg_iovlen msg_control msg_controllen msg_flags"),
        [typeof(CMsgHdr)] = ("cmsghdr", "cmsg_len cmsg_level cmsg_type"),
        [typeof(TimeSpec)] = ("__kernel_timespec", "tv_sec tv_nsec"),
        [typeof(IfNameIndex)] = ("if_nameindex", "if_index if_name"),
        [typeof(SockAddrNl)] = ("sockaddr_nl", "nl_family nl_pad nl_pid nl_groups"),
        [typeof(NlMsgHdr)] = ("nlmsghdr", "nlmsg_len nlmsg_type nlmsg_flags nlmsg_seq nlmsg_pid"),
        [typeof(IfInfoMsg)] = ("ifinfomsg", "ifi_family __ifi_pad ifi_type ifi_index ifi_flags ifi_change"),
        [typeof(RtnlLinkStats64)] = (
            "rtnl_link_stats64",
            "rx_packets tx_packets rx_bytes tx_bytes rx_errors tx_errors rx_dropped tx_dropped multicast collisions rx_length_errors rx_over_errors"),
        [typeof(CanBittiming)] = ("can_bittiming", "bitrate sample_point tq prop_seg phase_seg1 phase_seg2 sjw brp"),
        [typeof(CanBittimingConst)] = (
            "can_bittiming_const", "name tseg1_min tseg1_max tseg2_min tseg2_max sjw_max brp_min brp_max brp_inc"),
        [typeof(CanCtrlmode)] = ("can_ctrlmode", "mask flags"),
        [typeof(CanBerrCounter)] = ("can_berr_counter", "txerr rxerr"),
        [typeof(CanDeviceStats)] = ("can_device_stats", "bus_error error_warning error_passive bus_off arbitration_lost restarts"),
    };

    /// <summary>Ours are longer than needed, or hold only the first fields.</summary>
    private static readonly Type[] OtherSizes = [typeof(IfReq), typeof(RtnlLinkStats64)];

    private static readonly Type[] OfLibc = [typeof(PollFd), typeof(IoVec), typeof(MMsgHdr), typeof(MsgHdr), typeof(CMsgHdr), typeof(IfNameIndex)];

    [Theory]
    [InlineData("gcc", "", 8)]
    [InlineData("musl-gcc", "-idirafter /usr/include -idirafter /usr/include/x86_64-linux-gnu", 8)]
    [InlineData("arm-linux-gnueabihf-gcc", "", 4)]
    public void The_headers_agree(string compiler, string options, int word)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64 && OperatingSystem.IsLinux(), "needs Linux on x86-64");
        Compile(compiler, options, Source(LibcHeaders, ofLibc: true, word));
        Compile(compiler, options, Source(KernelHeaders, ofLibc: false, word));
    }

    [Fact]
    public void Every_structure_is_among_them()
    {
        var ours = typeof(Abi).Assembly.GetTypes().Where(type =>
            type is { IsValueType: true, IsEnum: false, IsNested: false } && type.Namespace == typeof(Abi).Namespace);
        Assert.Equal(ours.Select(type => type.Name).Order(StringComparer.Ordinal), Structures.Keys.Select(type => type.Name).Order(StringComparer.Ordinal));
    }

    [Fact] // CoreCLR lays them out on this machine as C does.
    public void The_sizes_computed_here_are_those_of_the_runtime() => Assert.All(
        Structures.Keys,
        type => Assert.Equal(Marshal.SizeOf(type), Layout(type, nint.Size).Size));

    private static void Compile(string compiler, string options, string source)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(compiler, $"-fsyntax-only -w -x c {options} -") { RedirectStandardInput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(source);
            process.StandardInput.Close();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception)
        {
            Assert.Skip($"needs {compiler}");
        }
    }

    private static string Source(string headers, bool ofLibc, int word)
    {
        var text = new StringBuilder($"#define _GNU_SOURCE\n#include <stddef.h>\n{headers}\n");
        var constants = new[] { typeof(Abi), typeof(Rtnetlink) }
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public).Where(field => field.IsLiteral))
            .Concat(typeof(Errno).GetFields(BindingFlags.Static | BindingFlags.Public).Where(field => field.Name[0] == 'E'));
        foreach (var constant in constants)
        {
            if (ofLibc != (constant.DeclaringType == typeof(Errno) || LibcNames.Any(name => constant.Name.StartsWith(name, StringComparison.Ordinal))))
                continue;
            var value = Convert.ToInt64(constant.GetRawConstantValue(), CultureInfo.InvariantCulture);
            text.AppendLine($"_Static_assert((unsigned)({Expressions.GetValueOrDefault(constant.Name, constant.Name)}) == {(uint)value}u, \"{constant.Name}\");");
        }

        foreach (var (type, (name, fields)) in Structures)
        {
            if (ofLibc != OfLibc.Contains(type))
                continue;
            var (offsets, size, _) = Layout(type, word);
            foreach (var (field, offset) in fields.Split(' ').Zip(offsets))
                text.AppendLine($"_Static_assert(offsetof(struct {name}, {field}) == {offset}, \"{name}.{field}\");");
            if (type == typeof(BcmMsgHead))
                size = Up(size, 8); // BcmMsgHead.Size: frames follow
            if (!OtherSizes.Contains(type))
                text.AppendLine($"_Static_assert(sizeof(struct {name}) == {size}, \"{name}\");");
        }

        return text.ToString();
    }

    /// <summary>The offsets of a structure's fields and its size, with pointers of a given size.</summary>
    private static (int[] Offsets, int Size, int Alignment) Layout(Type type, int word)
    {
        var fields = Fields(type);
        var offsets = new int[fields.Length];
        var (end, widest) = (0, 1);
        for (var i = 0; i < fields.Length; i++)
        {
            var (size, alignment) = SizeOf(fields[i].FieldType, word);
            offsets[i] = fields[i].GetCustomAttribute<FieldOffsetAttribute>()?.Value ?? Up(end, alignment);
            end = Math.Max(end, offsets[i] + size);
            widest = Math.Max(widest, alignment);
        }

        return (offsets, Math.Max(Up(end, widest), type.StructLayoutAttribute!.Size), widest);
    }

    private static (int Size, int Alignment) SizeOf(Type type, int word)
    {
        if (type.IsPointer || type == typeof(nint))
            return (word, word);
        if (type.GetCustomAttribute<InlineArrayAttribute>() is { } array)
            return (array.Length, 1); // all are bytes
        if (type.IsPrimitive)
            return (Marshal.SizeOf(type), Marshal.SizeOf(type));
        var (_, size, alignment) = Layout(type, word);
        return (size, alignment);
    }

    private static FieldInfo[] Fields(Type type) =>
        [.. type.GetFields(BindingFlags.Instance | BindingFlags.Public).OrderBy(field => field.MetadataToken)];

    private static int Up(int size, int alignment) => (size + alignment - 1) & -alignment;
}
