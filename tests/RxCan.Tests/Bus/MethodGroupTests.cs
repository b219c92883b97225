using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;

namespace RxCan.Tests.Bus;

/// <summary>What people write first: it compiles, and does what it says.</summary>
public sealed class MethodGroupTests
{
    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void Frames_can_be_sent_by_method_groups_by_an_observer_and_with_only_a_token()
    {
        var bus = new VirtualCanBus(_time);
        using var can = bus.Connect();
        using var received = bus.Connect().Record();
        using var frames = new Subject<CanFrame>();
        var unsent = new List<UnsentFrame>();
        using var a = frames.Subscribe(can.Send);
        using var b = frames.Subscribe(can.AsObserver(unsent.Add));
        using var c = frames.SelectMany(can.SendAsync).Record();
        using var d = frames.SelectMany(f => can.SendAsync(f)).Record();
        using var e = frames.SelectMany(f => can.SendAsync(f, CancellationToken.None)).Record();

        frames.OnNext(new CanFrame(1, []));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.Equal(5, received.Count);
        Assert.All([c, d, e], sent => Assert.Equal([Unit.Default], sent.Values));

        a.Dispose();
        bus.LinkDown();
        frames.OnNext(new CanFrame(2, []));
        Assert.IsType<CanInterfaceDownException>(Assert.Single(unsent).Reason);
        Assert.All([c, d, e], sent => Assert.IsType<CanInterfaceDownException>(sent.End!.Exception));
        frames.OnError(new InvalidOperationException()); // does nothing to the bus
        bus.LinkUp();
        can.Send(new CanFrame(3, []));
    }

    [Fact]
    public async Task A_token_ends_the_wait_for_room()
    {
        var bus = new VirtualCanBus(bitrate: 1_000, transmitQueueLength: 0, scheduler: _time);
        using var can = bus.Connect();
        using var ending = new CancellationTokenSource();
        can.Send(new CanFrame(1, []));

        var waiting = can.SendAsync(new CanFrame(2, []), ending.Token).AsTask();
        Assert.False(waiting.IsCompleted);
        await ending.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void A_request_is_written_as_its_bytes()
    {
        var bus = new VirtualCanBus(_time);
        using var can = bus.Connect();
        using var received = bus.Connect().Record();
        using var session = can.OpenIsoTp(0x7E0, 0x7E8);

        using var answer = session.Request(0x22, 0xF1, 0x90).Subscribe(_ => { }, _ => { });
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.StartsWith("7E0#0322F190", received.Values[0].ToString(), StringComparison.Ordinal);
    }
}
