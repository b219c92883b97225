using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan.IsoTp;
using RxCan.J1939;
using RxCan.Tests.Cyclic;

namespace RxCan.Tests.Bus;

/// <summary>The wall clock is for time stamps alone: setting it changes nothing that is measured.</summary>
public sealed class WallClockTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public void Setting_the_wall_clock_moves_nothing_that_the_library_measures()
    {
        var expected = WhatHappens([]);

        Assert.Equal(expected, WhatHappens([TimeSpan.FromHours(-1)]));
        Assert.Equal(expected, WhatHappens([TimeSpan.FromHours(1)]));
        Assert.Equal(expected, WhatHappens([TimeSpan.FromDays(-400), TimeSpan.FromMilliseconds(3), TimeSpan.FromDays(400)]));
        foreach (var kind in (string[])["frame", "presence", "change", "latest", "load", "try", "restart", "response", "message", "claim", "sent"])
            Assert.Contains(expected, line => line.Contains($" {kind}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Frames_on_the_wire_have_the_time_of_the_wall_clock_as_it_is_set(int hours)
    {
        var start = _time.Clock;
        var bus = new VirtualCanBus(bitrate: 100_000, scheduler: _time);
        using var sender = bus.Connect();
        using var received = bus.Connect().Timestamp(_time).Record();
        for (var i = 0; i < 3; i++)
            sender.Send(new CanFrame(0x123, [0xDE, 0xAD, 0xBE, 0xEF])); // 81 bits: 810 us

        _time.AdvanceBy(TimeSpan.FromMilliseconds(1));
        _time.WallClockSetBy = TimeSpan.FromHours(hours);
        _time.AdvanceBy(TimeSpan.FromMilliseconds(10));

        var set = _time.WallClockSetBy;
        Assert.Equal([Us(780), Us(1590) + set, Us(2400) + set], received.Values.Select(f => f.Value.Timestamp - start));
        Assert.All(received.Values, f => Assert.Equal(f.Timestamp, f.Value.Timestamp));
    }

    private static TimeSpan Us(int us) => TimeSpan.FromMicroseconds(us);

    /// <summary>What a bus, its jobs, watches, sessions and nodes and every operator do in a second, while the wall clock is set again and again.</summary>
    private static List<string> WhatHappens(TimeSpan[] settings)
    {
        var time = new VirtualTime();
        var start = time.Clock;
        var log = new List<string>();
        void Log(string what) => log.Add($"{(time.Clock - start).Ticks} {what}");
        var bus = new VirtualCanBus(bitrate: 50_000, scheduler: time);
        using var can = bus.Connect();
        using var peer = bus.Connect();
        var none = Observable.Throw<int>(new CanInterfaceNotFoundException("none", "none"));
        using var isoTp = can.OpenIsoTp(0x7E0, 0x7E8);
        using var ecu = peer.OpenIsoTp(0x7E8, 0x7E0, new() { STmin = TimeSpan.FromMilliseconds(7) });
        using var node = can.OpenJ1939(new J1939Name(1));
        using var other = peer.OpenJ1939(0x20);
        using var all = new CompositeDisposable(
            peer.Subscribe(f => Log($"frame {f}")),
            can.SendCyclic(new CanFrame(1, [1]), TimeSpan.FromMilliseconds(10), new() { Count = 30 }).Subscribe(),
            can.SendCyclic(new CanFrame(2, [1]), TimeSpan.FromMilliseconds(9), new() { Count = 30 }, time).Subscribe(),
            peer.Presence(1, TimeSpan.FromMilliseconds(25)).Subscribe(p => Log($"presence {p.IsPresent}")),
            can.Where(CanFilter.Id(1)).Select((f, i) => f.WithId(3)).Subscribe(f => can.Send(f)),
            peer.Changes(CanFilter.Ids([1, 2, 3]), options: new() { Throttle = TimeSpan.FromMilliseconds(15) }).Subscribe(f => Log($"change {f}")),
            peer.LatestById(TimeSpan.FromMilliseconds(7), TimeSpan.FromMilliseconds(30)).Subscribe(b => Log($"latest {b.Length}")),
            peer.BusLoad(50_000, TimeSpan.FromMilliseconds(20)).Subscribe(l => Log($"load {l.Load} {l.Elapsed.Ticks}")),
            Observable.Defer(() =>
            {
                Log("try");
                return none;
            }).Reconnect(TimeSpan.FromMilliseconds(50), time).Subscribe(),
            can.RestartOnBusOff().Subscribe(r => Log($"restart {r.Attempt} {r.Delay.Ticks}")),
            isoTp.Request(new byte[100]).Subscribe(_ => { }, e => Log($"response {e.Message}")),
            ecu.Subscribe(p => Log($"message {p.Length}")),
            other.Subscribe(m => Log($"message {m.Data.Length}")),
            node.ClaimAddress(0x10).Subscribe(c => Log($"claim {c}"), e => Log($"claim {e.Message}")));
        other.Send(0xFF01, new byte[30]);
        time.Schedule(TimeSpan.FromMilliseconds(400), () => peer.Send(CanFrame.Error(new() { Class = CanErrorClass.BusOff })));
        time.Schedule(TimeSpan.FromMilliseconds(450), () =>
        {
            for (var i = 0; i < 12; i++)
                Send();
        });
        async void Send()
        {
            try
            {
                await can.SendAsync(new CanFrame(4, new byte[8]), TimeSpan.FromMilliseconds(3));
                Log("sent");
            }
            catch (TimeoutException)
            {
                Log("not sent");
            }
        }

        for (var i = 0; settings.Length > 0 && i < 500; i++)
        {
            var setting = settings[i % settings.Length];
            time.Schedule(TimeSpan.FromTicks(i * 29_989), () => time.WallClockSetBy += setting);
        }

        time.AdvanceBy(TimeSpan.FromSeconds(2));
        return log;
    }
}
