using System.Reactive.Concurrency;
using System.Reactive.Subjects;
using DynamicData;
using DynamicData.Binding;

namespace RxCan.Tests.DynamicData;

public sealed class CanSignalRowTests : IDisposable
{
    private static readonly CanRowOptions Options = new()
    {
        Tick = TimeSpan.FromMilliseconds(50),
        StaleAfter = TimeSpan.FromMilliseconds(200),
        LeaveAfter = TimeSpan.FromMilliseconds(500),
    };

    private static readonly NamedSignal[] Signals =
    [
        new("Speed", 0x100, new(0, 8, factor: 0.5), "km/h"),
        new("Gear", 0x100, new(8, 8)),
        new("Voltage", CanId.Extended(0x100), new(0, 16, factor: 0.01), "V"),
    ];

    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);
    private readonly Subject<CanFrame> _frames = new();
    private readonly List<(long Ms, string Changes)> _changes = [];

    public void Dispose() => _frames.Dispose();

    [Fact]
    public void Signals_appear_change_in_place_go_stale_and_leave_at_the_exact_ticks()
    {
        using var subscription = Subscribe();
        At(10, "100#1403", "00000100#B004", "300#FF");
        At(60, "100#1503");
        At(1000);
        Assert.Equal(
            [
                (50, "Add Speed = 10 km/h, Add Gear = 3, Add Voltage = 12 V"),
                (100, "Refresh Speed = 10.5 km/h, Refresh Gear = 3"),
                (250, "Refresh Voltage = 12 V stale"),
                (300, "Refresh Speed = 10.5 km/h stale, Refresh Gear = 3 stale"),
                (550, "Remove Voltage = 12 V stale"),
                (600, "Remove Speed = 10.5 km/h stale, Remove Gear = 3 stale"),
            ],
            _changes);
    }

    [Fact]
    public void A_frame_that_is_too_short_for_a_signal_leaves_its_row_unchanged()
    {
        using var subscription = Subscribe();
        At(10, "100#14");
        At(60, "100#1503");
        At(110, "100#16");
        At(160);
        Assert.Equal(
            [
                (50, "Add Speed = 10 km/h"),
                (100, "Refresh Speed = 10.5 km/h, Add Gear = 3"),
                (150, "Refresh Speed = 11 km/h, Refresh Gear = 3"),
            ],
            _changes);
    }

    [Fact]
    public void A_row_notifies_its_bindings_of_each_changed_property()
    {
        var events = new List<string>();
        using var subscription = _frames.ToChangeSet(Signals, Options, _time).Subscribe(changes =>
        {
            foreach (var change in changes.Where(c => c.Reason == ChangeReason.Add))
            {
                change.Current.PropertyChanged += (row, e) =>
                    events.Add($"{(_time.Now - DateTimeOffset.UnixEpoch).TotalMilliseconds} {e.PropertyName} {row}");
            }
        });
        At(10, "00000100#B004");
        At(60, "00000100#B104");
        At(110, "00000100#B104");
        At(500);
        Assert.Equal(
            [
                "100 Value Voltage = 12.01 V", "100 Timestamp Voltage = 12.01 V", "150 Timestamp Voltage = 12.01 V",
                "350 IsStale Voltage = 12.01 V stale",
            ],
            events);
    }

    [Fact]
    public void A_bus_receives_only_the_identifiers_of_the_signals()
    {
        var bus = new VirtualCanBus(_time);
        using var sender = bus.Connect();
        using var can = bus.Connect(new() { ReceiveBufferSize = 650 }); // for one frame
        var lost = 0;
        using var events = can.Events.Subscribe(_ => lost++);
        using var rows = can.ToChangeSet(Signals, Options).AsObservableCache();
        sender.Send(CanFrame.Parse("300#01"));
        sender.Send(CanFrame.Parse("100#1403"));
        _time.AdvanceBy(TimeSpan.FromMilliseconds(100));
        Assert.Equal(0, lost);
        Assert.Equal([3, 10], rows.Items.Select(r => r.Value).Order());
    }

    [Fact]
    public void Rows_sort_by_name()
    {
        using var subscription = _frames.ToChangeSet(Signals, Options, _time).SuppressRefresh()
            .SortAndBind(out var rows, CanSignalRow.ByName, new SortAndBindOptions { UseBinarySearch = true }).Subscribe();
        At(10, "100#1403", "00000100#B004");
        At(60);
        Assert.Equal(["Gear", "Speed", "Voltage"], rows.Select(r => r.Signal.Name));
    }

    [Fact]
    public void Names_must_be_unique_and_at_least_one_is_required()
    {
        Assert.Contains("Gear", Assert.Throws<ArgumentException>(() => _frames.ToChangeSet([.. Signals, Signals[1] with { Id = 0x200 }])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _frames.ToChangeSet([]));
    }

    private IDisposable Subscribe() => _frames.ToChangeSet(Signals, Options, _time).Subscribe(changes => _changes.Add((
        (_time.Now - DateTimeOffset.UnixEpoch).Ticks / 10_000, string.Join(", ", changes.Select(c => $"{c.Reason} {c.Current}")))));

    private void At(int milliseconds, params string[] frames)
    {
        _time.AdvanceTo(DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds));
        foreach (var frame in frames)
            _frames.OnNext(CanFrame.Parse(frame).WithTimestamp(_time.Now));
    }
}
