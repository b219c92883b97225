using System.Reactive.Concurrency;
using System.Reactive.Subjects;
using RxCan.Links;
using RxCan.Monitor;
using RxCan.Tests.Bus;

namespace RxCan.Monitor.Tests;

public sealed class LiveBusTests
{
    private static readonly MonitorOptions Options = new() { TraceCapacity = 1000 };

    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);
    private readonly VirtualCanBus _bus;
    private readonly ICanBus _peer;
    private readonly Subject<CanLinkChange> _changes = new();
    private readonly LiveLinks _links;
    private readonly LiveBuses _live;

    public LiveBusTests()
    {
        _bus = new(_time);
        _peer = _bus.Connect();
        _links = new(_changes, _ => { }, _time, Options);
        _live = new([_bus.Connect()], Options, _links);
    }

    [Fact]
    public void Rows_stay_and_counts_go_on_when_a_removed_interface_returns()
    {
        _peer.Send(new(0x100, [1]));
        _time.AdvanceBy(TimeSpan.FromSeconds(0.2));
        Assert.Equal(0x100u, Assert.Single(_live.Table.Entries).Key.Id.Value);

        _bus.Remove();
        _time.AdvanceBy(TimeSpan.FromSeconds(3));
        _bus.LinkUp();
        _time.AdvanceBy(TimeSpan.FromSeconds(3));
        Assert.True(Assert.Single(_live.Table.Entries).Row.IsStale);
        _peer.Send(new(0x200, [1]));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.Equal([0x100u, 0x200], _live.Table.Entries.Select(entry => entry.Key.Id.Value));
        Assert.Equal(2, _live.Table.Total);
        Assert.Contains(_live.All[0].Loads, load => load.Frames == 1);
        Assert.IsType<CanLinkUp>(_live.All[0].LinkEvent);
    }

    [Fact]
    public void The_load_is_relative_to_the_bit_rate_of_the_interface()
    {
        _peer.Send(new(0x100, [1]));
        _time.AdvanceBy(TimeSpan.FromSeconds(0.5));
        var controller = new CanController { BitTiming = new() { Bitrate = 125_000 } };
        _changes.OnNext(new(CanLinkChangeKind.Added, new() { Name = _live.All[0].Name, Index = 3, Controller = controller }));
        _peer.Send(new(0x100, [1]));
        _time.AdvanceBy(TimeSpan.FromSeconds(0.5));
        Assert.Equal(2, _live.All[0].Loads.Length);
        Assert.Equal(4 * _live.All[0].Loads[0].Load, _live.All[0].Loads[1].Load, 6);

        using var told = new LiveBuses([_bus.Connect()], Options with { Bitrate = 1_000_000 }, _links);
        Assert.Equal(1_000_000, told.All[0].Bitrate);
    }

    [Fact]
    public void Interface_frame_rates_are_measured_between_polls()
    {
        var link = new CanLink { Name = "can7", Index = 7 };
        _changes.OnNext(new(CanLinkChangeKind.Added, link));
        Count(1, 10, 200);
        Assert.Equal((10, 200), Rates());
        Count(0.1, 13, 230); // reported between two polls
        Assert.Equal((10, 200), Rates());
        Count(0.9, 30, 400);
        Assert.Equal((20, 200), Rates());
        _time.AdvanceBy(TimeSpan.FromSeconds(5)); // no change means no frames
        Assert.Equal((0, 0), Rates());
        Count(0.5, 37, 400);
        Assert.Equal((7, 0), Rates());

        (double, double) Rates() => (_links.Rows.Single().SendRate, _links.Rows.Single().ReceiveRate);

        void Count(double seconds, long sent, long received)
        {
            _time.AdvanceBy(TimeSpan.FromSeconds(seconds));
            _changes.OnNext(new(CanLinkChangeKind.Changed, link with { Statistics = new() { SentFrames = sent, ReceivedFrames = received } }));
        }
    }

    [Fact]
    public void A_failed_interface_watch_shows_the_reason()
    {
        _changes.OnNext(new(CanLinkChangeKind.Added, new() { Name = "can7", Index = 7 }));
        _changes.OnError(new CanBusException("can7", "no netlink"));
        Assert.Empty(_links.Rows);
        Assert.Equal("no netlink", _links.Trouble);
    }

    [Fact]
    public void An_infrequent_identifier_goes_stale_later()
    {
        for (var i = 0; i < 3; i++)
        {
            _peer.Send(new(0x100, [1]));
            _time.AdvanceBy(TimeSpan.FromSeconds(3));
        }

        var row = Assert.Single(_live.Table.Entries).Row;
        Assert.False(row.IsStale); // 3 s after the last frame
        Assert.Equal(1 / 3.0, row.Rate, 2);
        _time.AdvanceBy(TimeSpan.FromSeconds(7));
        Assert.True(_live.Table.Entries.Single().Row.IsStale);
    }

    [Fact]
    public void A_frame_that_came_once_is_still_there_a_day_later_unless_rows_may_go()
    {
        using var forgetting = new LiveBuses([_bus.Connect()], Options with { GoneAfter = TimeSpan.FromSeconds(15) }, _links);
        _peer.Send(CanFrame.Parse("123#DEADBEEF"));
        _time.AdvanceBy(TimeSpan.FromSeconds(14));
        Assert.Single(forgetting.Table.Entries);
        _time.AdvanceBy(TimeSpan.FromHours(1));
        Assert.Empty(forgetting.Table.Entries);
        Assert.Null(forgetting.Table.Find(new(0x123, IsRemote: false)));
        Assert.Equal(CanFrame.Parse("123#DEADBEEF"), Assert.Single(_live.Table.Entries).Row.Frame);

        _peer.Send(CanFrame.Parse("123#01"));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.Equal((2L, 1L), (_live.Table.Entries.Single().Row.Count, forgetting.Table.Entries.Single().Row.Count));
    }

    [Fact]
    public void Period_and_jitter_are_those_of_the_last_seconds()
    {
        Send(100, TimeSpan.FromMilliseconds(100)); // 10 s
        var slow = Period();
        Send(1100, TimeSpan.FromMilliseconds(10)); // 11 s
        var fast = Period();
        Assert.Equal((100.0, 0.0), (slow.Mean.TotalMilliseconds, slow.Jitter.TotalMilliseconds));
        Assert.Equal((10.0, 10.0, 0.0), (fast.Mean.TotalMilliseconds, fast.Max.TotalMilliseconds, fast.Jitter.TotalMilliseconds));

        FramePeriod Period()
        {
            _time.AdvanceBy(TimeSpan.FromSeconds(0.1));
            return _live.Table.Entries.Single().Row.Period;
        }

        void Send(int count, TimeSpan period)
        {
            for (var i = 0; i < count; i++)
            {
                _time.AdvanceBy(period);
                _peer.Send(new(0x100, [1]));
            }
        }
    }

    [Fact]
    public void Frames_of_a_cyclic_job_are_ours_and_those_of_others_are_not()
    {
        using var live = new LiveBuses([new TwoConnections(_bus.Connect(), _bus.Connect())], Options, _links);
        using var jobs = new CyclicJobs(live, Options);
        jobs.Start(live.All[0], "100#01", [CanFrame.Parse("100#01")], TimeSpan.FromMilliseconds(10));
        _peer.Send(CanFrame.Parse("200#01"));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.Equal([FrameOrigin.Bus, FrameOrigin.Monitor], Origins());

        _peer.Send(CanFrame.Parse("100#02"));
        _time.AdvanceBy(TimeSpan.FromSeconds(0.2));
        Assert.Equal(FrameOrigin.Monitor | FrameOrigin.Bus, live.Table.Find(new(0x100, IsRemote: false))!.Row.Origin);
        jobs.StopAll();
        for (var i = 0; i < 100; i++)
        {
            _peer.Send(CanFrame.Parse("100#01"));
            _time.AdvanceBy(TimeSpan.FromSeconds(0.1));
        }

        Assert.Equal(FrameOrigin.Bus, live.Table.Find(new(0x100, IsRemote: false))!.Row.Origin);

        IEnumerable<FrameOrigin> Origins() => live.Table.Entries.OrderByDescending(entry => entry.Key.Id).Select(entry => entry.Row.Origin);
    }

    [Fact]
    public void A_row_with_a_count_ends_after_it_and_can_be_sent_again()
    {
        using var jobs = new CyclicJobs(_live, Options);
        var came = new List<CanFrame>();
        using var peer = _peer.Subscribe(came.Add);
        CanFrame[] counting = [CanFrame.Parse("100#00"), CanFrame.Parse("100#01"), CanFrame.Parse("100#02")];
        jobs.Start(_live.All[0], "counting", counting, TimeSpan.FromMilliseconds(10), count: 5);
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        var job = Assert.Single(jobs.All);
        Assert.Equal("100#00 100#01 100#02 100#00 100#01", string.Join(' ', came));
        Assert.Equal((false, null), (job.IsOn, job.Trouble));
        jobs.Switch(job, isOn: true);
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.Equal(10, came.Count);
    }

    [Fact]
    public void A_histogram_has_the_periods_of_the_last_ten_seconds_of_a_row()
    {
        var ring = new TraceRing(10_000);
        var at = 0;
        for (var i = 0; i < 2000; i++)
        {
            at += i % 100 == 99 ? 15 : 10; // in ms
            ring.Add(new CanFrame(0x100, [1]).WithInterface("can0").WithTimestamp(DateTimeOffset.UnixEpoch.AddMilliseconds(at)));
            ring.Add(new CanFrame(0x100, [1]).WithInterface("can1").WithTimestamp(DateTimeOffset.UnixEpoch.AddMilliseconds(at + (i % 7))));
        }

        var histogram = new PeriodHistogram(ring, new(0x100, IsRemote: false, "can0"));
        histogram.Update(0, 2000);
        histogram.Update(0, ring.Count);
        var late = Enumerable.Range(0, PeriodHistogram.Bars).Single(i => histogram.Counts[i] is > 0 and < 100);
        Assert.Equal((histogram.Count, 10), (histogram.Counts.Sum(), histogram.Counts[late]));
        Assert.InRange(histogram.Count, 990, 1000); // 10 s
        Assert.Equal(15, (histogram.From + (late * histogram.Step)).TotalMilliseconds, histogram.Step.TotalMilliseconds);
        histogram.Update(ring.Count, ring.Count); // sought
        Assert.Equal(0, histogram.Count);
    }

    [Fact]
    public void The_trace_holds_every_frame_in_order_and_error_frames_among_them()
    {
        _peer.Send(CanFrame.Parse("100#01"));
        _peer.Send(CanFrame.Error(new() { Class = CanErrorClass.BusOff }));
        _peer.Send(CanFrame.Parse("100#02"));
        _time.AdvanceBy(TimeSpan.FromSeconds(0.2));
        Assert.Equal(3, _live.Trace.Count);
        var frames = new CanFrame[4];
        Assert.Equal(0, _live.Trace.Read(0, frames, out var count));
        Assert.Equal(3, count);
        Assert.Contains(frames, frame => frame.IsError);
        Assert.Equal(["01", "02"], frames.Where(frame => frame.Id == 0x100).Select(frame => FrameText.Hex(frame.Data)));
    }

    [Fact]
    public void Adding_a_frame_allocates_nothing()
    {
        var (table, ring) = (new FrameTable(TimeSpan.FromSeconds(2), null), new TraceRing(1000));
        CanFrame[] frames = [.. Enumerable.Range(0, 100).Select(id => CanFrame.Fd(id, new byte[64]).WithTimestamp(DateTimeOffset.UnixEpoch))];
        Add();
        table.Tick(DateTimeOffset.UnixEpoch);
        Add();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Add();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Add()
        {
            foreach (var frame in frames)
            {
                ring.Add(frame);
                table.Add(frame);
            }
        }
    }

    [Fact]
    public void Frames_of_more_identifiers_than_the_table_holds_are_counted()
    {
        var table = new FrameTable(TimeSpan.FromSeconds(2), null);
        for (var i = 0; i < FrameTable.MaxRows + 10; i++)
            table.Add(new(CanId.Extended((uint)i), []));
        Assert.True(table.Tick(DateTimeOffset.UnixEpoch));
        Assert.Equal((FrameTable.MaxRows, FrameTable.MaxRows + 10, 10), (table.Entries.Length, table.Total, table.Unlisted));
    }
}
