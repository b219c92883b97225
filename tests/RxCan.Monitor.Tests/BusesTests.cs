using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Threading.Tasks;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using RxCan.Links;
using static Microsoft.Playwright.Assertions;

namespace RxCan.Monitor.Tests;

/// <summary>Several buses on one page.</summary>
public sealed class BusesTests(Chromium chromium)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Table_trace_filter_plots_and_transmit_list_say_and_choose_the_bus()
    {
        var name = NewName();
        await using var monitor = await MonitoredBus.StartAsync(chromium, options: [name]);
        using var second = CanBus.Open(name);
        var (page, first) = (monitor.Page, monitor.Peer.Name);
        monitor.Peer.Send(CanFrame.Parse("123#01"));
        monitor.Peer.Send(CanFrame.Parse("200#01"));
        second.Send(CanFrame.Parse("123#02"));
        second.Send(CanFrame.Parse("123#03"));
        await monitor.ExpectIdsAsync("123", "123", "200");
        var ofSecond = page.Locator($"tbody tr:has(td.bus:has-text('{name}'))");
        await Expect(ofSecond.Locator("td.count")).ToHaveTextAsync("2");
        await Expect(page.Locator(".buses .bus strong")).ToHaveTextAsync([first, name]);

        // The filter and the choice.
        await page.FillAsync("#filter", $"100-1FF & bus={first}");
        await Expect(page.Locator("td.bus")).ToHaveTextAsync([first]);
        await page.FillAsync("#filter", "100-1FF");
        await page.SelectOptionAsync("#bus", name);
        await Expect(page.Locator("td.bus")).ToHaveTextAsync([name]);
        await page.ClickAsync("#show-trace");
        await Expect(page.Locator("#trace-count")).ToHaveTextAsync("2 of 4");
        await Expect(page.Locator(".trace tbody td.bus")).ToHaveTextAsync([name, name]);
        using (var client = new HttpClient())
        {
            var saved = await client.GetStringAsync(new Uri(new Uri(monitor.Address), await page.Locator("#trace-save").GetAttributeAsync("href")));
            Assert.Equal([$"{name} 123#02", $"{name} 123#03"], saved.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[(line.IndexOf(')') + 2)..]));
        }

        await Expect(page).ToHaveURLAsync(new Regex($"bus={Regex.Escape(Uri.EscapeDataString(name))}"));
        await page.ClickAsync("#show-table");
        await page.SelectOptionAsync("#bus", "");
        await page.FillAsync("#filter", "");

        // A row of the second bus: its trace, and its plot.
        await ofSecond.ClickAsync();
        await Expect(page.Locator("tr[aria-current=true] td.bus")).ToHaveTextAsync([name]);
        await Expect(page.Locator(".bits b")).ToHaveTextAsync("03");
        await page.Keyboard.PressAsync("p");
        await Expect(page.Locator("#signal-bus")).ToHaveValueAsync(name);
        await page.FillAsync("#signal-start", "0");
        await page.FillAsync("#signal-length", "8");
        await page.ClickAsync("#signal-add");
        await Expect(page.Locator(".legend span")).ToHaveTextAsync($"{name}:123 0|8@1+");
        await page.WaitForFunctionAsync("() => monitor.plot.csv().trim().split('\\n').slice(1).map(line => line.split(',')[2]).join() === '2,3'");
        await ofSecond.DblClickAsync();
        await Expect(page.Locator("#bus")).ToHaveValueAsync(name);
        await Expect(page.Locator("#trace-count")).ToHaveTextAsync("2 of 4");

        // A reload shows the same.
        await page.ReloadAsync();
        await MonitoredBus.ReadyAsync(page);
        await Expect(page.Locator("#bus")).ToHaveValueAsync(name);
        await Expect(page.Locator(".legend span")).ToHaveTextAsync($"{name}:123 0|8@1+");
        await page.ClickAsync("#show-table");
        await Expect(page.Locator("tr[aria-current=true] td.bus")).ToHaveTextAsync([name]);
        await page.SelectOptionAsync("#bus", "");

        // Sending.
        var (here, there) = (monitor.Peer.Take(1).Timeout(Deadline).ToTask(), second.Take(2).ToList().Timeout(Deadline).ToTask());
        await page.SelectOptionAsync("#cyclic-bus", name);
        await page.FillAsync("#cyclic-frame", "321#01");
        await page.ClickAsync("#cyclic-start");
        Assert.All(await there, frame => Assert.Equal(CanFrame.Parse("321#01"), frame));
        await page.GetByLabel("Bus of 321#01").SelectOptionAsync(first);
        Assert.Equal(CanFrame.Parse("321#01"), await here);
        await page.ClickAsync("#cyclic-stop-all");
        await Axe.CheckAsync(page, "two buses");
    }

    [Fact]
    public async Task The_bus_in_trouble_shouts_and_the_others_do_not()
    {
        var name = NewName();
        await using var monitor = await MonitoredBus.StartAsync(chromium, options: [name]);
        using var second = CanBus.Open(name);
        var (page, buses) = (monitor.Page, monitor.Page.Locator(".buses .bus"));
        using var job = monitor.Peer.SendCyclic(CanFrame.Parse("123#01"), TimeSpan.FromMilliseconds(100)).Subscribe();
        await Expect(page).ToHaveTitleAsync($"{monitor.Peer.Name}, {name} - rxcan-monitor");
        await Expect(buses.Nth(1).Locator(".age")).ToHaveTextAsync(new Regex(@"^no frame for \d+ s$"));

        second.Send(CanFrame.Error(new() { Class = CanErrorClass.BusOff }));
        await Expect(page).ToHaveTitleAsync($"BUS-OFF: {name}");
        await Expect(page.Locator("header.alarm")).ToBeVisibleAsync();
        await Expect(buses.Nth(1)).ToHaveClassAsync("bus alarm");
        await Expect(buses.Nth(1).Locator(".state")).ToHaveTextAsync("bus-off");
        await Expect(buses.Nth(0)).ToHaveClassAsync("bus ");
        await Expect(buses.Nth(0).Locator(".state")).ToHaveTextAsync("up");
        await Expect(page.Locator("link[rel=icon]")).ToHaveAttributeAsync("href", new Regex("^data:.*d92d20"));
        await Expect(page.Locator(".events li").First).ToContainTextAsync(name);
        await Axe.CheckAsync(page, "one of two is off");

        monitor.Links.OnNext(new(CanLinkChangeKind.Added, new() { Name = monitor.Peer.Name, Index = 3, Kind = "can" }));
        await Expect(page).ToHaveTitleAsync($"DOWN: {monitor.Peer.Name}, BUS-OFF: {name}");
        second.Send(CanFrame.Error(new() { Class = CanErrorClass.Restarted }));
        monitor.Links.OnNext(new(CanLinkChangeKind.Changed, new() { Name = monitor.Peer.Name, Index = 3, Kind = "can", IsUp = true, IsRunning = true }));
        await Expect(page.Locator("header.alarm")).ToHaveCountAsync(0);
    }

    [Fact]
    public void Lost_frames_and_silence_are_states_too()
    {
        var time = new HistoricalScheduler(DateTimeOffset.UnixEpoch);
        var (bus, options) = (new VirtualCanBus(time), new MonitorOptions { TraceCapacity = 1000 });
        var peer = bus.Connect();
        using var links = new LiveLinks(Observable.Never<CanLinkChange>(), _ => { }, time, options);
        using var buses = new LiveBuses([bus.Connect()], options, links);
        var live = buses.All[0];
        time.AdvanceBy(TimeSpan.FromMinutes(1));
        Assert.Equal(("up", "", "no frame for 60 s"), (live.State, live.Mark, live.AgeText)); // may well be nobody there

        peer.Send(new(0x100, []));
        time.AdvanceBy(TimeSpan.FromSeconds(9));
        Assert.Equal(("up", "", "last frame 8 s ago"), (live.State, live.Mark, live.AgeText));
        time.AdvanceBy(TimeSpan.FromSeconds(2));
        Assert.Equal(("silent", "warn"), (live.State, live.Mark));

        live.Take(new CanFramesDropped("can0", time.Now, 5, 5));
        Assert.Equal(("lost frames", "alarm", 5), (live.State, live.Mark, live.Lost));
        peer.Send(new(0x100, []));
        time.AdvanceBy(TimeSpan.FromSeconds(9.5));
        Assert.Equal(("lost frames", "alarm"), (live.State, live.Mark));
        time.AdvanceBy(TimeSpan.FromSeconds(0.6));
        peer.Send(new(0x100, []));
        time.AdvanceBy(TimeSpan.FromSeconds(0.2));
        Assert.Equal(("up", "", 5), (live.State, live.Mark, live.Lost));
    }

    [Fact]
    public void A_recording_has_the_frames_of_all_buses_with_their_names()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var (one, two, options) = (NewName(), NewName(), new MonitorOptions { TraceCapacity = 1000, RecordTo = folder.FullName });
            using var links = new LiveLinks(Observable.Never<CanLinkChange>(), _ => { }, DefaultScheduler.Instance, options);
            using var buses = new LiveBuses([CanBus.Open(one), CanBus.Open(two)], options, links);
            using var recorder = new BusRecorder(buses, options);
            using var first = CanBus.Open(one);
            using var second = CanBus.Open(two);
            recorder.Start();
            using var here = first.SendCyclic(CanFrame.Parse("123#01"), TimeSpan.FromMilliseconds(20)).Subscribe();
            using var there = second.SendCyclic(CanFrame.Parse("123#02"), TimeSpan.FromMilliseconds(20)).Subscribe();
            Assert.True(SpinWait.SpinUntil(() => recorder.Recording!.Frames >= 10, Deadline));
            recorder.Stop();
            Assert.True(SpinWait.SpinUntil(() => recorder.Recording!.IsDone, Deadline));
            Assert.Equal([$"{one} 123#01", $"{two} 123#02"], CanLog.Enumerate(recorder.Recording!.Path).Select(frame => $"{frame.Interface} {frame}").Distinct().OrderBy(text => text[^1]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_machine_that_stalls_for_seconds_loses_no_frame()
    {
        const int seconds = 5, rate = 8000;
        var name = NewName();
        await using var app = await MonitoredBus.StartAppAsync(Observable.Never<CanLinkChange>(), name);
        var bus = app.Services.GetRequiredService<LiveBuses>().All[0];
        using var peer = CanBus.Open(name);
        using var stall = new ManualResetEventSlim();
        using var stalled = bus.Can.Subscribe(_ => stall.Wait(Deadline));
        for (var i = 0; i < seconds * rate; i++)
            peer.Send(new CanFrame((uint)(i % 200), [1]));
        stall.Set();
        Assert.True(SpinWait.SpinUntil(() => bus.Count + bus.Lost == seconds * rate, Deadline));
        Assert.Equal(0, bus.Lost);
    }

    private static string NewName() => $"virtual:b{Guid.NewGuid():N}"[..16];
}
