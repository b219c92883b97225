using System.Reactive.Concurrency;
using RxCan.Tests.Bus;

namespace RxCan.Tests.SocketCan;

/// <summary>A transmit queue as short as a real controller's, emptied as slowly as by a wire.</summary>
public sealed class TransmitQueueTests : IDisposable
{
    private readonly VcanTestBus _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void Send_reports_a_full_queue()
    {
        Slow("1kbit");
        using var bus = _wire.Open();

        var error = Assert.Throws<CanQueueFullException>(() =>
        {
            for (var i = 0; i < 100; i++)
                bus.Send(new CanFrame(1, [(byte)i]));
        });

        Assert.Contains("txqueuelen", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_waits_for_room_and_keeps_the_order()
    {
        const int Sent = 500;
        Slow("500kbit");
        using var bus = _wire.Open();
        using var other = _wire.Open();
        using var received = other.Record();

        var sends = Enumerable.Range(0, Sent).Select(i => bus.SendAsync(new CanFrame(1, BitConverter.GetBytes(i))).AsTask()).ToArray();
        await Task.WhenAll(sends);

        Assert.Equal(Enumerable.Range(0, Sent), received.WaitForCount(Sent).Values.Select(f => BitConverter.ToInt32(f.Data)));
    }

    [Fact]
    public async Task SendAsync_times_out_on_the_given_scheduler()
    {
        Slow("8bit");
        var time = new HistoricalScheduler();
        using var bus = _wire.Open();
        Fill(bus);

        var send = bus.SendAsync(new CanFrame(1, []), TimeSpan.FromMinutes(1), time).AsTask();
        time.AdvanceBy(TimeSpan.FromSeconds(59));
        Assert.False(send.IsCompleted);
        time.AdvanceBy(TimeSpan.FromSeconds(1));

        var error = await Assert.ThrowsAsync<TimeoutException>(() => send);
        Assert.Contains("60000 ms", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_ends_when_cancelled_or_when_the_bus_is_disposed()
    {
        Slow("8bit");
        using var cancel = new CancellationTokenSource();
        var bus = _wire.Open();
        Fill(bus);

        var cancelled = bus.SendAsync(new CanFrame(1, []), cancellationToken: cancel.Token).AsTask();
        var disposed = bus.SendAsync(new CanFrame(1, [])).AsTask();
        Assert.False(cancelled.IsCompleted || disposed.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        bus.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => disposed);
    }

    private void Slow(string rate) => Kernel.Run("tc", $"qdisc replace dev {_wire.Name} root netem rate {rate} limit 10");

    private static void Fill(ICanBus bus)
    {
        try
        {
            while (true)
                bus.Send(new CanFrame(1, []));
        }
        catch (CanQueueFullException)
        {
        }
    }
}
