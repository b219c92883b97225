using System.Reactive.Concurrency;
using BusMonitor;
using Microsoft.Extensions.Configuration;

namespace RxCan.BusMonitor.Tests;

public sealed class LiveBusTests
{
    private static readonly MonitorOptions Options = MonitorOptions.From([], new ConfigurationBuilder().Build());

    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);
    private readonly VirtualCanBus _bus;
    private readonly ICanBus _peer;
    private readonly LiveBus _live;

    public LiveBusTests()
    {
        _bus = new(_time);
        _peer = _bus.Connect();
        _live = new(_bus.Connect(), Options);
    }

    [Fact]
    public void A_table_starts_anew_when_a_removed_interface_is_back_and_counts_on()
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
    public void What_comes_seldom_is_stale_late()
    {
        for (var i = 0; i < 3; i++)
        {
            _peer.Send(new(0x100, [1]));
            _time.AdvanceBy(TimeSpan.FromSeconds(3));
        }

        var row = Assert.Single(_live.Table.Entries).Row;
        Assert.False(row.IsStale); // 3 s after the last
        Assert.Equal(1 / 3.0, row.Rate, 2);
        _time.AdvanceBy(TimeSpan.FromSeconds(7));
        Assert.True(_live.Table.Entries.Single().Row.IsStale);
        _time.AdvanceBy(TimeSpan.FromSeconds(10));
        Assert.Empty(_live.Table.Entries);
    }
}
