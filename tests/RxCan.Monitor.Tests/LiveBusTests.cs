using System.Reactive.Concurrency;
using System.Reactive.Subjects;
using RxCan.Monitor;
using Microsoft.Extensions.Configuration;
using RxCan.Links;

namespace RxCan.Monitor.Tests;

public sealed class LiveBusTests
{
    private static readonly MonitorOptions Options = MonitorOptions.From([], new ConfigurationBuilder().Build());

    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);
    private readonly VirtualCanBus _bus;
    private readonly ICanBus _peer;
    private readonly Subject<CanLinkChange> _changes = new();
    private readonly LiveLinks _links;
    private readonly LiveBus _live;

    public LiveBusTests()
    {
        _bus = new(_time);
        _peer = _bus.Connect();
        _links = new(_changes, _ => { }, _time);
        _live = new(_bus.Connect(), Options, _links);
    }

    [Fact]
    public void The_table_restarts_but_the_count_continues_when_a_removed_interface_returns()
    {
        _peer.Send(new(0x100, [1]));
        _time.AdvanceBy(TimeSpan.FromSeconds(0.2));
        Assert.Equal(0x100u, Assert.Single(_live.Table.Entries).Key.Id.Value);

        _bus.Remove();
        _time.AdvanceBy(TimeSpan.FromSeconds(3));
        _bus.LinkUp();
        _time.AdvanceBy(TimeSpan.FromSeconds(3));
        Assert.Empty(_live.Table.Entries);
        _peer.Send(new(0x200, [1]));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.Equal(0x200u, Assert.Single(_live.Table.Entries).Key.Id.Value);
        Assert.Equal(2, _live.Table.Total);
        Assert.Contains(_live.Loads, load => load.Frames == 1);
        Assert.IsType<CanLinkUp>(_live.Log.Link);
    }

    [Fact]
    public void The_load_is_relative_to_the_bit_rate_of_the_interface()
    {
        _peer.Send(new(0x100, [1]));
        _time.AdvanceBy(TimeSpan.FromSeconds(0.5));
        var controller = new CanController { BitTiming = new() { Bitrate = 125_000 } };
        _changes.OnNext(new(CanLinkChangeKind.Added, new() { Name = _live.Name, Index = 3, Controller = controller }));
        _peer.Send(new(0x100, [1]));
        _time.AdvanceBy(TimeSpan.FromSeconds(0.5));
        Assert.Equal(2, _live.Loads.Length);
        Assert.Equal(4 * _live.Loads[0].Load, _live.Loads[1].Load, 6);

        using var told = new LiveBus(_bus.Connect(), MonitorOptions.From([], new ConfigurationBuilder()
            .AddInMemoryCollection([new("bitrate", "1000000")]).Build()), _links);
        Assert.Equal(1_000_000, told.Bitrate);
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
        _time.AdvanceBy(TimeSpan.FromSeconds(10));
        Assert.Empty(_live.Table.Entries);
    }
}
