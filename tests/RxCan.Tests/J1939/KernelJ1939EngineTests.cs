using System.Reactive.Linq;
using RxCan.J1939;
using RxCan.Tests.Bus;
using static RxCan.Tests.Bus.Pattern;

namespace RxCan.Tests.J1939;

/// <summary>What the kernel's engine does with its sockets, and that it leaves nothing behind. Not run in parallel: it counts the process's own.</summary>
[Collection(nameof(Alone))]
public sealed class KernelJ1939EngineTests : IDisposable
{
    private static readonly J1939Options ByKernel = new() { Engine = EngineKind.Kernel };

    private readonly VcanTestBus _vcan = new() { IsForJ1939 = true };
    private readonly int _descriptors = ProcessState.Descriptors();

    public void Dispose() => _vcan.Dispose();

    [Fact]
    public void The_kernel_engine_is_the_default_and_the_portable_one_does_what_it_cannot()
    {
        using var can = _vcan.Open();
        using var plain = can.OpenJ1939(0x80);
        using var slow = can.OpenJ1939(0x81, new() { Holds = 1 });
        Assert.Equal((EngineKind.Kernel, EngineKind.Portable), (plain.Engine, slow.Engine));
        var refused = Assert.Throws<CanNotSupportedException>(() => can.OpenJ1939(0x82, ByKernel with { CtsPackets = 8 }));
        Assert.Contains("CtsPackets", refused.Message);
        using var any = CanBus.Open(CanBus.Any);
        Assert.Throws<CanNotSupportedException>(() => any.OpenJ1939(0x82, ByKernel));
    }

    [Fact]
    public void One_thread_serves_all_nodes_on_a_bus_and_nothing_is_left_behind()
    {
        var can = _vcan.Open();
        var nodes = Enumerable.Range(0, 20).Select(i => can.OpenJ1939((byte)i, ByKernel)).ToArray();
        Eventually.True(() => ProcessState.Threads() == 1, "they share one thread"); // others may still be ending
        foreach (var node in nodes[..10])
            node.Dispose();
        Eventually.True(() => ProcessState.Threads() == 1, "it serves those that are left");
        can.Dispose();
        AssertNothingLeft();
    }

    [Fact]
    public void Disposing_a_node_during_long_messages_leaves_nothing_behind()
    {
        using var can = _vcan.Open();
        using var wire = _vcan.Open();
        using var data = wire.Where(CanFilter.Pgn(J1939Pgn.TransportData)).Record();
        var node = can.OpenJ1939(0x80, ByKernel);
        var all = node.SendAsync(0xFECA, P(490)); // 70 packets, 50 ms apart; the kernel finishes sending it
        var one = node.SendAsync(0xEF00, P(50_000), 0x90);
        data.WaitForCount(2);
        node.Dispose();
        Eventually.True(() => all.IsFaulted && one.IsFaulted, "both have failed");
        data.Dispose();
        can.Dispose();
        wire.Dispose();
        AssertNothingLeft();
    }

    [Fact]
    public void A_message_larger_than_the_socket_buffer_is_sent_in_parts()
    {
        using var can = _vcan.Open();
        using var other = _vcan.Open();
        using var node = can.OpenJ1939(0x80, ByKernel);
        using var peer = other.OpenJ1939(0x90, ByKernel);
        using var received = peer.Record();
        var sending = node.SendAsync(0xEF00, P(400_000), 0x90);
        Assert.Equal(P(400_000), received.WaitForCount(1).Values[0].Data.ToArray());
        Assert.True(sending.Wait(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void Removing_the_interface_is_not_delayed_and_ends_the_streams_until_it_returns()
    {
        using var can = _vcan.Open();
        using var node = can.OpenJ1939(0x80, ByKernel);
        using var received = node.Record();
        _vcan.Remove();
        Assert.IsType<CanInterfaceNotFoundException>(received.WaitForEnd().Exception);
        Assert.IsType<CanInterfaceNotFoundException>(node.Record().WaitForEnd().Exception);
        _vcan.Restore();
        AssertReceives(node);
    }

    [Theory]
    [InlineData(EngineKind.Auto)]
    [InlineData(EngineKind.Kernel)]
    [InlineData(EngineKind.Portable)]
    public void A_node_opened_on_a_removed_interface_ends_until_it_returns(EngineKind engine)
    {
        using var can = _vcan.Open();
        _vcan.Remove();
        using var node = can.OpenJ1939(0x80, new() { Engine = engine });
        Assert.IsType<CanInterfaceNotFoundException>(node.Record().WaitForEnd().Exception);
        _vcan.Restore();
        AssertReceives(node);
    }

    [Fact]
    public void Sending_fails_while_the_link_is_down_but_the_stream_does_not_end()
    {
        using var can = _vcan.Open();
        using var other = _vcan.Open();
        using var node = can.OpenJ1939(0x80, ByKernel);
        using var peer = other.OpenJ1939(0x90, ByKernel);
        using var received = peer.Record();
        using var errors = node.Errors.Record();
        _vcan.LinkDown();
        node.Send(0xEF00, [1], 0x90);
        node.Send(0xEF00, P(20), 0x90);
        Assert.All(errors.WaitForCount(2).Values, e => Assert.IsType<CanInterfaceDownException>(e));
        _vcan.LinkUp();
        node.Send(0xEF00, P(20), 0x90);
        received.WaitForCount(1);
        Assert.Null(received.End);
    }

    private void AssertNothingLeft()
    {
        Eventually.True(() => ProcessState.Threads() == 0, "no thread is left");
        Eventually.True(() => ProcessState.Descriptors() <= _descriptors, "no descriptor is left");
        Eventually.True(
            () => Kernel.Receivers(_vcan.Name, "j1939") == 0, "the kernel receives nothing for it, once it has finished sending");
    }

    private void AssertReceives(IJ1939Node node)
    {
        using var received = node.Record();
        using var other = _vcan.Open();
        using var peer = other.OpenJ1939(0x90, ByKernel);
        peer.Send(0xEF00, [1], 0x80);
        received.WaitForCount(1);
    }
}
