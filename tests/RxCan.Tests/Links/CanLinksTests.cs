using System.Globalization;
using System.Reactive.Linq;
using System.Text.Json;
using RxCan.Links;
using RxCan.SocketCan.Interop;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Links;

/// <summary>Interfaces as <see cref="CanLinks"/> configures and reads them, checked against <c>ip</c>.</summary>
[Collection(nameof(Alone))]
public sealed class CanLinksTests : IDisposable
{
    private static readonly string[] Controllers = ["can0", "can1"];

    private readonly List<string> _created = [];
    private readonly bool _hasControllers;

    public CanLinksTests()
    {
        Kernel.Require();
        _hasControllers = Kernel.HasControllers;
    }

    public void Dispose()
    {
        foreach (var name in _created.Where(name => Directory.Exists($"/sys/class/net/{name}")))
            VcanTestBus.Ip($"link delete {name}");
        foreach (var name in _hasControllers ? Controllers : [])
        {
            VcanTestBus.Ip($"link set {name} down");
            VcanTestBus.Ip($"link set {name} txqueuelen 10 type can bitrate 500000 restart-ms 0 listen-only off loopback off one-shot off " +
                "triple-sampling off berr-reporting off presume-ack off cc-len8-dlc off");
            VcanTestBus.Ip($"link set {name} up");
            Eventually.True(() => Flags(name).Contains("LOWER_UP"), $"{name} is running");
        }
    }

    [Fact]
    public void Configured_controllers_exchange_frames_and_read_back_as_ip_shows_them()
    {
        RequireControllers();
        foreach (var name in Controllers)
        {
            CanLinks.Down(name);
            CanLinks.Configure(name, new() { Bitrate = 125_000, SamplePoint = 0.75, OneShot = true, BusErrorReporting = true, TripleSampling = true });
        }

        foreach (var link in (CanLink[])[.. Controllers.Select(CanLinks.Get)])
        {
            AssertAsIpShows(link);
            Assert.Equal((125_000, 0.75), (link.Controller!.BitTiming!.Value.Bitrate, link.Controller.BitTiming.Value.SamplePoint));
            Assert.Equal(CanControllerModes.OneShot | CanControllerModes.BusErrorReporting | CanControllerModes.TripleSampling, link.Controller.Modes);
            Assert.Equal(CanState.Stopped, link.Controller.State);
        }

        foreach (var name in Controllers)
        {
            CanLinks.Configure(name, new()
            {
                Bitrate = 500_000,
                OneShot = false,
                BusErrorReporting = false,
                TripleSampling = false,
                RestartDelay = TimeSpan.FromMilliseconds(250),
                TransmitQueueLength = 77,
                IsUp = true,
            });
        }

        Eventually.True(() => Controllers.All(name => CanLinks.Get(name).IsRunning), "both run");
        using (var can0 = CanBus.Open("can0"))
        using (var can1 = CanBus.Open("can1"))
        using (var received = can1.Record())
        {
            for (var i = 0; i < 10; i++)
            {
                can0.Send(new CanFrame(0x123, [1, 2, 3]));
                received.WaitForCount(i + 1);
            }
        }

        Eventually.True(() => CanLinks.Get("can0").Statistics.SentFrames >= 10, "the frames are counted");
        foreach (var link in (CanLink[])[.. Controllers.Select(CanLinks.Get)])
        {
            AssertAsIpShows(link);
            Assert.Equal((500_000, 0.875), (link.Controller!.BitTiming!.Value.Bitrate, link.Controller.BitTiming.Value.SamplePoint));
            Assert.Equal((CanControllerModes.None, TimeSpan.FromMilliseconds(250), 77), (link.Controller.Modes, link.Controller.RestartDelay, link.TransmitQueueLength));
            Assert.Equal(CanState.ErrorActive, link.Controller.State);
        }
    }

    [Theory]
    [InlineData(CanControllerModes.ListenOnly)]
    [InlineData(CanControllerModes.Loopback)]
    [InlineData(CanControllerModes.OneShot)]
    [InlineData(CanControllerModes.TripleSampling)]
    [InlineData(CanControllerModes.BusErrorReporting)]
    [InlineData(CanControllerModes.PresumeAck)]
    [InlineData(CanControllerModes.RawDlc)]
    public void Each_mode_turns_on_and_off_independently(CanControllerModes mode)
    {
        RequireControllers();
        bool? Is(CanControllerModes other, bool on) => mode == other ? on : null;
        CanLinkSettings Settings(bool on) => new()
        {
            ListenOnly = Is(CanControllerModes.ListenOnly, on),
            Loopback = Is(CanControllerModes.Loopback, on),
            OneShot = Is(CanControllerModes.OneShot, on),
            TripleSampling = Is(CanControllerModes.TripleSampling, on),
            BusErrorReporting = Is(CanControllerModes.BusErrorReporting, on),
            PresumeAck = Is(CanControllerModes.PresumeAck, on),
            RawDlc = Is(CanControllerModes.RawDlc, on),
        };
        CanLinks.Down("can0");

        CanLinks.Configure("can0", Settings(true));
        Assert.Equal(mode, CanLinks.Get("can0").Controller!.Modes);
        AssertAsIpShows(CanLinks.Get("can0"));
        CanLinks.Configure("can0", Settings(false));
        Assert.Equal(CanControllerModes.None, CanLinks.Get("can0").Controller!.Modes);
    }

    [Fact]
    public void The_error_names_what_the_controller_cannot_do_or_quotes_the_kernel()
    {
        RequireControllers();
        CanLinks.Down("can0");

        Assert.Contains("cannot do: FdNonIso", Refused<CanNotSupportedException>(new() { FdNonIso = true, OneShot = true }), StringComparison.Ordinal);
        Assert.Contains("cannot do: Fd, DataBitrate", Refused<CanNotSupportedException>(new() { DataBitrate = 2_000_000 }), StringComparison.Ordinal);
        Assert.Contains("bitrate error: 97.8% too high", Refused<CanBusException>(new() { Bitrate = 123_456_789 }), StringComparison.Ordinal);
        Assert.Equal(500_000, CanLinks.Get("can0").Controller!.BitTiming!.Value.Bitrate);
    }

    [Fact]
    public void Settings_that_require_the_link_to_be_down_say_so_unless_already_in_effect()
    {
        RequireControllers();
        CanLinks.Configure("can0", new() { Bitrate = 500_000, SamplePoint = 0.875, OneShot = false, RestartDelay = TimeSpan.Zero, IsUp = true });

        Assert.Contains("CanLinks.Down(\"can0\")", Refused<CanInterfaceBusyException>(new() { Bitrate = 250_000 }), StringComparison.Ordinal);
        Assert.Contains("CanLinks.Down(\"can0\")", Refused<CanInterfaceBusyException>(new() { RestartDelay = TimeSpan.FromSeconds(1) }), StringComparison.Ordinal);
        Assert.Contains("CanLinks.Down(\"vcan0\")", Assert.Throws<CanInterfaceBusyException>(() => CanLinks.Configure("vcan0", new() { Fd = false })).Message, StringComparison.Ordinal);
        CanLinks.Configure("can0", new() { TransmitQueueLength = 33 });
        Assert.Equal(33, CanLinks.Get("can0").TransmitQueueLength);
    }

    [Fact]
    public void A_controller_that_is_not_bus_off_is_not_restarted()
    {
        RequireControllers();

        Assert.Contains("not bus-off, but ErrorActive", Assert.Throws<CanInterfaceBusyException>(() => CanLinks.Restart("can0")).Message, StringComparison.Ordinal);
        CanLinks.Down("can0");
        Assert.Throws<CanInterfaceDownException>(() => CanLinks.Restart("can0"));
        CanLinks.Configure("can0", new() { RestartDelay = TimeSpan.FromSeconds(1), IsUp = true });
        Assert.Contains("restarts it automatically, 1000 ms", Assert.Throws<CanInterfaceBusyException>(() => CanLinks.Restart("can0")).Message, StringComparison.Ordinal);
        Assert.Contains("no controller", Assert.Throws<CanNotSupportedException>(() => CanLinks.Restart("vcan0")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vcan_can_be_created_configured_used_and_deleted()
    {
        CanLinks.CreateVcan(New("rxl0"));
        Assert.Equal((false, true, "vcan", (CanController?)null), Of("rxl0", l => (l.IsUp, l.IsFd, l.Kind, l.Controller)));
        AssertAsIpShows(CanLinks.Get("rxl0"));
        CanLinks.Configure("rxl0", new() { Fd = false, TransmitQueueLength = 5 });
        Assert.Equal((16, 5), Of("rxl0", l => (l.Mtu, l.TransmitQueueLength)));
        CanLinks.Configure("rxl0", new() { Fd = true, IsUp = true });
        Assert.Equal((72, true), Of("rxl0", l => (l.Mtu, l.IsUp)));
        AssertAsIpShows(CanLinks.Get("rxl0"));
        using (var can = CanBus.Open("rxl0"))
            can.Send(CanFrame.Fd(1, new byte[64]));
        Assert.Equal(64, CanLinks.Get("rxl0").Statistics.SentBytes);
        CanLinks.Down("rxl0");
        Assert.False(CanLinks.Get("rxl0").IsUp);
        CanLinks.Up("rxl0");
        Assert.True(CanLinks.Get("rxl0").IsUp);

        Assert.Contains("CanLinks.Delete(\"rxl0\")", Assert.Throws<CanInterfaceExistsException>(() => CanLinks.CreateVcan("rxl0")).Message, StringComparison.Ordinal);
        CanLinks.Delete("rxl0");

        Assert.DoesNotContain(CanLinks.All(), link => link.Name == "rxl0");
        Assert.Contains("vcan0", Assert.Throws<CanInterfaceNotFoundException>(() => CanLinks.Delete("rxl0")).Message, StringComparison.Ordinal);
        Assert.Contains("vcan0", Assert.Throws<CanInterfaceNotFoundException>(() => CanLinks.Up("rxl0")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_sent_into_one_end_of_a_vxcan_come_out_of_the_other()
    {
        CanLinks.CreateVxcan(New("rxl1"), "rxl2", new() { IsUp = true, TransmitQueueLength = 50 });
        Assert.Equal((CanLinks.Get("rxl2").Index, 50, true), Of("rxl1", l => (l.PeerIndex!.Value, l.TransmitQueueLength, l.IsFd)));
        Assert.Equal((CanLinks.Get("rxl1").Index, 50, true), Of("rxl2", l => (l.PeerIndex!.Value, l.TransmitQueueLength, l.IsFd)));
        Eventually.True(() => Of("rxl1", l => l.IsRunning) && Of("rxl2", l => l.IsRunning), "both ends run");
        AssertAsIpShows(CanLinks.Get("rxl1"));
        using (var one = CanBus.Open("rxl1"))
        using (var other = CanBus.Open("rxl2"))
        using (var received = other.Record())
        {
            one.Send(new CanFrame(0x123, [7]));
            Assert.Equal("123#07", received.WaitForCount(1).Values[0].ToString());
        }

        CanLinks.Delete("rxl2");

        Assert.DoesNotContain(CanLinks.All(), link => link.Name is "rxl1" or "rxl2");
    }

    [Fact]
    public void Hardware_is_not_deleted_and_non_CAN_interfaces_are_not_touched()
    {
        Assert.Contains("lo: this is not a CAN interface.", Assert.Throws<CanNotSupportedException>(() => CanLinks.Down("lo")).Message, StringComparison.Ordinal);
        Assert.Throws<CanNotSupportedException>(() => CanLinks.Delete("lo"));
        RequireControllers();
        Assert.Contains("pci ", Assert.Throws<CanNotSupportedException>(() => CanLinks.Delete("can0")).Message, StringComparison.Ordinal);
        Assert.Throws<CanNotSupportedException>(() => CanLinks.Configure("vcan0", new() { Bitrate = 500_000 }));
    }

    [Fact]
    public void All_lists_the_same_interfaces_as_ip()
    {
        using var shown = JsonDocument.Parse(Kernel.Run("ip", "-json link show"));
        var names = shown.RootElement.EnumerateArray().Where(l => Text(l, "link_type") == "can").Select(l => Text(l, "ifname"));

        Assert.Equal(names, CanLinks.All().Select(link => link.Name));
    }

    private static T Of<T>(string name, Func<CanLink, T> what) => what(CanLinks.Get(name));

    private static string Refused<T>(CanLinkSettings settings)
        where T : Exception => Assert.Throws<T>(() => CanLinks.Configure("can0", settings)).Message;

    private static void RequireControllers()
    {
        if (!Kernel.HasControllers)
            Assert.Skip("needs two controllers on one wire, can0 and can1: run tests/guest");
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static string[] Flags(string name)
    {
        using var shown = JsonDocument.Parse(Kernel.Run("ip", $"-json link show {name}"));
        return [.. shown.RootElement[0].GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()!)];
    }

    private static void AssertAsIpShows(CanLink link)
    {
        using var document = JsonDocument.Parse(Kernel.Run("ip", $"-details -statistics -json link show {link.Name}"));
        var shown = document.RootElement[0];
        var info = shown.GetProperty("linkinfo");
        var (rx, tx) = (shown.GetProperty("stats64").GetProperty("rx"), shown.GetProperty("stats64").GetProperty("tx"));
        var flags = Flags(link.Name);
        var kind = Text(info, "info_kind");
        var expected = new CanLink
        {
            Name = Text(shown, "ifname")!,
            Index = Int(shown, "ifindex"),
            Kind = kind!,
            IsUp = flags.Contains("UP"),
            IsRunning = link.IsRunning, // LOWER_UP follows a moment later
            Mtu = Int(shown, "mtu"),
            TransmitQueueLength = Int(shown, "txqlen"),
            PeerIndex = Text(shown, "link") is { } peer ? CanLinks.Get(peer).Index : null,
            Device = $"{Text(shown, "parentbus")} {Text(shown, "parentdev")}".Trim(),
            Controller = kind == "can" ? Controller(info) : null,
            Statistics = new()
            {
                ReceivedFrames = Int(rx, "packets"),
                ReceivedBytes = Int(rx, "bytes"),
                ReceiveErrors = Int(rx, "errors"),
                ReceiveDropped = Int(rx, "dropped"),
                ReceiveOverruns = Int(rx, "over_errors"),
                SentFrames = Int(tx, "packets"),
                SentBytes = Int(tx, "bytes"),
                SendErrors = Int(tx, "errors"),
                SendDropped = Int(tx, "dropped"),
            },
        };

        Assert.Equal(expected, link);
    }

    private static CanController Controller(JsonElement info)
    {
        var data = info.GetProperty("info_data");
        var events = info.GetProperty("info_xstats");
        var counters = data.GetProperty("berr_counter");
        return new()
        {
            State = Text(data, "state") switch
            {
                "ERROR-ACTIVE" => CanState.ErrorActive,
                "STOPPED" => CanState.Stopped,
                var other => throw new InvalidOperationException(other),
            },
            BitTiming = data.TryGetProperty("bittiming", out var timing) ? Timing(timing) : null,
            Limits = Limits(data.GetProperty("bittiming_const")),
            Modes = Modes(data, "ctrlmode"),
            SupportedModes = Modes(data, "ctrlmode_supported"),
            ClockFrequency = Int(data, "clock"),
            RestartDelay = TimeSpan.FromMilliseconds((long)Int(data, "restart_ms")),
            ErrorCounters = new(Int(counters, "tx"), Int(counters, "rx")),
            Statistics = new()
            {
                BusErrors = Int(events, "bus_error"),
                ErrorWarnings = Int(events, "error_warning"),
                ErrorPassives = Int(events, "error_passive"),
                BusOffs = Int(events, "bus_off"),
                ArbitrationsLost = Int(events, "arbitration_lost"),
                Restarts = Int(events, "restarts"),
            },
        };
    }

    private static CanBitTiming Timing(JsonElement timing) => new()
    {
        Bitrate = Int(timing, "bitrate"),
        SamplePoint = double.Parse(Text(timing, "sample_point")!, CultureInfo.InvariantCulture),
        TimeQuantum = Int(timing, "tq"),
        PropagationSegment = Int(timing, "prop_seg"),
        PhaseSegment1 = Int(timing, "phase_seg1"),
        PhaseSegment2 = Int(timing, "phase_seg2"),
        SyncJumpWidth = Int(timing, "sjw"),
        Prescaler = Int(timing, "brp"),
    };

    private static CanBitTimingLimits Limits(JsonElement limits)
    {
        (int Min, int Max) Range(string name) => (Int(limits.GetProperty(name), "min"), Int(limits.GetProperty(name), "max"));
        var (one, two, brp) = (Range("tseg1"), Range("tseg2"), Range("brp"));
        return new()
        {
            Hardware = Text(limits, "name")!,
            Segment1Min = one.Min,
            Segment1Max = one.Max,
            Segment2Min = two.Min,
            Segment2Max = two.Max,
            SyncJumpWidthMax = Range("sjw").Max,
            PrescalerMin = brp.Min,
            PrescalerMax = brp.Max,
            PrescalerStep = Int(limits, "brp_inc"),
        };
    }

    private static CanControllerModes Modes(JsonElement data, string name) => !data.TryGetProperty(name, out var modes) ? 0 :
        modes.EnumerateArray().Aggregate(CanControllerModes.None, (all, mode) => all | mode.GetString() switch
        {
            "LOOPBACK" => CanControllerModes.Loopback,
            "LISTEN-ONLY" => CanControllerModes.ListenOnly,
            "TRIPLE-SAMPLING" => CanControllerModes.TripleSampling,
            "ONE-SHOT" => CanControllerModes.OneShot,
            "BERR-REPORTING" => CanControllerModes.BusErrorReporting,
            "PRESUME-ACK" => CanControllerModes.PresumeAck,
            "CC-LEN8-DLC" => CanControllerModes.RawDlc,
            var other => throw new InvalidOperationException(other),
        });

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private string New(string name)
    {
        _created.Add(name);
        return name;
    }
}
