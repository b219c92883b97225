using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;

namespace RxCan.Tests.Operators;

public sealed class BusLoadTests : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);
    private static readonly CanFrame Frame = new(0x123, [0xDE, 0xAD, 0xBE, 0xEF]); // 81 bits, at most 95

    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);
    private readonly Subject<CanFrame> _frames = new();

    public void Dispose() => _frames.Dispose();

    [Fact]
    public void Each_window_reports_the_share_of_time_taken_by_frames()
    {
        var loads = new List<CanBusLoad>();
        using var subscription = _frames.BusLoad(100_000, Window, scheduler: _time).Subscribe(loads.Add);

        for (var i = 0; i < 100; i++)
            _frames.OnNext(Frame);
        _time.AdvanceBy(Window);
        _frames.OnNext(Frame);
        _time.AdvanceBy(Window);
        _time.AdvanceBy(Window);

        Assert.Equal([100, 1, 0], loads.Select(l => l.Frames));
        Assert.Equal([0.81, 0.0081, 0], loads.Select(l => Math.Round(l.Load, 9)));
        Assert.Equal([0.95, 0.0095, 0], loads.Select(l => Math.Round(l.WorstCaseLoad, 9)));
        Assert.All(loads, l => Assert.Equal(Window, l.Elapsed));
    }

    [Fact]
    public void The_data_phase_counts_at_its_own_rate()
    {
        var data = new byte[64];
        data.AsSpan().Fill(0x55);
        var loads = new List<CanBusLoad>();
        using var subscription = _frames.BusLoad(500_000, Window, 2_000_000, _time).Subscribe(loads.Add);
        _frames.OnNext(CanFrame.Fd(0x555, data, bitRateSwitch: true)); // 29 + 550 bits
        _frames.OnNext(CanFrame.Fd(0x555, data)); // 579
        _time.AdvanceBy(Window);
        Assert.Equal(((29 + 579) / 500_000.0 + 550 / 2_000_000.0) / 0.1, loads.Single().Load, 12);
    }

    [Fact]
    public void Error_frames_do_not_count()
    {
        var loads = new List<CanBusLoad>();
        using var subscription = _frames.BusLoad(500_000, Window, scheduler: _time).Subscribe(loads.Add);
        _frames.OnNext(CanFrame.Parse("20000040#0000000000000000"));
        _time.AdvanceBy(Window);
        Assert.Equal(new CanBusLoad(0, 0, 0, Window), loads.Single());
    }

    [Fact]
    public void It_ends_with_its_source_and_emits_nothing_after_disposal()
    {
        var ended = new List<string>();
        using var completed = _frames.BusLoad(500_000, Window, scheduler: _time).Subscribe(_ => ended.Add("window"), () => ended.Add("completed"));
        _frames.OnCompleted();
        _time.AdvanceBy(10 * Window);
        Assert.Equal(["completed"], ended);

        using var failing = new Subject<CanFrame>();
        using var failed = failing.BusLoad(500_000, Window, scheduler: _time).Subscribe(_ => ended.Add("window"), _ => ended.Add("failed"));
        failing.OnError(new InvalidOperationException());
        _time.AdvanceBy(10 * Window);
        Assert.Equal(["completed", "failed"], ended);

        using var other = new Subject<CanFrame>();
        other.BusLoad(500_000, Window, scheduler: _time).Subscribe(_ => ended.Add("window")).Dispose();
        _time.AdvanceBy(10 * Window);
        Assert.False(other.HasObservers);
        Assert.Equal(["completed", "failed"], ended);
    }

    [Fact]
    public void On_a_bus_windows_follow_the_bus_scheduler()
    {
        var bus = new VirtualCanBus(_time);
        using var can = bus.Connect();
        var windows = 0;
        using var subscription = can.BusLoad(500_000, Window).Subscribe(_ => windows++);
        using var filtered = can.Where(CanFilter.All).BusLoad(500_000, Window).Subscribe(_ => windows++);
        _time.AdvanceBy(Window);
        Assert.Equal(2, windows);
    }

    [Fact]
    public void Rates_and_window_must_be_positive()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _frames.BusLoad(0, Window));
        Assert.Throws<ArgumentOutOfRangeException>(() => _frames.BusLoad(1, Window, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _frames.BusLoad(1, TimeSpan.Zero));
    }
}
