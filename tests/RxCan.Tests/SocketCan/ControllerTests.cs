using RxCan.Tests.Bus;

namespace RxCan.Tests.SocketCan;

/// <summary>
/// The guest's two controllers on one wire, can0 and can1. They send without delay and never see an error, so states beyond error active
/// are simulated by error frames on vcan, in the bus contract. No remote frame is sent here: after one, the emulated receiver delivers an
/// empty frame instead of the next one, to candump too.
/// </summary>
[Collection(nameof(Alone))]
public sealed class ControllerTests : IDisposable
{
    private readonly ICanBus _can0;
    private readonly ICanBus _can1;

    public ControllerTests()
    {
        Kernel.Require();
        if (!Kernel.HasControllers)
            Assert.Skip("needs two controllers on one wire, can0 and can1: run tests/guest");
        _can0 = CanBus.Open("can0", new() { ReceiveOwnMessages = true });
        _can1 = CanBus.Open("can1");
    }

    public void Dispose()
    {
        _can0?.Dispose();
        _can1?.Dispose();
    }

    [Theory]
    [InlineData("123#")]
    [InlineData("123#1122334455667788")]
    [InlineData("1FFFFFFF#DEADBEEF")]
    public void A_frame_crosses_the_wire_and_is_echoed_to_its_sender(string text)
    {
        using var echo = _can0.Record();
        using var received = _can1.Record();

        _can0.Send(CanFrame.Parse(text, null));

        var arrived = received.WaitForCount(1).Values[0];
        Assert.Equal(text, arrived.ToString());
        Assert.False(arrived.IsLocal);
        Assert.Equal("can1", arrived.Interface);
        var own = echo.WaitForCount(1).Values[0];
        Assert.Equal(text, own.ToString());
        Assert.True(own.IsOwn);
    }

    [Fact]
    public async Task Frames_cross_in_order_in_both_directions()
    {
        using var at0 = _can0.Where(CanFilter.Id(1)).Record();
        using var at1 = _can1.Where(CanFilter.Id(2)).Record();

        for (var i = 0; i < 300; i++)
        {
            // One at a time: the emulated controller's own buffer holds 64 bytes, and its drops are not counted.
            await _can0.SendAsync(new CanFrame(2, BitConverter.GetBytes(i)));
            at1.WaitForCount(i + 1);
            await _can1.SendAsync(new CanFrame(1, BitConverter.GetBytes(i)));
            at0.WaitForCount(i + 1);
        }

        Assert.Equal(Enumerable.Range(0, 300), at0.WaitForCount(300).Values.Select(f => BitConverter.ToInt32(f.Data)));
        Assert.Equal(Enumerable.Range(0, 300), at1.WaitForCount(300).Values.Select(f => BitConverter.ToInt32(f.Data)));
    }

    [Fact]
    public void The_bus_survives_a_controller_going_down_and_up()
    {
        using var events = _can1.Events.Record();
        using var received = _can1.Record();

        VcanTestBus.Ip("link set can1 down");
        events.WaitFor(e => e is CanLinkDown);
        Assert.Throws<CanInterfaceDownException>(() => _can1.Send(new CanFrame(1, [])));
        VcanTestBus.Ip("link set can1 up");
        events.WaitFor(e => e is CanLinkUp);
        Eventually.True(
            () =>
            {
                _can0.Send(new CanFrame(1, [1]));
                return SpinWait.SpinUntil(() => received.Count > 0, 100); // no more than fit its queue, and none left for the next test
            },
            "frames flow again");

        Assert.Null(received.End);
    }

    [Fact]
    public void A_classic_controller_rejects_CAN_FD_frames() =>
        Assert.Contains("fd on", Assert.Throws<CanNotSupportedException>(() => _can0.Send(CanFrame.Fd(1, [1]))).Message, StringComparison.Ordinal);
}
