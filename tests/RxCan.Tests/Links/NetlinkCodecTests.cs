using System.Runtime.InteropServices;
using CsCheck;
using RxCan.Links;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Netlink;
using RxCan.Tests.Frames;

namespace RxCan.Tests.Links;

public sealed class NetlinkCodecTests
{
    private static readonly int Cases = RandomCases.Of(2_000);

    private static readonly Gen<CanBitTiming> Timing = Gen.Select(
        Gen.Int[1, 8_000_000], Gen.Int[1, 999], Gen.Int[1, 10_000], Gen.Int[1, 200], Gen.Int[1, 200], Gen.Int[1, 100], Gen.Int[1, 100], Gen.Int[1, 1000],
        (rate, point, tq, prop, one, two, sjw, brp) => new CanBitTiming
        {
            Bitrate = rate,
            SamplePoint = point / 1000.0,
            TimeQuantum = tq,
            PropagationSegment = prop,
            PhaseSegment1 = one,
            PhaseSegment2 = two,
            SyncJumpWidth = sjw,
            Prescaler = brp,
        });

    private static readonly Gen<CanBitTimingLimits> Limits = Gen.Select(
        Gen.String[Gen.Char.AlphaNumeric, 1, 15], Gen.Int[1, 300].Array[8],
        (name, n) => new CanBitTimingLimits
        {
            Hardware = name,
            Segment1Min = n[0],
            Segment1Max = n[1],
            Segment2Min = n[2],
            Segment2Max = n[3],
            SyncJumpWidthMax = n[4],
            PrescalerMin = n[5],
            PrescalerMax = n[6],
            PrescalerStep = n[7],
        });

    private static readonly Gen<CanController> Controller = Gen.Select(
        Gen.Select(Gen.Enum<CanState>(), Gen.Int[0, 0x7FF], Gen.Int[0, 0x7FF].Nullable(), Gen.Int[0, int.MaxValue], Gen.UInt),
        Gen.Select(Timing.Nullable(), Timing.Nullable(), Gen.Null(Limits), Gen.Null(Limits)),
        Gen.Select(Gen.Select(Gen.Int[0, 65535], Gen.Int[0, 65535]).Nullable(), Gen.Int[0, 65535].Nullable(), Gen.UInt.Array[6]),
        (basics, timings, rest) => new CanController
        {
            State = basics.Item1,
            Modes = (CanControllerModes)basics.Item2,
            SupportedModes = (CanControllerModes?)basics.Item3,
            ClockFrequency = basics.Item4,
            RestartDelay = TimeSpan.FromMilliseconds((long)basics.Item5),
            BitTiming = timings.Item1,
            DataBitTiming = timings.Item2,
            Limits = timings.Item3,
            DataLimits = timings.Item4,
            ErrorCounters = rest.Item1 is { } counters ? new(counters.Item1, counters.Item2) : null,
            Termination = rest.Item2,
            Statistics = new()
            {
                BusErrors = rest.Item3[0],
                ErrorWarnings = rest.Item3[1],
                ErrorPassives = rest.Item3[2],
                BusOffs = rest.Item3[3],
                ArbitrationsLost = rest.Item3[4],
                Restarts = rest.Item3[5],
            },
        });

    private static readonly Gen<CanLink> Link = Gen.Select(
        Gen.String[Gen.Char.AlphaNumeric, 1, 15], Gen.Int[1, int.MaxValue], Gen.Bool, Gen.Bool, Gen.Int[0, 3000], Gen.Int[0, 10_000],
        Gen.Select(Gen.Int[1, 100].Nullable(), Gen.Null(Controller), Gen.Long[0, long.MaxValue].Array[9]),
        (name, index, isUp, isRunning, mtu, queue, rest) => new CanLink
        {
            Name = name,
            Index = index,
            Kind = rest.Item2 is null ? "vxcan" : "can",
            IsUp = isUp,
            IsRunning = isRunning,
            Mtu = mtu,
            TransmitQueueLength = queue,
            PeerIndex = rest.Item1,
            Device = rest.Item2 is null ? "" : "usb 1-1.4:1.0",
            Controller = rest.Item2,
            Statistics = new()
            {
                ReceivedFrames = rest.Item3[0],
                ReceivedBytes = rest.Item3[1],
                ReceiveErrors = rest.Item3[2],
                ReceiveDropped = rest.Item3[3],
                ReceiveOverruns = rest.Item3[4],
                SentFrames = rest.Item3[5],
                SentBytes = rest.Item3[6],
                SendErrors = rest.Item3[7],
                SendDropped = rest.Item3[8],
            },
        });

    private static byte[][] Vectors =>
    [
        NetlinkVectors.Can0, NetlinkVectors.Vcan0, NetlinkVectors.Vxcan, NetlinkVectors.NoSuchDevice, NetlinkVectors.Created,
        NetlinkVectors.Deleted, NetlinkVectors.BitrateError,
    ];

    [Fact]
    public void A_controller_reads_as_ip_shows_it() =>
        Assert.Equal(
            new CanLink
            {
                Name = "can0",
                Index = 2,
                Kind = "can",
                IsUp = true,
                IsRunning = true,
                Mtu = 16,
                TransmitQueueLength = 10,
                Device = "pci 0000:00:03.0",
                Controller = new()
                {
                    State = CanState.ErrorActive,
                    BitTiming = NetlinkVectors.Timing,
                    Limits = NetlinkVectors.Limits,
                    SupportedModes = CanControllerModes.Loopback | CanControllerModes.ListenOnly | CanControllerModes.TripleSampling |
                        CanControllerModes.OneShot | CanControllerModes.BusErrorReporting | CanControllerModes.PresumeAck | CanControllerModes.RawDlc,
                    ClockFrequency = 8_000_000,
                    ErrorCounters = default(CanErrorCounters),
                },
                Statistics = new() { SentFrames = 1, SentBytes = 2 },
            },
            Only(NetlinkVectors.Can0));

    [Fact]
    public void Virtual_interfaces_read_as_ip_shows_them()
    {
        var virtually = new CanLink { Name = "vcan0", Index = 4, Kind = "vcan", IsUp = true, IsRunning = true, Mtu = 72, TransmitQueueLength = 1000 };
        Assert.Equal(
            virtually with { Statistics = new() { ReceivedFrames = 1, ReceivedBytes = 3, SentFrames = 1, SentBytes = 3 } }, Only(NetlinkVectors.Vcan0));
        Assert.Equal(virtually with { Name = "vxa", Index = 7, Kind = "vxcan", PeerIndex = 6 }, Only(NetlinkVectors.Vxcan));
        Assert.Equal(virtually with { Name = "w0", Index = 8, IsUp = false, IsRunning = false }, Only(NetlinkVectors.Created));
    }

    [Fact]
    public void A_refusal_includes_the_explanation_from_the_kernel()
    {
        Assert.Equal(((Errno)22, "bitrate error: 97.8% too high"), Error(NetlinkVectors.BitrateError));
        Assert.Equal((Errno.ENODEV, null), Error(NetlinkVectors.NoSuchDevice));
    }

    [Fact]
    public void Any_interface_that_is_written_reads_back_unchanged() => Link.Sample(link => Assert.Equal(link, Only(Message(link))), iter: Cases);

    [Fact]
    public void Any_attributes_that_are_written_read_back_unchanged() =>
        Gen.Select(Gen.UShort[1, 0x3FFF], Gen.Byte.Array[0, 40]).Array[0, 8].Sample(
            attributes =>
            {
                var writer = new NetlinkWriter(new byte[1024], 99, Rtnetlink.NLM_F_ACK, 7);
                var nested = writer.BeginNested(5);
                foreach (var (type, value) in attributes)
                    writer.Attribute(type, value);
                writer.End(nested);
                writer.Attribute(6, "text");

                var messages = new NetlinkReader(writer.Message);
                Assert.True(messages.Read());
                Assert.Equal((99, Rtnetlink.NLM_F_ACK | Rtnetlink.NLM_F_REQUEST, 7u), (messages.Type, messages.Flags, messages.Sequence));
                var outer = new AttributeReader(messages.Payload);
                Assert.True(outer.Read());
                Assert.Equal(5, outer.Type);
                var inner = outer.Nested;
                foreach (var (type, value) in attributes)
                {
                    Assert.True(inner.Read());
                    Assert.Equal(type, inner.Type);
                    Assert.Equal(value, inner.Value);
                }

                Assert.False(inner.Read());
                Assert.True(outer.Read());
                Assert.Equal((6, "text"), (outer.Type, outer.Text));
                Assert.False(outer.Read());
                Assert.False(messages.Read());
            },
            iter: Cases);

    [Fact]
    public void A_truncated_message_is_read_as_far_as_it_goes()
    {
        foreach (var vector in Vectors)
        {
            for (var length = 0; length < vector.Length; length++)
            {
                ReadAll(vector.AsSpan(0, length));
                byte[] shorter = [.. vector.AsSpan(0, length)];
                if (length < 16)
                    continue;
                MemoryMarshal.Write(shorter, length); // the header claims that this is all
                ReadAll(shorter);
            }
        }
    }

    [Fact]
    public void Garbage_only_stops_the_reader() =>
        Gen.Select(Gen.Int[0, Vectors.Length - 1], Gen.Select(Gen.Int[0, 1000], Gen.Byte).Array[1, 12], Gen.Byte.Array[0, 100]).Sample(
            (vector, changes, noise) =>
            {
                byte[] bytes = [.. Vectors[vector]];
                foreach (var (at, value) in changes)
                    bytes[at % bytes.Length] = value;
                ReadAll(bytes);
                ReadAll(noise);
            },
            iter: Cases * 5);

    /// <summary>Reads it as every kind of message; throws if a reader throws or reads past the end.</summary>
    private static void ReadAll(ReadOnlySpan<byte> datagram)
    {
        var messages = new NetlinkReader(datagram);
        var count = 0;
        while (messages.Read())
        {
            Assert.True(++count <= datagram.Length / 16, "each message takes at least its header");
            LinkMessage.Read(messages.Payload);
            messages.ReadError();
        }
    }

    private static CanLink? Only(byte[] datagram)
    {
        var messages = new NetlinkReader(datagram);
        Assert.True(messages.Read());
        Assert.Equal(Rtnetlink.RTM_NEWLINK, messages.Type);
        var link = LinkMessage.Read(messages.Payload);
        Assert.False(messages.Read());
        return link;
    }

    private static (Errno Error, string? Message) Error(byte[] datagram)
    {
        var messages = new NetlinkReader(datagram);
        Assert.True(messages.Read());
        Assert.Equal(Rtnetlink.NLMSG_ERROR, messages.Type);
        return messages.ReadError();
    }

    private static byte[] Message(CanLink link)
    {
        var writer = new NetlinkWriter(new byte[2048], Rtnetlink.RTM_NEWLINK, 0);
        writer.Append(new IfInfoMsg
        {
            Type = Abi.ARPHRD_CAN,
            Index = link.Index,
            Flags = (link.IsUp ? Abi.IFF_UP : 0) | (link.IsRunning ? Abi.IFF_RUNNING : 0),
        });
        writer.Attribute(Rtnetlink.IFLA_IFNAME, link.Name);
        writer.Attribute(Rtnetlink.IFLA_MTU, link.Mtu);
        writer.Attribute(Rtnetlink.IFLA_TXQLEN, link.TransmitQueueLength);
        if (link.PeerIndex is { } peer)
            writer.Attribute(Rtnetlink.IFLA_LINK, peer);
        if (link.Device.Split(' ') is [var bus, var device])
        {
            writer.Attribute(Rtnetlink.IFLA_PARENT_DEV_NAME, device);
            writer.Attribute(Rtnetlink.IFLA_PARENT_DEV_BUS_NAME, bus);
        }

        var s = link.Statistics;
        writer.Attribute(Rtnetlink.IFLA_STATS64, new RtnlLinkStats64
        {
            RxPackets = (ulong)s.ReceivedFrames,
            TxPackets = (ulong)s.SentFrames,
            RxBytes = (ulong)s.ReceivedBytes,
            TxBytes = (ulong)s.SentBytes,
            RxErrors = (ulong)s.ReceiveErrors,
            TxErrors = (ulong)s.SendErrors,
            RxDropped = (ulong)s.ReceiveDropped,
            TxDropped = (ulong)s.SendDropped,
            RxOverErrors = (ulong)s.ReceiveOverruns,
        });
        var info = writer.BeginNested(Rtnetlink.IFLA_LINKINFO);
        writer.Attribute(Rtnetlink.IFLA_INFO_KIND, link.Kind);
        if (link.Controller is { } controller)
            Write(ref writer, controller);
        writer.End(info);
        return [.. writer.Message];
    }

    private static void Write(ref NetlinkWriter writer, CanController controller)
    {
        var s = controller.Statistics;
        Attribute(ref writer, Rtnetlink.IFLA_INFO_XSTATS,
        [
            (uint)s.BusErrors, (uint)s.ErrorWarnings, (uint)s.ErrorPassives, (uint)s.BusOffs, (uint)s.ArbitrationsLost, (uint)s.Restarts,
        ]);
        var data = writer.BeginNested(Rtnetlink.IFLA_INFO_DATA);
        writer.Attribute(Rtnetlink.IFLA_CAN_STATE, (int)controller.State);
        Attribute(ref writer, Rtnetlink.IFLA_CAN_CTRLMODE, [uint.MaxValue, (uint)controller.Modes]);
        writer.Attribute(Rtnetlink.IFLA_CAN_CLOCK, (uint)controller.ClockFrequency);
        writer.Attribute(Rtnetlink.IFLA_CAN_RESTART_MS, (uint)controller.RestartDelay.TotalMilliseconds);
        if (controller.SupportedModes is { } modes)
        {
            var ext = writer.BeginNested(Rtnetlink.IFLA_CAN_CTRLMODE_EXT);
            writer.Attribute(Rtnetlink.IFLA_CAN_CTRLMODE_SUPPORTED, (int)modes);
            writer.End(ext);
        }

        foreach (var (type, timing) in ((ushort, CanBitTiming?)[])
            [(Rtnetlink.IFLA_CAN_BITTIMING, controller.BitTiming), (Rtnetlink.IFLA_CAN_DATA_BITTIMING, controller.DataBitTiming)])
        {
            if (timing is { } t)
            {
                Attribute(ref writer, type,
                [
                    (uint)t.Bitrate, (uint)Math.Round(t.SamplePoint * 1000), (uint)t.TimeQuantum, (uint)t.PropagationSegment,
                    (uint)t.PhaseSegment1, (uint)t.PhaseSegment2, (uint)t.SyncJumpWidth, (uint)t.Prescaler,
                ]);
            }
        }

        foreach (var (type, limits) in ((ushort, CanBitTimingLimits?)[])
            [(Rtnetlink.IFLA_CAN_BITTIMING_CONST, controller.Limits), (Rtnetlink.IFLA_CAN_DATA_BITTIMING_CONST, controller.DataLimits)])
        {
            if (limits is not null)
                writer.Attribute(type, [.. System.Text.Encoding.UTF8.GetBytes(limits.Hardware.PadRight(16, '\0')), .. Bytes(limits)]);
        }

        if (controller.ErrorCounters is { } counters)
            writer.Attribute(Rtnetlink.IFLA_CAN_BERR_COUNTER, (ushort)counters.Transmit | ((uint)counters.Receive << 16));
        if (controller.Termination is { } ohms)
            writer.Attribute(Rtnetlink.IFLA_CAN_TERMINATION, (ushort)ohms);
        writer.End(data);
    }

    private static void Attribute(ref NetlinkWriter writer, ushort type, scoped ReadOnlySpan<uint> words) =>
        writer.Attribute(type, MemoryMarshal.AsBytes(words));

    private static byte[] Bytes(CanBitTimingLimits limits) =>
    [
        .. MemoryMarshal.AsBytes<int>(
        [
            limits.Segment1Min, limits.Segment1Max, limits.Segment2Min, limits.Segment2Max, limits.SyncJumpWidthMax, limits.PrescalerMin,
            limits.PrescalerMax, limits.PrescalerStep,
        ]),
    ];
}
