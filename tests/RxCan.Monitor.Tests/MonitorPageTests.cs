using System.Reactive;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using System.Reactive.Threading.Tasks;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using RxCan.Links;
using RxCan.Monitor;
using static Microsoft.Playwright.Assertions;

namespace RxCan.Monitor.Tests;

public sealed class MonitorPageTests(Chromium chromium)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Each_identifier_has_a_row_showing_its_last_frame()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        monitor.Peer.Send(CanFrame.Parse("123#DEADBEEF"));
        monitor.Peer.Send(CanFrame.Parse("00000123#01"));
        monitor.Peer.Send(CanFrame.Parse("123#R4"));
        monitor.Peer.Send(CanFrame.Parse("7DF##1" + new string('A', 128)));
        monitor.Peer.Send(CanFrame.Parse("123#00AD"));

        await monitor.ExpectIdsAsync("123", "123", "7DF", "00000123");
        await Expect(monitor.Rows.Nth(0)).ToContainTextAsync("data 2 00 AD 2");
        await Expect(monitor.Rows.Nth(1)).ToContainTextAsync("rtr 4");
        await Expect(monitor.Rows.Nth(2)).ToContainTextAsync("fd brs 64 AA AA");
        await Expect(monitor.Page.Locator("#ids")).ToHaveTextAsync("4");
        await Expect(monitor.Page.Locator("#total")).ToHaveTextAsync("5");
    }

    [Fact]
    public async Task Rows_mark_changed_bytes_and_show_counts_and_periods()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var counting = Enumerable.Range(0, 256).Select(i => new CanFrame(0x123, [0x55, (byte)i, 0xAA])).ToArray();
        using var job = monitor.Peer.SendCyclic(counting, TimeSpan.FromMilliseconds(30)).Subscribe();

        await Expect(monitor.Row("123").Locator("td.data")).ToHaveTextAsync(new Regex("^55 [0-9A-F]{2} AA$"));
        await Expect(monitor.Row("123").Locator("b.hot")).ToHaveTextAsync(new Regex("^[0-9A-F]{2}$"));
        await Expect(monitor.Row("123").Locator("td").Nth(3)).ToHaveTextAsync(new Regex(@"^[3-9]\d$"));
        await Expect(monitor.Row("123").Locator("td").Nth(5)).ToHaveTextAsync(new Regex(@"^[34]\d\.\d$"));
    }

    [Fact]
    public async Task Clicking_a_column_sorts_the_rows()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        foreach (var frame in (string[])["300#01", "100#0203", "200#05", "200#05", "200#05", "100#0203"])
            monitor.Peer.Send(CanFrame.Parse(frame));
        await monitor.ExpectIdsAsync("100", "200", "300");

        var head = monitor.Page.Locator("thead th");
        await head.GetByText("Count").ClickAsync();
        await monitor.ExpectIdsAsync("200", "100", "300");
        await Expect(monitor.Page.Locator("th.count")).ToHaveAttributeAsync("aria-sort", "descending");
        await head.GetByText("Count").ClickAsync();
        await monitor.ExpectIdsAsync("300", "100", "200");
        await head.GetByText("Data").ClickAsync();
        await monitor.ExpectIdsAsync("300", "100", "200");
        monitor.Peer.Send(CanFrame.Parse("300#FF"));
        await monitor.ExpectIdsAsync("100", "200", "300");
    }

    [Fact]
    public async Task The_filter_accepts_CanFilter_syntax_and_explains_mistakes()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        foreach (var id in (uint[])[0x100, 0x180, 0x1FF, 0x7E8])
            monitor.Peer.Send(new(id, [1]));
        await monitor.ExpectIdsAsync("100", "180", "1FF", "7E8");

        var filter = monitor.Page.GetByLabel("Filter");
        await filter.FillAsync("100-1FF&~180");
        await monitor.ExpectIdsAsync("100", "1FF");
        await Expect(monitor.Page.Locator("#shown")).ToHaveTextAsync("2 of 4");

        await filter.FillAsync("100-1FF&~xyz");
        await Expect(monitor.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "'xyz' is not a CAN filter: an identifier is missing before 'xyz'." }))
            .ToContainTextAsync("Still in force: 100-1FF&~180");
        await Expect(filter).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(monitor.Page.Locator("#frames")).ToHaveClassAsync(new Regex("outdated"));
        await monitor.ExpectIdsAsync("100", "1FF");

        await filter.FillAsync("");
        await monitor.ExpectIdsAsync("100", "180", "1FF", "7E8");
        await Expect(filter).ToHaveAttributeAsync("aria-invalid", "false");
        await Expect(monitor.Page.Locator("#frames")).Not.ToHaveClassAsync(new Regex("outdated"));
        await filter.FillAsync("0x100 0x180");
        await monitor.ExpectIdsAsync("100", "180");
        await filter.FillAsync("100-1FF,~180");
        await monitor.ExpectIdsAsync("100", "1FF");
    }

    [Fact]
    public async Task A_silent_row_goes_stale_and_disappears()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium, options: ["--stale-after", "0.5", "--gone-after", "4"]);
        using var job = monitor.Peer.SendCyclic(new CanFrame(0x200, [1]), TimeSpan.FromMilliseconds(50)).Subscribe();
        monitor.Peer.Send(new(0x100, [1]));

        await monitor.Page.Locator("tr.stale th:text-is('100')").WaitForAsync();
        await Expect(monitor.Row("200")).Not.ToHaveClassAsync("stale");
        await monitor.ExpectIdsAsync("200");
        await Expect(monitor.Page.Locator("#ids")).ToHaveTextAsync("1");
    }

    [Fact]
    public async Task Pausing_freezes_the_table_but_not_the_frame_count()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        monitor.Peer.Send(new(0x100, [0x11]));
        await Expect(monitor.Row("100").Locator("td.data")).ToHaveTextAsync("11");

        await monitor.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(monitor.Page.GetByText("Paused")).ToBeVisibleAsync();
        monitor.Peer.Send(new(0x100, [0x22]));
        monitor.Peer.Send(new(0x200, [0x33]));
        await Expect(monitor.Page.Locator("#total")).ToHaveTextAsync("3");
        await monitor.Page.Locator("th.length button").ClickAsync(); // redraws the table
        await Expect(monitor.Page.Locator("th.length")).ToHaveAttributeAsync("aria-sort", "ascending");
        await monitor.ExpectIdsAsync("100");
        await Expect(monitor.Row("100").Locator("td.data")).ToHaveTextAsync("11");

        await monitor.Page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await monitor.ExpectIdsAsync("100", "200");
        await Expect(monitor.Row("100").Locator("td.data")).ToHaveTextAsync("22");
    }

    [Fact]
    public async Task A_cyclic_job_runs_until_it_is_stopped()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var arrived = monitor.Peer.Where(CanFilter.Id(0x321)).Take(5).Timeout(Deadline).ToList().ToTask();
        await monitor.Page.FillAsync("#cyclic-frame", "321#C0FFEE");
        await monitor.Page.FillAsync("#cyclic-period", "20");
        await monitor.Page.ClickAsync("#cyclic-start");

        Assert.All(await arrived, frame => Assert.Equal(CanFrame.Parse("321#C0FFEE"), frame));
        await Expect(monitor.Row("321")).ToContainTextAsync("C0 FF EE");

        var silence = monitor.Peer.Presence(0x321, TimeSpan.FromSeconds(0.5)).FirstAsync(p => !p.IsPresent).Timeout(Deadline).ToTask();
        await monitor.Page.GetByLabel("Send 321#C0FFEE").UncheckAsync();
        await silence;

        var again = monitor.Peer.Where(CanFilter.Id(0x322)).Take(5).Timeout(Deadline).ToList().ToTask();
        await monitor.Page.GetByLabel("Send 321#C0FFEE").CheckAsync();
        await monitor.Page.GetByLabel("Frame of 321#C0FFEE").FillAsync("322#01");
        await monitor.Page.Keyboard.PressAsync("Enter");
        Assert.All(await again, frame => Assert.Equal(CanFrame.Parse("322#01"), frame));
        await monitor.Page.GetByLabel("Period of 322#01 in ms").FillAsync("0,5");
        await monitor.Page.Keyboard.PressAsync("Enter");
        await Expect(monitor.Page.Locator("#cyclic-mistake")).ToContainTextAsync("decimal point");
        await monitor.Page.GetByRole(AriaRole.Button, new() { Name = "Remove 322#01" }).ClickAsync();
        await Expect(monitor.Page.Locator(".jobs")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_job_outlives_its_page_and_can_be_stopped_from_another()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var other = await monitor.OpenAsync();
        await monitor.Page.FillAsync("#cyclic-frame", "321#01");
        await monitor.Page.ClickAsync("#cyclic-start");
        await Expect(other.GetByLabel("Frame of 321#01")).ToHaveValueAsync("321#01");
        await monitor.Page.CloseAsync();
        await other.GetByRole(AriaRole.Button, new() { Name = "Remove 321#01" }).ClickAsync();
        await Expect(other.GetByLabel("Cyclic jobs")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task An_invalid_job_shows_the_reason()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        await monitor.Page.FillAsync("#cyclic-frame", "321#C");
        await monitor.Page.ClickAsync("#cyclic-start");
        await Expect(monitor.Page.Locator("#cyclic-mistake")).ToContainTextAsync("'321#C' is not a CAN frame: the data must be 0 to 8 bytes");
        await monitor.Page.FillAsync("#cyclic-frame", "321#C0");
        await monitor.Page.FillAsync("#cyclic-period", "often");
        await monitor.Page.ClickAsync("#cyclic-start");
        await Expect(monitor.Page.Locator("#cyclic-mistake")).ToContainTextAsync("not 'often'");
    }

    [Fact]
    public async Task A_request_shows_its_response_or_its_error()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        using var ecu = monitor.Peer.ServeUds(tx: 0x7E8, rx: 0x7E0, VehicleSimulator.Ecu());
        var exchanges = monitor.Page.Locator(".exchanges li");
        await monitor.Page.FillAsync("#request-bytes", "22 F1 90");
        await monitor.Page.ClickAsync("#request-send");
        await Expect(exchanges.First.Locator(".response")).ToContainTextAsync("62 F1 90 57 52 58");
        await Expect(exchanges.First.Locator(".response")).ToContainTextAsync("WRXCAN00000000001");
        await Expect(exchanges.First).ToContainTextAsync("ReadDataByIdentifier");
        await Expect(monitor.Page.Locator(".negative")).ToHaveCountAsync(0);

        await monitor.Page.FillAsync("#request-bytes", "22 00 01");
        await monitor.Page.ClickAsync("#request-send");
        await Expect(exchanges.First.Locator(".negative")).ToHaveTextAsync(new Regex(@"7F 22 31.*refused: request out of range \(31\)"));

        await monitor.Page.FillAsync("#request-rx", "7E9"); // no node answers there
        await monitor.Page.FillAsync("#request-bytes", "3E00");
        await monitor.Page.PressAsync("#request-bytes", "Enter");
        await Expect(exchanges.First).ToContainTextAsync("No answer 7E0 -> 7E9: 3E00 got no response within 1000 ms");
        await Expect(exchanges).ToHaveCountAsync(3);

        await monitor.Page.FillAsync("#request-bytes", "3E0");
        await monitor.Page.PressAsync("#request-bytes", "Enter");
        await Expect(monitor.Page.Locator("#request-mistake")).ToContainTextAsync("pairs of hexadecimal digits");
    }

    [Fact]
    public async Task Error_frames_and_states_are_logged_and_a_flood_takes_one_line()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var passive = new CanError { Class = CanErrorClass.Controller, Controller = CanControllerStatus.TransmitPassive, TransmitErrors = 128 };
        monitor.Peer.Send(CanFrame.Error(passive));
        for (var i = 0; i < 1000; i++)
            monitor.Peer.Send(CanFrame.Error(new() { Class = CanErrorClass.BusError, TransmitErrors = (byte)i }));

        var lines = monitor.Page.Locator(".events li");
        await Expect(lines.First).ToContainTextAsync("bus error");
        await Expect(lines.First).ToContainTextAsync("\u00D71,000");
        await Expect(lines).ToHaveCountAsync(3);
        await Expect(monitor.Page.Locator(".events")).ToContainTextAsync("the controller is error-passive");
        await Expect(monitor.Page.Locator(".bus")).ToContainTextAsync("error-passive");
        await Expect(monitor.Page.Locator("#errors")).ToHaveTextAsync("1,001");

        for (var i = 0; i < 500; i++)
            monitor.Peer.Send(CanFrame.Error(new() { Class = i % 2 == 0 ? CanErrorClass.BusOff : CanErrorClass.NoAcknowledge }));
        await Expect(monitor.Page.Locator("#errors")).ToHaveTextAsync("1,501");
        await Expect(lines.First).ToContainTextAsync("no node acknowledged a frame");
        await Expect(lines).ToHaveCountAsync(200);
    }

    [Fact]
    public async Task Interfaces_show_their_state_until_they_are_removed()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var (panel, rows) = (monitor.Page.Locator(".links"), monitor.Page.Locator(".links li"));
        await Expect(monitor.Page.Locator(".side .panel")).ToHaveCountAsync(3);
        await Expect(panel).ToHaveCountAsync(0);

        var can = new CanLink { Name = monitor.Peer.Name, Index = 3, Kind = "can", IsUp = true, IsRunning = true };
        var controller = new CanController { BitTiming = new() { Bitrate = 250_000 }, DataBitTiming = new() { Bitrate = 2_000_000 } };
        monitor.Links.OnNext(new(CanLinkChangeKind.Added, new() { Name = "vcan7", Index = 7, Kind = "vcan" }));
        monitor.Links.OnNext(new(CanLinkChangeKind.Added, can with { Controller = controller }));
        await Expect(rows).ToHaveTextAsync([
            new Regex($@"^\s*{can.Name}\s*error-active\s*250k\s*2M\s*tx\s*0\s*0\s*rx\s*0\s*0\s*$"),
            new Regex(@"^\s*vcan7\s*vcan down\s*tx\s*0\s*0\s*rx\s*0\s*0\s*$")]);
        await Expect(panel.Locator("[aria-current=true]")).ToContainTextAsync(can.Name);
        await Expect(monitor.Page.Locator(".load")).ToHaveAttributeAsync("title", new Regex("^of 250 kbit/s"));

        can = can with
        {
            Controller = controller with { State = CanState.ErrorPassive, ErrorCounters = new(128, 96) },
            Statistics = new() { SentFrames = 1234, ReceivedFrames = 12_345_678, ReceiveOverruns = 5 },
        };
        monitor.Links.OnNext(new(CanLinkChangeKind.Changed, can));
        await Expect(rows.First).ToHaveClassAsync("warn");
        await Expect(rows.First).ToHaveTextAsync(new Regex(
            @"error-passive.*tx\s*1,234\s*[\d,]+\s*128\s*rx\s*12\.35M\s*\S+\s*96\s*5 overruns\s*$", RegexOptions.Singleline));
        await Expect(monitor.Page.Locator(".bus")).ToContainTextAsync("error-passive");

        monitor.Links.OnNext(new(CanLinkChangeKind.Removed, can));
        await Expect(rows).ToHaveTextAsync([new Regex("vcan7")]);
    }

    [Fact]
    public async Task A_bus_off_controller_can_be_restarted_and_a_failed_restart_shows_why()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var link = new CanLink { Name = "can7", Index = 7, Kind = "can", IsUp = true, Controller = new() { State = CanState.BusOff } };
        monitor.Links.OnNext(new(CanLinkChangeKind.Added, link));
        monitor.Links.OnNext(new(CanLinkChangeKind.Added, link with { Name = "can8", Index = 8, Controller = new() { State = CanState.ErrorPassive } }));
        var row = monitor.Page.Locator(".links li.alarm");
        await Expect(row).ToContainTextAsync("bus-off");
        await monitor.Page.GetByRole(AriaRole.Button, new() { Name = "Restart" }).ClickAsync();
        await Expect(row.GetByRole(AriaRole.Alert)).ToHaveTextAsync("can7: cannot restart the controller.");

        monitor.Links.OnNext(new(CanLinkChangeKind.Changed, link with { IsRunning = true, Controller = new() }));
        await Expect(row).ToHaveCountAsync(0);
        await Expect(monitor.Page.GetByRole(AriaRole.Button, new() { Name = "Restart" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_database_names_messages_and_signals_which_are_plotted_by_name()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """
            BO_ 416 EngineData: 4 Engine
             SG_ EngineSpeed : 0|16@1+ (0.25,0) [0|8000] "rpm" Dashboard
             SG_ Gear : 16|4@1+ (1,0) [0|0] "" Dashboard
             SG_ Late : 32|8@1+ (1,0) [0|0] "" Dashboard
            VAL_ 416 Gear 3 "Third";
            """);
        await using var monitor = await MonitoredBus.StartAsync(chromium, options: ["--dbc", file]);
        File.Delete(file);
        using var job = monitor.Peer.SendCyclic(CanFrame.Parse("1A0#80250300"), TimeSpan.FromMilliseconds(20)).Subscribe();
        monitor.Peer.Send(CanFrame.Parse("100#01"));

        await Expect(monitor.Row("1A0").Locator("td.name")).ToHaveTextAsync("EngineData");
        await Expect(monitor.Row("100").Locator("td.name")).ToHaveTextAsync("");
        await monitor.Page.Locator("thead th").GetByText("Name").ClickAsync();
        await monitor.ExpectIdsAsync("100", "1A0");

        await monitor.Row("1A0").ClickAsync();
        var signals = monitor.Page.GetByLabel("Signals of EngineData").GetByRole(AriaRole.Button);
        await Expect(signals).ToHaveTextAsync(["EngineSpeed = 2400 rpm", "Gear = Third"]);
        await signals.First.ClickAsync();
        await Expect(monitor.Page.Locator(".legend li")).ToContainTextAsync("EngineSpeed");
        await Expect(monitor.Page.Locator(".legend b")).ToHaveTextAsync("2400 rpm");
        await signals.First.ClickAsync();
        await Expect(monitor.Page.Locator("#plot-mistake")).ToContainTextAsync("EngineSpeed is already plotted.");
    }

    [Fact]
    public async Task A_signal_is_plotted_from_the_bits_entered()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        using var job = monitor.Peer.SendCyclic(CanFrame.Parse("1A0#00012C00"), TimeSpan.FromMilliseconds(20)).Subscribe();
        await monitor.Page.GetByText("Plot bits").ClickAsync();
        await monitor.Page.FillAsync("#signal-id", "1A0");
        await monitor.Page.FillAsync("#signal-start", "15");
        await monitor.Page.SelectOptionAsync("#signal-order", "Motorola");
        await monitor.Page.FillAsync("#signal-factor", "0.5");
        await monitor.Page.ClickAsync("#signal-add");
        await Expect(monitor.Page.Locator(".legend li")).ToContainTextAsync("1A0 15|16");
        await Expect(monitor.Page.Locator(".legend b")).ToHaveTextAsync("150");
        await monitor.Page.WaitForFunctionAsync(
            """
            () => { // pixels of the first line's color
              const canvas = document.getElementById('plot'), [r, g, b] = [0x0F, 0x6B, 0x66];
              const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
              for (let i = 0; i < pixels.length; i += 4)
                if (pixels[i + 3] > 99 && Math.abs(pixels[i] - r) + Math.abs(pixels[i + 1] - g) + Math.abs(pixels[i + 2] - b) < 9)
                  return true;
              return false;
            }
            """);

        await monitor.Page.FillAsync("#signal-length", "65");
        await monitor.Page.ClickAsync("#signal-add");
        await Expect(monitor.Page.Locator(".plot .mistake")).ToContainTextAsync("The length must be 1 to 64 bits.");
        await monitor.Page.GetByLabel("Remove 1A0 15|16").ClickAsync();
        await Expect(monitor.Page.Locator(".legend li")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_theme_follows_the_system_until_toggled_and_is_then_remembered()
    {
        const string dark = "rgb(21, 24, 27)", light = "rgb(244, 245, 246)";
        await using var monitor = await MonitoredBus.StartAsync(chromium, ColorScheme.Dark);
        var background = monitor.Page.Locator("html");
        await Expect(background).ToHaveCSSAsync("background-color", dark);
        await monitor.Page.ClickAsync("#theme");
        await Expect(background).ToHaveCSSAsync("background-color", light);
        await monitor.Page.ReloadAsync();
        await Expect(background).ToHaveCSSAsync("background-color", light);
        await MonitoredBus.ReadyAsync(monitor.Page);
        await monitor.Page.Keyboard.PressAsync("t");
        await Expect(background).ToHaveCSSAsync("background-color", dark);
    }

    [Fact]
    public async Task Keyboard_shortcuts_work_as_the_help_says()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        foreach (var id in (uint[])[0x100, 0x200, 0x300])
            monitor.Peer.Send(new(id, [(byte)(id >> 8)]));
        await monitor.ExpectIdsAsync("100", "200", "300");
        var (keys, page) = (monitor.Page.Keyboard, monitor.Page);
        var selected = page.Locator("tr[aria-current=true] th");

        await keys.PressAsync("ArrowDown");
        await Expect(selected).ToHaveTextAsync("100");
        await keys.PressAsync("ArrowDown");
        await Expect(selected).ToHaveTextAsync("200");
        await keys.PressAsync("End");
        await Expect(selected).ToHaveTextAsync("300");
        await keys.PressAsync("ArrowUp");
        await Expect(selected).ToHaveTextAsync("200");

        await keys.PressAsync("Enter");
        await Expect(page.Locator("#cyclic-frame")).ToBeFocusedAsync();
        await Expect(page.Locator("#cyclic-frame")).ToHaveValueAsync("200#02");
        await keys.PressAsync("Escape");
        await Expect(page.Locator("#cyclic-frame")).Not.ToBeFocusedAsync();
        await keys.PressAsync("p");
        await Expect(page.Locator("#signal-start")).ToBeFocusedAsync();
        await Expect(page.Locator("#signal-id")).ToHaveValueAsync("200");
        await keys.PressAsync("Escape");
        await keys.PressAsync("Escape");
        await Expect(selected).ToHaveCountAsync(0);

        await keys.PressAsync("/");
        await Expect(page.Locator("#filter")).ToBeFocusedAsync();
        await keys.TypeAsync("200");
        await monitor.ExpectIdsAsync("200");
        await keys.PressAsync("Escape");

        await keys.PressAsync("s");
        await Expect(page.Locator("th.type")).ToHaveAttributeAsync("aria-sort", "ascending");
        await keys.PressAsync("Shift+S");
        await Expect(page.Locator("th.type")).ToHaveAttributeAsync("aria-sort", "descending");
        await keys.PressAsync("Space");
        await Expect(page.Locator("#pause")).ToHaveTextAsync("Resume");
        await keys.PressAsync("Space");
        await Expect(page.Locator("#pause")).ToHaveTextAsync("Pause");
        await keys.PressAsync("c");
        await Expect(page.Locator("#ids")).ToHaveTextAsync("0");

        await keys.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Closing_a_page_leaves_no_subscription()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var updates = Updates(monitor.Services.GetRequiredService<LiveBuses>());
        Assert.True(updates.HasObservers);
        var left = Task.Run(() => SpinWait.SpinUntil(() => !updates.HasObservers, Deadline), TestContext.Current.CancellationToken);
        var closed = new TaskCompletionSource();
        monitor.Page.Close += (_, _) => closed.SetResult();
        await monitor.Page.CloseAsync(new() { RunBeforeUnload = true });
        Assert.True(await left);
        await closed.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_page_shows_the_simulated_vehicle_and_counts_every_frame()
    {
        var page = await chromium.RentAsync();
        await using var app = await MonitoredBus.StartAppAsync(Observable.Never<CanLinkChange>(), "--rate", "2000", "--ids", "60");
        await page.GotoAsync(app.Urls.Single());
        await Expect(page.Locator("#ids")).ToHaveTextAsync("60");
        await Expect(page.Locator(".legend b").First).ToContainTextAsync("rpm");

        await Expect(page.Locator("#total")).ToHaveTextAsync(new Regex(@"^\d+,[1-9]\d{2}$")); // more than a thousand

        var simulator = app.Services.GetRequiredService<VehicleSimulator>();
        simulator.Dispose();
        await Expect(page.Locator("#rate")).ToHaveTextAsync("0");
        await Expect(page.Locator("#total")).ToHaveTextAsync(simulator.Sent.ToString("N0", System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(simulator.Sent > 1000);
        await chromium.ReturnAsync(page);
        await app.StopAsync(new CancellationToken(canceled: true));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_updates")]
    private static extern ref Subject<Unit> Updates(LiveBuses buses);
}
