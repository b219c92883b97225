using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Reactive.Concurrency;
using System.Reactive.Subjects;
using DynamicData;
using DynamicData.Binding;

namespace RxCan.Tests.DynamicData;

public sealed class CanRowTests : IDisposable
{
    private static readonly CanRowOptions Options = new() { Tick = Ms(50), StaleAfter = Ms(200), LeaveAfter = Ms(500) };

    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);
    private readonly Subject<CanFrame> _frames = new();
    private readonly List<(long Ms, string Changes)> _changes = [];

    public void Dispose() => _frames.Dispose();

    [Fact]
    public void Rows_appear_change_in_place_go_stale_and_leave_at_the_exact_ticks()
    {
        using var subscription = Subscribe();
        At(10, "100#01", "100#02", "200#AA");
        At(60, "100#03");
        At(240, "200#BB");
        At(1000);
        Assert.Equal(
            [
                (50, "Add 100#02 x2, Add 200#AA x1"),
                (100, "Refresh 100#03 x3"),
                (250, "Refresh 200#BB x2"),
                (300, "Refresh 100#03 x3 stale"),
                (450, "Refresh 200#BB x2 stale"),
                (600, "Remove 100#03 x3 stale"),
                (750, "Remove 200#BB x2 stale"),
            ],
            _changes);
    }

    [Fact]
    public void A_frame_just_before_the_tick_keeps_a_row_alive()
    {
        using var subscription = Subscribe();
        At(10, "100#01");
        At(249, "100#02"); // stale at 250 without it
        At(749, "100#03"); // gone at 750 without it
        At(760);
        Assert.Equal(
            [(50, "Add 100#01 x1"), (250, "Refresh 100#02 x2"), (450, "Refresh 100#02 x2 stale"), (750, "Refresh 100#03 x3")], _changes);
    }

    [Fact]
    public void A_row_that_has_left_returns_as_a_new_one()
    {
        var rows = new List<CanRow>();
        using var subscription = _frames.ToChangeSet(Options, _time).Subscribe(changes =>
            rows.AddRange(changes.Where(c => c.Reason == ChangeReason.Add).Select(c => c.Current)));
        At(10, "100#01", "100#02");
        At(2000, "100#03");
        At(2050);
        Assert.Equal(["100#02 x2 stale", "100#03 x1"], rows.Select(r => r.ToString()));
    }

    [Fact]
    public void A_row_notifies_its_bindings_of_each_changed_property()
    {
        var events = new List<string>();
        using var subscription = _frames.ToChangeSet(Options, _time).Subscribe(changes =>
        {
            foreach (var change in changes.Where(c => c.Reason == ChangeReason.Add))
                change.Current.PropertyChanged += (row, e) => events.Add($"{(_time.Now - DateTimeOffset.UnixEpoch).TotalMilliseconds} {e.PropertyName} {row}");
        });
        At(10, "100#01");
        At(60, "100#02");
        At(110, "100#02");
        At(400, "100#02");
        At(450);
        string[] expected =
        [
            .. from name in new[] { "Frame", "Count", "Period", "ChangedBytes" } select $"100 {name} 100#02 x2",
            .. from name in new[] { "Frame", "Count", "Period", "ChangedBytes" } select $"150 {name} 100#02 x3",
            "350 IsStale 100#02 x3 stale",
            .. from name in new[] { "Frame", "Count", "Period", "IsStale" } select $"450 {name} 100#02 x4",
        ];
        Assert.Equal(expected, events);
    }

    [Fact]
    public void Changed_bytes_are_those_that_differ_from_the_previous_update()
    {
        using var rows = _frames.ToChangeSet(Options, _time).AsObservableCache();
        var masks = new List<ulong>();
        foreach (var frame in new[]
        {
            "100#1122334455667788", "100#1122334455667788", "100#1022334455667780", "100#1022", "100#102233", "100##0" + new string('0', 128),
        })
        {
            Send(frame);
            _time.AdvanceBy(Ms(50));
            masks.Add(rows.Lookup(0x100).Value.ChangedBytes);
        }

        Assert.Equal([0, 0, 0x81, 0xFC, 0x04, ulong.MaxValue], masks);
    }

    [Fact]
    public void Period_and_jitter_cover_all_frames_not_just_those_shown()
    {
        using var rows = _frames.ToChangeSet(Options, _time).AsObservableCache();
        foreach (var ms in new[] { 0, 10, 22 })
            _frames.OnNext(new CanFrame(0x100, []).WithTimestamp(DateTimeOffset.UnixEpoch + Ms(ms)));
        At(50);
        var period = rows.Lookup(0x100).Value.Period;
        Assert.Equal((11, 1, 12), (period.Mean.TotalMilliseconds, period.Jitter.TotalMilliseconds, period.Last.TotalMilliseconds));
    }

    [Fact]
    public void Remote_and_error_frames_have_no_rows()
    {
        using var subscription = Subscribe();
        At(10, "100#R", "20000040#0000000000000000");
        At(60, "100#01", "00000100#02");
        At(110, "100#R");
        At(120);
        Assert.Equal([(100, "Add 100#01 x1, Add 00000100#02 x1")], _changes);
    }

    [Fact]
    public void Remote_frames_do_not_keep_a_row_alive()
    {
        using var subscription = Subscribe();
        At(10, "100#01");
        for (var ms = 60; ms < 700; ms += 50)
            At(ms, "100#R");
        Assert.Equal([(50, "Add 100#01 x1"), (250, "Refresh 100#01 x1 stale"), (550, "Remove 100#01 x1 stale")], _changes);
    }

    [Fact]
    public void Rows_can_leave_as_soon_as_they_are_stale()
    {
        using var subscription = Subscribe(Options with { LeaveAfter = Options.StaleAfter });
        At(10, "100#01");
        At(1000);
        Assert.Equal([(50, "Add 100#01 x1"), (250, "Remove 100#01 x1")], _changes);
    }

    [Fact]
    public void Rows_can_stay_forever()
    {
        using var subscription = Subscribe(Options with { LeaveAfter = TimeSpan.MaxValue });
        At(10, "100#01");
        _time.AdvanceBy(TimeSpan.FromMinutes(10));
        Assert.Equal([(50, "Add 100#01 x1"), (250, "Refresh 100#01 x1 stale")], _changes);
    }

    [Fact]
    public void Times_are_rounded_up_to_whole_ticks()
    {
        using var subscription = Subscribe(Options with { StaleAfter = Ms(101), LeaveAfter = Ms(151) });
        At(10, "100#01");
        At(1000);
        Assert.Equal([(50, "Add 100#01 x1"), (200, "Refresh 100#01 x1 stale"), (250, "Remove 100#01 x1 stale")], _changes);
    }

    [Fact]
    public void Each_subscription_has_its_own_rows()
    {
        var sets = _frames.ToChangeSet(Options, _time);
        using var first = sets.AsObservableCache();
        At(10, "100#01");
        At(60);
        using var second = sets.AsObservableCache();
        Send("100#02");
        At(200);
        Assert.Equal((2, 1), (first.Lookup(0x100).Value.Count, second.Lookup(0x100).Value.Count));
    }

    [Fact]
    public void Completion_follows_the_last_rows_but_an_error_comes_immediately()
    {
        var messages = new List<string>();
        using var completing = Record(_frames);
        Send("100#01");
        _frames.OnCompleted();
        using var failing = new Subject<CanFrame>();
        using var failed = Record(failing);
        failing.OnNext(CanFrame.Parse("200#01"));
        failing.OnError(new InvalidOperationException());
        Assert.Equal(["Add 100#01 x1", "completed", "failed"], messages);

        IDisposable Record(IObservable<CanFrame> frames) => frames.ToChangeSet(Options, _time)
            .Subscribe(changes => messages.Add(Text(changes)), _ => messages.Add("failed"), () => messages.Add("completed"));
    }

    [Fact]
    public void A_bus_provides_its_scheduler_and_a_disposed_subscription_releases_it()
    {
        var bus = new VirtualCanBus(_time);
        using var sender = bus.Connect();
        using var can = bus.Connect();
        var subscription = can.ToChangeSet().Subscribe(changes => _changes.Add((0, Text(changes))));
        sender.Send(CanFrame.Parse("100#01"));
        _time.AdvanceBy(Ms(100));
        subscription.Dispose();
        sender.Send(CanFrame.Parse("100#02"));
        _time.AdvanceBy(TimeSpan.FromMinutes(1));
        Assert.Equal([(0, "Add 100#01 x1")], _changes);
    }

    [Fact]
    public void Times_are_validated_immediately()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanRowOptions { Tick = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanRowOptions { StaleAfter = Ms(-1) });
        Assert.Throws<ArgumentException>(() => _frames.ToChangeSet(Options with { LeaveAfter = Ms(100) }));
        Assert.Throws<ArgumentNullException>(() => ((IObservable<CanFrame>)null!).ToChangeSet());
    }

    [Fact]
    public void A_list_sorted_by_identifier_inserts_rows_in_place_without_a_reset()
    {
        var actions = new List<NotifyCollectionChangedAction>();
        using var subscription = _frames.ToChangeSet(Options, _time).SuppressRefresh()
            .SortAndBind(out var rows, CanRow.ById, new SortAndBindOptions { UseBinarySearch = true }).Subscribe();
        ((INotifyCollectionChanged)rows).CollectionChanged += (_, e) => actions.Add(e.Action);
        for (var id = 20; id > 0; id--)
            _frames.OnNext(new(id, []));
        At(60);
        for (var round = 0; round < 3; round++)
        {
            for (var id = 1; id <= 40; id++)
                _frames.OnNext(new(id, [1]));
            _time.AdvanceBy(Ms(50));
        }

        Assert.Equal(Enumerable.Range(1, 40), rows.Select(r => (int)r.Id.Value));
        Assert.Equal(Enumerable.Repeat(NotifyCollectionChangedAction.Add, 40), actions);
        At(1000);
        Assert.Empty(rows);
    }

    [Fact]
    public void A_list_sorted_by_count_follows_the_counts()
    {
        using var subscription = _frames.ToChangeSet(Options, _time)
            .SortAndBind(out ReadOnlyObservableCollection<CanRow> rows, SortExpressionComparer<CanRow>.Descending(r => r.Count)).Subscribe();
        At(10, "100#01", "200#01", "200#02");
        At(60, "100#01", "100#01");
        Assert.Equal(["200", "100"], rows.Select(r => r.Id.ToString()));
        At(110);
        Assert.Equal(["100", "200"], rows.Select(r => r.Id.ToString()));
    }

    [Fact]
    public void A_filter_is_reevaluated_when_a_row_changes_in_place()
    {
        using var active = _frames.ToChangeSet(Options, _time).Filter(r => !r.IsStale).AsObservableCache();
        At(10, "100#01");
        At(60);
        Assert.Equal(1, active.Count);
        At(260);
        Assert.Equal(0, active.Count);
        Send("100#01");
        At(310);
        Assert.Equal(1, active.Count);
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static string Text(IChangeSet<CanRow, CanId> changes) => string.Join(", ", changes.Select(c => $"{c.Reason} {c.Current}"));

    private IDisposable Subscribe(CanRowOptions? options = null) => _frames.ToChangeSet(options ?? Options, _time)
        .Subscribe(changes => _changes.Add(((_time.Now - DateTimeOffset.UnixEpoch).Ticks / 10_000, Text(changes))));

    private void At(int milliseconds, params string[] frames)
    {
        _time.AdvanceTo(DateTimeOffset.UnixEpoch + Ms(milliseconds));
        Send(frames);
    }

    private void Send(params string[] frames)
    {
        foreach (var frame in frames)
            _frames.OnNext(CanFrame.Parse(frame));
    }
}
