using RxCan.Links;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Netlink;

namespace RxCan.Tests.Links;

/// <summary>Errors about settings and the kernel's refusals, without a kernel.</summary>
public sealed class LinkSettingsTests
{
    private static readonly CanLink Classic = new()
    {
        Name = "can0",
        Index = 2,
        Kind = "can",
        Mtu = 16,
        TransmitQueueLength = 10,
        Controller = new()
        {
            State = CanState.Stopped,
            BitTiming = NetlinkVectors.Timing,
            Limits = NetlinkVectors.Limits,
            SupportedModes = CanControllerModes.ListenOnly | CanControllerModes.OneShot,
        },
    };

    [Fact]
    public void Out_of_range_values_are_rejected_immediately()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanLinkSettings { Bitrate = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanLinkSettings { DataBitrate = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanLinkSettings { SamplePoint = 87.5 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanLinkSettings { DataSamplePoint = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanLinkSettings { RestartDelay = TimeSpan.FromMilliseconds(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanLinkSettings { RestartDelay = TimeSpan.FromDays(50) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanLinkSettings { TransmitQueueLength = 0 });
        Assert.Throws<ArgumentException>(() => CanLinks.Configure("can0", new() { DataBitrate = 2_000_000, Fd = false }));
        Assert.Throws<ArgumentNullException>(() => CanLinks.Configure("can0", null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => CanLinks.Watch(TimeSpan.Zero));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a:b")]
    [InlineData("..")]
    [InlineData("0123456789abcdef")]
    public void Invalid_names_are_rejected_immediately(string name)
    {
        Assert.ThrowsAny<ArgumentException>(() => CanLinks.CreateVcan(name));
        Assert.ThrowsAny<ArgumentException>(() => CanLinks.CreateVxcan("good", name));
    }

    [Fact]
    public void The_two_ends_of_a_vxcan_need_different_names() => Assert.Throws<ArgumentException>(() => CanLinks.CreateVxcan("a", "a"));

    [Fact]
    public void Settings_already_in_effect_are_left_alone()
    {
        Assert.True(new LinkRequest(Classic, new()).IsEmpty);
        Assert.True(new LinkRequest(Classic, new()
        {
            Bitrate = 500_000,
            SamplePoint = 0.875,
            ListenOnly = false,
            Fd = false,
            RestartDelay = TimeSpan.Zero,
            TransmitQueueLength = 10,
            IsUp = false,
        }).IsEmpty);
        Assert.False(new LinkRequest(Classic, new() { SamplePoint = 0.8 }).IsEmpty);
    }

    [Theory]
    [InlineData(Errno.EPERM, typeof(CanPermissionException), "CAP_NET_ADMIN")]
    [InlineData(Errno.ENODEV, typeof(CanInterfaceNotFoundException), "no such interface")]
    [InlineData(Errno.EOPNOTSUPP, typeof(CanNotSupportedException), "(sja1000) cannot do: Fd, DataBitrate")]
    [InlineData(Errno.EINVAL, typeof(CanBusException), "Fd = True, DataBitrate = 2000000: Invalid argument (EINVAL)")]
    public void Each_refusal_says_what_was_requested_and_what_to_do(int errno, Type type, string text)
    {
        var error = new LinkRequest(Classic, new() { DataBitrate = 2_000_000 }).Refused((Errno)errno, null);

        Assert.IsType(type, error);
        Assert.StartsWith("can0: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_quotes_the_explanation_from_the_kernel()
    {
        var error = new LinkRequest(Classic, new() { Bitrate = 99 }).Refused(Errno.EINVAL, "bitrate error: 97.8% too high");

        Assert.Contains("set Bitrate = 99: bitrate error: 97.8% too high (EINVAL)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interface_that_is_up_is_busy_and_one_without_a_bit_rate_needs_one()
    {
        Assert.Contains(
            "CanLinks.Down(\"can0\")",
            Assert.IsType<CanInterfaceBusyException>(new LinkRequest(Classic with { IsUp = true }, new() { OneShot = true }).Refused(Errno.EBUSY, null)).Message,
            StringComparison.Ordinal);
        var blank = Classic with { Controller = Classic.Controller! with { BitTiming = null } };
        Assert.Contains("Bitrate = ", new LinkRequest(blank, new() { IsUp = true }).Refused(Errno.EINVAL, null).Message, StringComparison.Ordinal);
        Assert.Contains("needs Bitrate", Assert.Throws<CanBusException>(() => new LinkRequest(blank, new() { SamplePoint = 0.8 })).Message, StringComparison.Ordinal);
        Assert.Contains("needs DataBitrate", Assert.Throws<CanBusException>(() => new LinkRequest(Classic, new() { Fd = true })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_names_what_a_virtual_interface_lacks()
    {
        var error = Assert.Throws<CanNotSupportedException>(() => new LinkRequest(new() { Name = "v", Index = 1, Kind = "vcan" }, new() { Bitrate = 1, OneShot = true }));

        Assert.Contains("a vcan has no controller to set Bitrate, OneShot of", error.Message, StringComparison.Ordinal);
    }

    /// <summary>For the CAN FD options, which no controller here supports.</summary>
    [Fact]
    public void A_CAN_FD_request_has_both_bit_timings_and_the_mode_as_the_kernel_expects()
    {
        var writer = new NetlinkWriter(new byte[1024], Rtnetlink.RTM_NEWLINK, 0);
        writer.Append(new IfInfoMsg { Type = Abi.ARPHRD_CAN });
        writer.Attribute(Rtnetlink.IFLA_IFNAME, "can0");
        new LinkRequest(Classic, new() { DataBitrate = 2_000_000, DataSamplePoint = 0.75, TransmitQueueLength = 99 }).Write(ref writer);
        var messages = new NetlinkReader(writer.Message);
        Assert.True(messages.Read());

        var link = LinkMessage.Read(messages.Payload)!;

        Assert.Equal(99, link.TransmitQueueLength);
        Assert.Equal(CanControllerModes.Fd, link.Controller!.Modes);
        Assert.Equal((500_000, 0.875), (link.Controller.BitTiming!.Value.Bitrate, link.Controller.BitTiming.Value.SamplePoint));
        Assert.Equal((2_000_000, 0.75), (link.Controller.DataBitTiming!.Value.Bitrate, link.Controller.DataBitTiming.Value.SamplePoint));
    }
}
