using System.Collections.Concurrent;
using System.Reactive.Linq;
using RxCan.Tests.Bus;
using static RxCan.Tests.Bus.ProcessState;

namespace RxCan.Tests.SocketCan;

/// <summary>No descriptor, thread or kernel filter is left after any kind of trouble. Not run in parallel: it counts the process's own.</summary>
[Collection(nameof(Alone))]
public sealed class NothingLeftTests : IDisposable
{
    private readonly VcanTestBus _wire = new();
    private readonly int _descriptors;

    public NothingLeftTests()
    {
        Eventually.True(() => Threads() == 0, "no thread of an earlier test is left");
        _descriptors = Descriptors();
    }

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void After_opening_and_disposing()
    {
        for (var i = 0; i < 100; i++)
            _wire.Open().Dispose();

        AssertNothingLeft();
    }

    [Fact]
    public void Only_the_socket_is_left_after_the_last_subscription_and_nothing_after_Dispose()
    {
        var bus = _wire.Open();
        var frames = bus.Record();
        var events = bus.Events.Record();
        Eventually.True(() => Threads() == 1, "one thread serves both");

        frames.Dispose();
        events.Dispose();
        Eventually.True(() => Threads() == 0 && Descriptors() == _descriptors + 1, "only the socket is open");
        bus.Dispose();

        AssertNothingLeft();
    }

    [Fact]
    public void After_ten_thousand_subscriptions_race_with_traffic()
    {
        var bus = _wire.Open();
        var sender = _wire.Open();
        var errors = new ConcurrentQueue<Exception>();
        using var stop = new CancellationTokenSource();
        var traffic = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                sender.Send(new CanFrame(0x123, [1]));
        });
        Parallel.For(0, 4, _ =>
        {
            for (var i = 0; i < 2500; i++)
                bus.Where(CanFilter.Id(0x123)).Subscribe(_ => { }, errors.Enqueue).Dispose();
        });
        stop.Cancel();
        traffic.Wait();

        bus.Dispose();
        sender.Dispose();

        Assert.Empty(errors);
        AssertNothingLeft();
    }

    [Fact]
    public void After_the_interface_is_removed_with_subscribers_and_returns()
    {
        var bus = _wire.Open();
        using var frames = bus.RetryWhen(errors => errors.Delay(TimeSpan.FromMilliseconds(10))).Record();
        for (var i = 0; i < 3; i++)
        {
            _wire.Remove();
            _wire.Restore();
            using var sender = _wire.Open();
            var before = frames.Count;
            Eventually.True(() =>
            {
                sender.Send(new CanFrame(1, [1]));
                return frames.Count > before;
            }, "frames flow again");
        }

        bus.Dispose();

        frames.WaitForEnd();
        AssertNothingLeft();
    }

    [Fact]
    public void After_the_bus_is_disposed_by_its_own_observer()
    {
        var bus = _wire.Open();
        using var sender = _wire.Open();
        using var frames = bus.Do(_ => bus.Dispose()).Record();
        sender.Send(new CanFrame(1, [1]));

        frames.WaitForEnd();
        sender.Dispose();

        AssertNothingLeft();
    }

    [Fact]
    public void After_an_observer_throws()
    {
        var bus = _wire.Open();
        using var sender = _wire.Open();
        using var bad = bus.Subscribe(_ => throw new InvalidTimeZoneException("on purpose"));
        sender.Send(new CanFrame(1, [1]));

        Eventually.True(() => Threads() == 0, "the reader of the only observer is gone");
        bus.Dispose();
        sender.Dispose();

        AssertNothingLeft();
    }

    [Fact]
    public void After_failing_to_open()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.Throws<CanInterfaceNotFoundException>(() => CanBus.Open("none"));
            Assert.Throws<CanNotSupportedException>(() => CanBus.Open("lo"));
        }

        _wire.LinkDown();
        Assert.Throws<CanInterfaceDownException>(() => _wire.Open());

        AssertNothingLeft();
    }

    private void AssertNothingLeft()
    {
        Eventually.True(() => Threads() == 0, "no reader thread is left");
        Eventually.True(() => Descriptors() <= _descriptors, "no descriptor is left");
        Assert.Equal(0, Kernel.Receivers(_wire.Name, "raw"));
    }
}
