using System.Text.Json;
using RxCan.Links;
using RxCan.Tests.Bus;

namespace RxCan.Tests;

/// <summary><c>rxcan link</c> on the kernel's interfaces.</summary>
[Collection(nameof(Alone))]
public sealed class LinkKernelTests : IDisposable
{
    public LinkKernelTests() => Kernel.Require();

    [Fact]
    public void A_virtual_interface_is_created_listed_set_and_deleted()
    {
        Rx.Run("link create rxtlink");
        Assert.Equal((true, true), (CanLinks.Get("rxtlink").IsUp, CanLinks.Get("rxtlink").IsFd));
        Assert.Contains("rxtlink vcan up fd\n", Rx.Run("link"), StringComparison.Ordinal);
        var line = Rx.Run("link list --json").Split('\n').Single(l => l.Contains("\"rxtlink\"", StringComparison.Ordinal));
        Assert.True(JsonDocument.Parse(line).RootElement.GetProperty("up").GetBoolean());
        Rx.Fails(1, "Call rxcan link delete rxtlink first, or choose another name.", "link create rxtlink");

        Rx.Run("link down rxtlink");
        Assert.False(CanLinks.Get("rxtlink").IsUp);
        Rx.Run("link up rxtlink --fd off --txqueuelen 77");
        Assert.Equal((true, false, 77), (CanLinks.Get("rxtlink").IsUp, CanLinks.Get("rxtlink").IsFd, CanLinks.Get("rxtlink").TransmitQueueLength));

        Rx.Fails(2, "rxtlink has no controller, and so no bit rate", "link set rxtlink 500k");
        Rx.Fails(2, "There is nothing to set", "link set rxtlink");
        Rx.Fails(1, "no controller to set ListenOnly", "link set rxtlink --listen-only on");
        Assert.True(CanLinks.Get("rxtlink").IsUp);

        Rx.Run("link delete rxtlink");
        Assert.DoesNotContain("rxtlink", Rx.Run("link"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pair_is_created_and_may_stay_down()
    {
        Rx.Run("link create rxtlink --peer rxtpeer");
        Assert.Equal(("vxcan", true, true), (CanLinks.Get("rxtpeer").Kind, CanLinks.Get("rxtlink").IsUp, CanLinks.Get("rxtpeer").IsUp));
        Rx.Run("link delete rxtpeer");

        Rx.Run("link create rxtlink --down");
        Assert.False(CanLinks.Get("rxtlink").IsUp);
    }

    [Fact]
    public void A_controller_is_set_while_it_is_up_and_put_back_when_the_kernel_refuses()
    {
        RequireControllers();
        Rx.Run("link set can1 250k --sample-point 0.75 --restart 200ms --listen-only on");
        var before = CanLinks.Get("can1");
        Assert.True(before.IsUp);
        Assert.Equal((250_000, 0.75), (before.Controller!.BitTiming!.Value.Bitrate, before.Controller.BitTiming.Value.SamplePoint));
        Assert.Equal((TimeSpan.FromMilliseconds(200), CanControllerModes.ListenOnly), (before.Controller.RestartDelay, before.Controller.Modes));

        // A bit rate that the clock cannot make; then one that it can, with a mode that the hardware lacks.
        foreach (var refused in (string[])["link set can1 3M", "link up can1 125k --fd on", "link set can1 125k 2M --listen-only off --restart 1s"])
        {
            Assert.Equal("", Rx.Fails(1, "rxcan: can1: ", refused, begins: "can1 is as it was before.\nrxcan: "));
            var after = CanLinks.Get("can1");
            Assert.Equal((before.IsUp, before.Controller.BitTiming), (after.IsUp, after.Controller!.BitTiming));
            Assert.Equal((before.Controller.Modes, before.Controller.RestartDelay), (after.Controller.Modes, after.Controller.RestartDelay));
        }

        Rx.Fails(2, "is not a bit rate", "link up can1 abc");
        Assert.True(CanLinks.Get("can1").IsUp);
    }

    [Fact]
    public void Only_a_controller_that_is_bus_off_is_restarted_and_none_is_deleted()
    {
        RequireControllers();
        Rx.Fails(1, "not bus-off", "link restart can0");
        Rx.Fails(1, "has no controller to restart", "link restart vcan0");
        Rx.Fails(1, "only vcan and vxcan can be deleted", "link delete can0");
    }

    [Fact]
    public void Changes_are_watched()
    {
        using var rx = Rx.Start("link watch");
        rx.WaitForOutput(output => output.Contains("Added vcan0", StringComparison.Ordinal), "what is there");
        Rx.Run("link create rxtlink");
        rx.WaitForOutput(output => output.Contains("Added rxtlink", StringComparison.Ordinal), "what came");
        Rx.Run("link delete rxtlink");
        rx.WaitForOutput(output => output.Contains("Removed rxtlink", StringComparison.Ordinal), "what went");
        Assert.Matches(@"(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z Removed rxtlink vcan", rx.Output);
        Assert.Equal(0, rx.Interrupt().Status);
    }

    [Fact]
    public void A_user_without_the_capability_can_list_and_is_told_what_changes_need()
    {
        using var list = new Running("setpriv", $"--reuid=65534 --clear-groups dotnet exec {Rx.Program} link");
        using var down = new Running("setpriv", $"--reuid=65534 --clear-groups dotnet exec {Rx.Program} link down vcan0");

        Assert.Equal((0, ""), (list.WaitForExit(), list.Errors));
        Assert.Contains("vcan0 vcan up fd", list.Output, StringComparison.Ordinal);
        Assert.Equal((1, ""), (down.WaitForExit(), down.Output));
        Assert.StartsWith("rxcan: vcan0: cannot set the interface down: Operation not permitted", down.Errors, StringComparison.Ordinal);
        Assert.Contains("CAP_NET_ADMIN", down.Errors, StringComparison.Ordinal);
        Assert.True(CanLinks.Get("vcan0").IsUp);
    }

    public void Dispose()
    {
        foreach (var name in (string[])["rxtlink", "rxtpeer"])
        {
            if (Directory.Exists($"/sys/class/net/{name}"))
                Kernel.Run("ip", $"link delete {name}");
        }

        if (Kernel.HasControllers)
        {
            Kernel.Run("ip", "link set can1 down");
            Kernel.Run("ip", "link set can1 type can bitrate 500000 restart-ms 0 listen-only off");
            Kernel.Run("ip", "link set can1 up");
        }
    }

    private static void RequireControllers()
    {
        if (!Kernel.HasControllers)
            Assert.Skip("needs two controllers on one wire, can0 and can1: run tests/guest");
    }
}
