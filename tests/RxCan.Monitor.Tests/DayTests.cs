using System.Globalization;
using System.Reactive.Linq;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using RxCan.Links;
using static Microsoft.Playwright.Assertions;

namespace RxCan.Monitor.Tests;

/// <summary>What shows in the browser when a page stays open all day.</summary>
public sealed class DayTests(Chromium chromium)
{
    [Fact]
    public async Task Signals_of_the_same_bits_in_another_order_have_lanes_of_their_own()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var page = monitor.Page;
        using var job = monitor.Peer.SendCyclic(CanFrame.Parse("1A0#0001"), TimeSpan.FromMilliseconds(20)).Subscribe();
        await page.GetByText("Plot bits").ClickAsync();
        await page.FillAsync("#signal-id", "0x1A0");
        await page.FillAsync("#signal-start", "7");
        await page.FillAsync("#signal-length", "8");
        await page.ClickAsync("#signal-add");
        await page.SelectOptionAsync("#signal-order", "Motorola");
        await page.ClickAsync("#signal-add");
        await Expect(page.Locator(".legend li span")).ToHaveTextAsync(["1A0 7|8@1+", "1A0 7|8@0+"]);
        await Expect(page.Locator(".legend b")).ToHaveTextAsync(["2 ", "0 "]);
        await page.WaitForFunctionAsync("() => monitor.plot.csv().includes('\"1A0 7|8@0+\",0,') && monitor.plot.csv().includes('\"1A0 7|8@1+\",2,')");
        var lines = (await page.EvaluateAsync<string>("monitor.plot.csv()")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1);
        Assert.All(lines, line => Assert.Matches(@"@1\+"",2,|@0\+"",0,", line));

        await page.FillAsync("#signal-factor", "0,25");
        await page.ClickAsync("#signal-add");
        await Expect(page.Locator(".plot .mistake")).ToContainTextAsync("The factor must have a decimal point, such as 0.25, not '0,25'.");
        await Expect(page.Locator(".legend li")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_plot_shows_each_frame_and_a_new_page_shows_what_came_before_it()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        for (var i = 0; i < 250; i++)
            monitor.Peer.Send(new(0x1A0, [(byte)i]));
        await Expect(monitor.Page.Locator("#total")).ToHaveTextAsync("250");
        var page = await monitor.OpenAsync("?plot=" + Uri.EscapeDataString("1A0 0|8@1+"));
        await page.WaitForFunctionAsync("() => monitor.plot.csv().split('\\n').length === 252");
        var values = (await page.EvaluateAsync<string>("monitor.plot.csv()")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')[2]);
        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"{i}"), values);

        await page.Locator("#plot").HoverAsync();
        await page.Mouse.WheelAsync(0, -100);
        await Expect(page.Locator("#plot-span")).ToHaveValueAsync("48");
        await Expect(page).ToHaveURLAsync(new Regex("span=48"));
    }

    [Fact]
    public async Task Clear_is_for_one_page_and_for_its_selection_too()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var other = await monitor.OpenAsync();
        monitor.Peer.Send(CanFrame.Parse("123#DEADBEEF"));
        monitor.Peer.Send(CanFrame.Parse("124#01"));
        await monitor.Row("123").ClickAsync();
        var selected = monitor.Page.GetByRole(AriaRole.Group, new() { Name = "Selected frame" });
        await Expect(monitor.Page.Locator(".bits b")).ToHaveTextAsync(["DE", "AD", "BE", "EF"]);

        await monitor.Page.ClickAsync("#clear");
        await Expect(monitor.Rows).ToHaveCountAsync(0);
        await Expect(selected).ToContainTextAsync("No frame since this page was cleared.");
        await Expect(monitor.Page.Locator(".bits")).ToHaveCountAsync(0);
        await Expect(monitor.Page.Locator("#total")).ToHaveTextAsync("0");
        await Expect(other.Locator("#total")).ToHaveTextAsync("2");
        await Expect(other.Locator("tbody th")).ToHaveTextAsync(["123", "124"]);

        monitor.Peer.Send(CanFrame.Parse("123#11"));
        await Expect(monitor.Page.Locator(".bits b")).ToHaveTextAsync(["11"]);
        await Expect(monitor.Row("123").Locator("td.count")).ToHaveTextAsync("1");
        await Expect(other.Locator("td.count").First).ToHaveTextAsync("2");
    }

    [Fact]
    public async Task All_bytes_and_bits_of_a_selected_frame_are_shown()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var data = Enumerable.Range(0, 64).Select(i => (byte)(i * 3)).ToArray();
        monitor.Peer.Send(CanFrame.Fd(0x7DF, data));
        await monitor.Row("7DF").ClickAsync();
        await Expect(monitor.Page.Locator(".bits b")).ToHaveTextAsync([.. data.Select(b => b.ToString("X2", CultureInfo.InvariantCulture))]);
        await Expect(monitor.Page.Locator(".bits code").Nth(1)).ToHaveTextAsync("00000011");
    }

    [Fact]
    public async Task Everything_can_be_reached_on_a_phone_and_at_a_large_zoom()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var page = monitor.Page;
        monitor.Peer.Send(CanFrame.Parse("123#DEADBEEFDEADBEEF"));
        foreach (var (width, height) in ((int, int)[])[(390, 844), (640, 400)])
        {
            await page.SetViewportSizeAsync(width, height);
            Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width);
            await Expect(monitor.Row("123").Locator("td.data")).ToBeVisibleAsync();
            await monitor.Row("123").ClickAsync();
            await Expect(page.Locator(".bits b").Last).ToBeVisibleAsync();
            foreach (var id in (string[])["filter", "show-trace", "pause", "clear", "cyclic-frame", "cyclic-start", "request-send", "plot", "plot-span", "workspace-download", "workspace-open"])
            {
                if (id == "workspace-download")
                    await page.ClickAsync("#workspace summary");
                var place = page.Locator($"#{id}");
                await place.ScrollIntoViewIfNeededAsync();
                await place.ClickAsync(new() { Trial = true });
                var box = (await place.BoundingBoxAsync())!;
                Assert.True(box.X >= 0 && box.X + box.Width <= width, $"#{id} at {box.X} to {box.X + box.Width} of {width}");
            }

            await page.ClickAsync("#workspace summary");
        }
    }

    [Fact]
    public async Task A_lost_connection_is_said_without_covering_data_and_a_new_server_shows_the_same_view()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var page = monitor.Page;
        monitor.Peer.Send(CanFrame.Parse("123#DEADBEEF"));
        await page.FillAsync("#filter", "100-1FF");
        await Expect(monitor.Row("123")).ToBeVisibleAsync();
        await Expect(page.Locator("#outage")).ToBeHiddenAsync();
        await Expect(page).ToHaveURLAsync(new Regex("filter=100-1FF"));

        await monitor.StopAsync();
        await Expect(page.Locator("#outage")).ToHaveTextAsync(new Regex(@"^No connection to rxcan-monitor for \d+ s\. What is shown is from .+"));
        await Expect(page).ToHaveTitleAsync("NO CONNECTION - rxcan-monitor");
        await monitor.Row("123").ClickAsync(new() { Trial = true }); // nothing covers it
        await Expect(page.Locator("dialog[open], #components-reconnect-modal")).ToHaveCountAsync(0);

        await monitor.RestartAsync();
        monitor.Peer.Send(CanFrame.Parse("124#01"));
        monitor.Peer.Send(CanFrame.Parse("224#01"));
        await Expect(page.Locator("tbody th")).ToHaveTextAsync(["124"]);
        await Expect(page.Locator("#outage")).ToBeHiddenAsync();
        await Expect(page.Locator("#filter")).ToHaveValueAsync("100-1FF");
    }

    [Fact]
    public async Task A_silent_bus_says_how_old_its_data_is()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        await Expect(monitor.Page.Locator("#age")).ToHaveTextAsync(new Regex(@"^no frame for \d+ s$"));
        monitor.Peer.Send(CanFrame.Parse("123#01"));
        await Expect(monitor.Page.Locator("#age")).ToHaveTextAsync(new Regex(@"^last frame [1-9]\d* s ago$"));
        await Expect(monitor.Page.Locator(".bus")).ToContainTextAsync("in this process only");
        await Expect(monitor.Page.Locator("#outage")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_reload_and_a_link_show_the_same_view()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var page = monitor.Page;
        monitor.Peer.Send(CanFrame.Parse("123#0102"));
        monitor.Peer.Send(CanFrame.Parse("124#01"));
        monitor.Peer.Send(CanFrame.Parse("124#01"));
        await page.FillAsync("#filter", "120-12F");
        await page.Locator("thead th").GetByText("Count").ClickAsync();
        await monitor.ExpectIdsAsync("124", "123");
        await monitor.Row("123").ClickAsync();
        await page.GetByText("Plot bits").ClickAsync();
        await page.FillAsync("#signal-id", "123");
        await page.ClickAsync("#signal-add");
        await page.FillAsync("#request-tx", "7E1");
        await page.FillAsync("#request-bytes", "3E00");
        await page.ClickAsync("#request-send");
        await Expect(page.Locator(".exchanges li")).ToContainTextAsync("No answer");

        await Expect(page).ToHaveURLAsync(new Regex("filter=.*sort=-count&select=123&tx=7E1.*bytes=3E00.*plot="));
        await page.ReloadAsync();
        await MonitoredBus.ReadyAsync(page);
        var colleague = await monitor.OpenAsync(new Uri(page.Url).PathAndQuery);
        foreach (var view in (IPage[])[page, colleague])
        {
            await Expect(view.Locator("tbody th")).ToHaveTextAsync(["124", "123"]);
            await Expect(view.Locator("#filter")).ToHaveValueAsync("120-12F");
            await Expect(view.Locator("th.count")).ToHaveAttributeAsync("aria-sort", "descending");
            await Expect(view.Locator("tr[aria-current=true] th")).ToHaveTextAsync("123");
            await Expect(view.Locator(".legend span")).ToHaveTextAsync("123 0|16@1+");
            await Expect(view.Locator("#request-tx")).ToHaveValueAsync("7E1");
            await Expect(view.Locator("#request-bytes")).ToHaveValueAsync("3E00");
            await Expect(view.Locator(".exchanges li")).ToContainTextAsync("3E 00");
        }
    }

    [Fact]
    public async Task All_jobs_are_visible_and_stop_at_once_and_none_fills_the_bus()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var page = monitor.Page;
        await page.FillAsync("#cyclic-frame", "300#00");
        foreach (var (period, why) in ((string, string)[])[("0,5", "decimal point"), ("0.001", "at least 0.5 ms")])
        {
            await page.FillAsync("#cyclic-period", period);
            await page.ClickAsync("#cyclic-start");
            await Expect(page.Locator("#cyclic-mistake")).ToContainTextAsync(why);
        }

        await page.FillAsync("#cyclic-period", "50");
        for (var i = 1; i <= 6; i++)
        {
            await page.FillAsync("#cyclic-frame", $"30{i}#01");
            await page.ClickAsync("#cyclic-start");
            await Expect(page.Locator(".jobs li")).ToHaveCountAsync(i);
        }

        await Expect(page.Locator("#cyclic-count")).ToHaveTextAsync("6 of 6 on");
        foreach (var job in await page.Locator(".jobs li").AllAsync())
            await Expect(job).ToBeInViewportAsync(new() { Ratio = 1 });
        await Expect(monitor.Row("306").Locator("td.type")).ToHaveTextAsync("tx data");
        monitor.Peer.Send(CanFrame.Parse("400#01"));
        await Expect(monitor.Row("400").Locator("td.type")).ToHaveTextAsync("rx data");
        await page.ClickAsync("#cyclic-stop-all");
        await Expect(page.Locator("#cyclic-count")).ToHaveTextAsync("0 of 6 on");
        await Expect(monitor.Page.Locator("tr.stale")).ToHaveCountAsync(7);
    }

    [Fact]
    public async Task Bus_off_shouts_in_the_header_the_title_and_the_icon()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var page = monitor.Page;
        var icon = await page.Locator("link[rel=icon]").GetAttributeAsync("href");
        await Expect(page).ToHaveTitleAsync($"{monitor.Peer.Name} - rxcan-monitor");
        var place = (await page.Locator("#errors").BoundingBoxAsync())!.X;
        for (var i = 0; i < 1234; i++)
            monitor.Peer.Send(new(0x100, [(byte)i]));
        await Expect(page.Locator("#total")).ToHaveTextAsync("1,234");
        Assert.Equal(place, (await page.Locator("#errors").BoundingBoxAsync())!.X); // numbers do not push each other

        monitor.Peer.Send(CanFrame.Error(new() { Class = CanErrorClass.BusOff }));
        await Expect(page.Locator("header.alarm .state")).ToHaveTextAsync("bus-off");
        await Expect(page.Locator("header.alarm")).ToHaveCSSAsync("background-color", "rgb(179, 38, 30)");
        await Expect(page).ToHaveTitleAsync($"BUS-OFF: {monitor.Peer.Name}");
        await Expect(page.Locator("link[rel=icon]")).ToHaveAttributeAsync("href", new Regex("^data:.*d92d20"));
        monitor.Peer.Send(CanFrame.Error(new() { Class = CanErrorClass.Restarted }));
        await Expect(page.Locator("header.alarm")).ToHaveCountAsync(0);
        await Expect(page.Locator("link[rel=icon]")).ToHaveAttributeAsync("href", new Regex(Regex.Escape(icon!) + "$"));
    }

    [Fact]
    public async Task Keys_act_on_the_table_only_where_the_focus_is_on_it_and_letters_can_be_turned_off()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var (page, keys) = (monitor.Page, monitor.Page.Keyboard);
        foreach (var id in (uint[])[0x100, 0x200])
            monitor.Peer.Send(new(id, [1]));
        await monitor.ExpectIdsAsync("100", "200");
        var selected = page.Locator("tr[aria-current=true] th");
        await page.Locator(".events ol").FocusAsync();
        await keys.PressAsync("ArrowDown");
        await keys.PressAsync("End");
        await page.Locator("#frames").FocusAsync();
        await keys.PressAsync("ArrowDown");
        await Expect(selected).ToHaveTextAsync("100");

        await keys.PressAsync("?");
        await page.Locator("#single-keys").UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await keys.PressAsync("c");
        await keys.PressAsync("Space");
        await keys.PressAsync("s");
        await keys.PressAsync("ArrowDown");
        await Expect(selected).ToHaveTextAsync("200");
        await Expect(page.Locator("#pause")).ToHaveTextAsync("Pause");
        await Expect(page.Locator("th.id")).ToHaveAttributeAsync("aria-sort", "ascending");
        await page.ReloadAsync();
        await MonitoredBus.ReadyAsync(page);
        await monitor.ExpectIdsAsync("100", "200");
        await page.Locator("#frames").FocusAsync();
        await keys.PressAsync("Space");
        await keys.PressAsync("Home");
        await Expect(selected).ToHaveTextAsync("100");
        await Expect(page.Locator("#pause")).ToHaveTextAsync("Pause");
    }

    [Fact]
    public async Task A_tick_is_one_message_and_a_hidden_page_rests()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var counting = Enumerable.Range(0, 256).Select(i => new CanFrame(0x123, [(byte)i, (byte)(255 - i)])).ToArray();
        using var job = monitor.Peer.SendCyclic(counting, TimeSpan.FromMilliseconds(10)).Subscribe();
        var messages = 0;
        var page = await monitor.OpenAsync("?plot=" + Uri.EscapeDataString("123 0|8@1+"), p => p.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) =>
        {
            if (frame.Binary is { Length: > 10 }) // not a ping
                Interlocked.Increment(ref messages);
        });
        await Expect(page.Locator("td.data b.hot").First).ToBeVisibleAsync();
        await page.WaitForFunctionAsync("() => { const hot = document.querySelector('td.data b'); return hot && getComputedStyle(hot).transitionDuration === '0s'; }"); // it comes and goes

        var (ticks, before) = (0, Volatile.Read(ref messages));
        using (monitor.Services.GetRequiredService<LiveBuses>().Updates.Subscribe(_ => Interlocked.Increment(ref ticks)))
            Assert.True(await Task.Run(() => SpinWait.SpinUntil(() => Volatile.Read(ref ticks) >= 30, TimeSpan.FromMinutes(1))));
        Assert.InRange(Volatile.Read(ref messages) - before, 1, 33); // one for each tick, and a few for what was under way

        await page.EvaluateAsync("Object.defineProperty(document, 'hidden', { get: () => true, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-resting", "");
        before = Volatile.Read(ref messages);
        ticks = 0;
        using (monitor.Services.GetRequiredService<LiveBuses>().Updates.Subscribe(_ => Interlocked.Increment(ref ticks)))
            Assert.True(await Task.Run(() => SpinWait.SpinUntil(() => Volatile.Read(ref ticks) >= 30, TimeSpan.FromMinutes(1))));
        Assert.InRange(Volatile.Read(ref messages) - before, 0, 2);

        await page.EvaluateAsync("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))");
        var shown = await page.Locator("#total").TextContentAsync();
        await Expect(page.Locator("#total")).Not.ToHaveTextAsync(shown!);
        await Expect(page.Locator("#outage")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_page_that_may_only_read_has_nothing_to_send_with()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium, options: ["--read-only"]);
        monitor.Peer.Send(CanFrame.Parse("123#01"));
        monitor.Links.OnNext(new(CanLinkChangeKind.Added, new() { Name = "can7", Index = 7, Kind = "can", IsUp = true, Controller = new() { State = CanState.BusOff } }));
        await monitor.Row("123").ClickAsync();
        await Expect(monitor.Page.Locator(".links li.alarm")).ToContainTextAsync("bus-off");
        await Expect(monitor.Page.Locator(".bus")).ToContainTextAsync("read only");
        await Expect(monitor.Page.Locator("#cyclic-start, #request-send, .links button")).ToHaveCountAsync(0);
        await Expect(monitor.Page.GetByRole(AriaRole.Button, new() { Name = "Send" })).ToHaveCountAsync(0);
        await monitor.Page.Keyboard.PressAsync("Enter");
        await monitor.Page.Keyboard.PressAsync("r");
        await Expect(monitor.Page.GetByRole(AriaRole.Button, new() { Name = "Trace", Exact = true }).Last).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_trace_shows_frames_in_order_and_stops_and_finds()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var page = monitor.Page;
        for (var i = 0; i < 500; i++)
            monitor.Peer.Send(new((uint)(0x100 + (i % 3)), [(byte)i, (byte)(i >> 8)]));
        await Expect(page.Locator("#total")).ToHaveTextAsync("500");
        await monitor.Row("101").DblClickAsync();
        await Expect(page.Locator("#filter")).ToHaveValueAsync("101");
        await Expect(page.Locator("#trace-count")).ToHaveTextAsync("167 of 500");
        var rows = page.Locator(".trace tbody tr");
        await Expect(rows.Last).ToContainTextAsync("rx data 2 F3 01"); // 499, the last of 101
        await Expect(page.Locator(".trace tbody th").First).ToHaveTextAsync("101");

        await page.FillAsync("#filter", "");
        await Expect(page.Locator("#trace-count")).ToHaveTextAsync("500 of 500");
        await page.ClickAsync("#trace-follow");
        monitor.Peer.Send(CanFrame.Parse("7FF#DEADBEEF"));
        monitor.Peer.Send(CanFrame.Error(new() { Class = CanErrorClass.NoAcknowledge }));
        await Expect(page.Locator("#trace-count")).ToHaveTextAsync("502 of 502");
        await Expect(rows.Last).ToContainTextAsync("F3 01");

        await page.FillAsync("#trace-search", "ADBE");
        await page.ClickAsync("#trace-next");
        await Expect(page.Locator(".trace tr[aria-current=true]")).ToContainTextAsync("DE AD BE EF");
        await Expect(page.Locator(".bits b")).ToHaveTextAsync(["DE", "AD", "BE", "EF"]);
        await Expect(page.Locator(".trace")).ToContainTextAsync("no node acknowledged a frame");
        await page.ClickAsync("#trace-next");
        await Expect(page.Locator("#trace-found")).ToHaveTextAsync("Not found below.");
        await page.FillAsync("#trace-search", "10 00");
        await page.ClickAsync("#trace-previous");
        await Expect(page.Locator(".trace tr[aria-current=true]")).ToContainTextAsync("10 00");

        await page.Locator("#trace").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await Expect(rows.First).ToContainTextAsync("rx data 2 00 00");
        await page.SelectOptionAsync("#trace-time", "Relative");
        await Expect(rows.First.Locator(".time")).ToHaveTextAsync("0.000000");
        await Expect(page.Locator("#trace-follow")).ToHaveTextAsync("Follow");
        await page.Locator("#trace").FocusAsync();
        await page.Keyboard.PressAsync("End");
        await Expect(page.Locator("#trace-follow")).ToHaveTextAsync("Stop");
        await Expect(rows.Last).ToContainTextAsync("no node acknowledged a frame");

        await page.ClickAsync("#clear");
        await Expect(rows).ToHaveCountAsync(0);
        await Expect(page).ToHaveURLAsync(new Regex("view=trace"));
    }

    [Fact]
    public async Task Panels_are_resized_by_mouse_and_keys_and_stay_so()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var page = monitor.Page;
        var (sideBar, plotBar) = (page.GetByRole(AriaRole.Separator, new() { Name = "Width of the panels" }), page.GetByRole(AriaRole.Separator, new() { Name = "Height of the plot" }));
        await Expect(sideBar).ToHaveAttributeAsync("aria-valuenow", "430");
        await Expect(plotBar).ToHaveAttributeAsync("aria-valuenow", "232");

        var bar = (await sideBar.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(bar.X + 4, bar.Y + 100);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(bar.X - 66, bar.Y + 100);
        await page.Mouse.UpAsync();
        await Expect(sideBar).ToHaveAttributeAsync("aria-valuenow", "500");
        await plotBar.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(plotBar).ToHaveAttributeAsync("aria-valuenow", "200");
        Assert.Equal((500, 200), (await SizeAsync(".side", "width"), await SizeAsync("#plot", "height")));

        await page.ReloadAsync();
        await MonitoredBus.ReadyAsync(page);
        Assert.Equal((500, 200), (await SizeAsync(".side", "width"), await SizeAsync("#plot", "height")));
        await page.SetViewportSizeAsync(390, 844);
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 390);
        await page.SetViewportSizeAsync(1000, 600); // the frames keep their room
        Assert.True(await SizeAsync(".frames", "width") >= 440);
        await page.SetViewportSizeAsync(1440, 900);
        await sideBar.DblClickAsync();
        await Expect(sideBar).ToHaveAttributeAsync("aria-valuenow", "430");

        Task<int> SizeAsync(string selector, string property) => page.EvaluateAsync<int>($"Math.round(document.querySelector('{selector}').getBoundingClientRect().{property})");
    }

    [Fact]
    public async Task Axe_finds_nothing_in_either_color_scheme()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        var page = monitor.Page;
        monitor.Peer.Send(CanFrame.Parse("123#DEADBEEF"));
        monitor.Peer.Send(CanFrame.Parse("124#01"));
        monitor.Peer.Send(CanFrame.Error(new() { Class = CanErrorClass.BusError }));
        monitor.Links.OnNext(new(CanLinkChangeKind.Added, new() { Name = "can7", Index = 7, Kind = "can", IsUp = true, Controller = new() { State = CanState.ErrorPassive } }));
        await page.FillAsync("#cyclic-frame", "321#01");
        await page.ClickAsync("#cyclic-start");
        await page.ClickAsync("#cyclic-stop-all");
        await page.GetByText("Plot bits").ClickAsync();
        await monitor.Row("123").ClickAsync();
        await Expect(page.Locator("tr.stale").First).ToBeVisibleAsync();
        await CheckAsync("live");
        await page.FillAsync("#filter", "xyz");
        await Expect(page.Locator("#filter-error")).ToBeVisibleAsync();
        await CheckAsync("wrong filter");
        await page.FillAsync("#filter", "");
        await page.ClickAsync("#show-trace");
        await page.Locator(".trace tbody tr").First.ClickAsync();
        await CheckAsync("trace");
        await page.ClickAsync("#help-button");
        await CheckAsync("help");
        await page.Keyboard.PressAsync("Escape");
        monitor.Peer.Send(CanFrame.Error(new() { Class = CanErrorClass.BusOff }));
        await Expect(page.Locator("header.alarm")).ToBeVisibleAsync();
        await CheckAsync("bus-off");

        Task CheckAsync(string state) => Axe.CheckAsync(page, state);
    }

    [Fact]
    public async Task A_recording_is_seen_and_stopped_by_every_page_and_has_all_frames()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            await using var monitor = await MonitoredBus.StartAsync(chromium, options: ["--record-to", folder.FullName]);
            var other = await monitor.OpenAsync();
            await monitor.Page.ClickAsync("#record");
            await Expect(other.Locator("#record.recording")).ToContainTextAsync(new Regex(@"Stop 0:00:\d\d"));
            for (var i = 0; i < 250; i++)
                monitor.Peer.Send(new(0x123, [(byte)i]));
            await Expect(other.Locator("#record")).ToContainTextAsync("kB");
            await other.ClickAsync("#record");
            await Expect(monitor.Page.Locator("#record")).ToHaveTextAsync("Record");
            await Expect(monitor.Page.Locator("#recorded")).ToContainTextAsync("250 frames in virtual-");
            var file = Assert.Single(folder.GetFiles("*.log"));
            Assert.Equal(Enumerable.Range(0, 250), CanLog.Enumerate(file.FullName).Select(frame => (int)frame.Data[0]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Names_and_values_of_a_database_are_filters_and_names_in_the_trace()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """
            BO_ 416 EngineData: 4 Engine
             SG_ EngineSpeed : 0|16@1+ (0.25,0) [0|8000] "rpm" Dashboard
            BO_ 417 GearData: 4 Engine
             SG_ Gear : 0|4@1+ (1,0) [0|0] "" Dashboard
            """);
        await using var monitor = await MonitoredBus.StartAsync(chromium, options: ["--dbc", file]);
        File.Delete(file);
        var page = monitor.Page;
        monitor.Peer.Send(CanFrame.Parse("1A0#80250300"));
        monitor.Peer.Send(CanFrame.Parse("1A1#03"));
        await monitor.ExpectIdsAsync("1A0", "1A1");
        await page.FillAsync("#filter", "Gear*");
        await monitor.ExpectIdsAsync("1A1");
        await page.FillAsync("#filter", "EngineSpeed>2000");
        await monitor.ExpectIdsAsync("1A0");
        await page.ClickAsync("#show-trace");
        await Expect(page.Locator(".trace tbody td.name")).ToHaveTextAsync(["EngineData"]);
        monitor.Peer.Send(CanFrame.Parse("1A0#00000000"));
        await Expect(page.Locator("#trace-count")).ToHaveTextAsync("1 of 3");
        await page.ClickAsync("#show-table");
        await page.FillAsync("#cyclic-frame", "EngineData EngineSpeed=2500");
        await page.ClickAsync("#cyclic-once");
        await Expect(monitor.Row("1A0").Locator("td.data")).ToHaveTextAsync("10 27 00 00");
        await page.FillAsync("#cyclic-frame", "EngineData Speed=2500");
        await page.ClickAsync("#cyclic-once");
        await Expect(page.Locator("#cyclic-mistake")).ToContainTextAsync("Speed");
        monitor.Peer.Send(CanFrame.Parse("1A0#00000000"));
        await monitor.ExpectIdsAsync();
        await Expect(page.GetByText("No identifier passes the filter.")).ToBeVisibleAsync();
    }
}
