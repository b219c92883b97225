using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using RxCan.Links;
using static Microsoft.Playwright.Assertions;

namespace RxCan.Monitor.Tests;

/// <summary>Logs as buses.</summary>
public sealed class LogTests(Chromium chromium) : IDisposable
{
    private static readonly DateTimeOffset Then = new(2024, 5, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly MonitorOptions Options = new() { TraceCapacity = 10_000 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_log_plays_in_its_own_time_pauses_seeks_and_can_be_played_again()
    {
        var time = new HistoricalScheduler(DateTimeOffset.UnixEpoch);
        var log = new LogPlayer(Write("drive.blf", 100), "drive.blf", time);
        using var links = new LiveLinks(Observable.Never<CanLinkChange>(), _ => { }, time, Options);
        using var buses = new LiveBuses([log], Options, links);
        var bus = buses.All[0];
        time.AdvanceBy(TimeSpan.FromSeconds(1.15));
        Assert.Equal((12, TimeSpan.FromSeconds(9.9)), (bus.Count, log.Length));
        Assert.Equal(Then.AddMilliseconds(1150), bus.Now);
        Assert.Equal(10, buses.Table.Entries.Single().Row.Rate, 1e-6);
        Assert.Equal(Then.AddMilliseconds(1100), Last().Timestamp);
        var load = bus.Load;

        log.TogglePause();
        time.AdvanceBy(TimeSpan.FromMinutes(10));
        Assert.Equal((12, Then.AddMilliseconds(1150)), (bus.Count, bus.Now));
        Assert.False(buses.Table.Entries.Single().Row.IsStale);
        Assert.Equal(("paused", "log", "", 0), (bus.AgeText, bus.State, bus.Mark, bus.FrameRate));

        log.Speed = 10;
        log.TogglePause();
        time.AdvanceBy(TimeSpan.FromSeconds(0.5));
        Assert.Equal(Then.AddMilliseconds(6150), bus.Now);
        Assert.Equal((62, 10.0), (bus.Count, Math.Round(bus.FrameRate))); // per second of the log
        Assert.InRange(bus.Load.Load, 0.9 * load.Load, 1.1 * load.Load);

        log.Speed = 1;
        log.Seek(TimeSpan.FromSeconds(2)); // back: the table, the trace and the plots begin again
        time.AdvanceBy(TimeSpan.FromSeconds(0.25));
        Assert.Equal((3, 20), (buses.Table.Entries.Single().Row.Count, First()));
        Assert.Equal((62, 62), (buses.TraceFrom, buses.Clocks["1"].From));

        time.AdvanceBy(TimeSpan.FromSeconds(60));
        Assert.Equal((true, "end of the log", TimeSpan.FromSeconds(9.9)), (log.HasEnded, bus.AgeText, log.Position));
        Assert.False(buses.Table.Entries.Single().Row.IsStale);
        log.TogglePause();
        time.AdvanceBy(TimeSpan.FromSeconds(0.15));
        Assert.Equal((false, 0, 1), (log.HasEnded, First(), (int)Last().Data[0]));

        int First() => buses.Trace.TryGet(buses.TraceFrom, out var frame) ? frame.Data[0] : -1;

        CanFrame Last() => buses.Trace.TryGet(buses.Trace.Count - 1, out var frame) ? frame : default;
    }

    [Fact]
    public void Channels_of_a_log_are_buses_and_a_damaged_log_says_so()
    {
        var path = Path.Combine(_folder.FullName, "two.log");
        File.WriteAllText(path, "(1.000000) can0 123#01\n(1.100000) can1 123#02\n(1.200000) can1 123#03\nnonsense\n");
        var time = new HistoricalScheduler(DateTimeOffset.UnixEpoch);
        using var links = new LiveLinks(Observable.Never<CanLinkChange>(), _ => { }, time, Options);
        using var buses = new LiveBuses([new LogPlayer(path, "two.log", time)], Options, links);
        time.AdvanceBy(TimeSpan.FromSeconds(0.05));
        Assert.False(buses.AreSeveral);
        time.AdvanceBy(TimeSpan.FromSeconds(2));
        Assert.True(buses.AreSeveral);
        Assert.Equal(["can0", "can1"], buses.Labels);
        Assert.Equal([("can0:123", 1L), ("can1:123", 2L)], buses.Table.Entries.Select(entry => ($"{entry.Key}", entry.Row.Count)));
        Assert.Equal(("damaged log", "alarm"), (buses.All[0].State, buses.All[0].Mark));
        Assert.Contains("line 4", buses.All[0].Log!.Trouble);
        Assert.Equal(("two.log", true), (buses.Log.Lines[0].Bus, buses.Log.Lines[0].Text.Contains("line 4", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nothing_is_sent_to_a_log()
    {
        var time = new HistoricalScheduler(DateTimeOffset.UnixEpoch);
        using var links = new LiveLinks(Observable.Never<CanLinkChange>(), _ => { }, time, Options);
        using var buses = new LiveBuses([new LogPlayer(Write("drive.log", 3), "drive.log", time)], Options, links);
        using var jobs = new CyclicJobs(buses, Options);
        const string why = "drive.log is a log: nothing can be sent to it. Name an interface too, such as rxcan-monitor can0 drive.log.";
        Assert.Equal(why, Assert.Throws<InvalidOperationException>(() => jobs.SendOnce(buses.All[0], new(1, []))).Message);
        Assert.Equal(why, Assert.Throws<InvalidOperationException>(() => jobs.Start(buses.All[0], "001#", [new(1, [])], TimeSpan.FromSeconds(1))).Message);
        Assert.Equal(why, Assert.Throws<InvalidOperationException>(() => buses.Sender("")).Message);
        Assert.Equal(why, Assert.Throws<CanNotSupportedException>(() => buses.All[0].Can.Send(new(1, []))).Message);
    }

    [Fact]
    public void A_plot_of_a_log_that_was_sought_begins_again_at_the_time_of_the_log()
    {
        var ring = new TraceRing(1000);
        var plot = PlottedSignal.Of(0x100, new CanSignal(0, 8));
        var feed = new PlotFeed(ring);
        for (var i = 0; i < 5; i++)
            ring.Add(Numbered(i));
        Assert.Equal(("0,1,2,3,4", true, Then.AddMilliseconds(400).ToUnixTimeMilliseconds()), Take(0.4, 0));
        ring.Add(Numbered(5));
        Assert.Equal(("5", false, Then.AddMilliseconds(500).ToUnixTimeMilliseconds()), Take(0.5, 0));
        ring.Add(Numbered(1)); // after a seek
        ring.Add(Numbered(2));
        Assert.Equal(("1,2", true, Then.AddMilliseconds(200).ToUnixTimeMilliseconds()), Take(0.2, 6));
        ring.Add(Numbered(3));
        ring.Add(Numbered(3).WithInterface("can9")); // another bus is another curve
        Assert.Equal(("3", false, Then.AddMilliseconds(300).ToUnixTimeMilliseconds()), Take(0.3, 6));
        for (var i = 4; i <= 103; i++) // ten seconds at once, when it plays fast, are no more than a page can show
            ring.Add(Numbered(i));
        Assert.Equal((string.Join(',', Enumerable.Range(4, 100)), false, Then.AddMilliseconds(10300).ToUnixTimeMilliseconds()), Take(10.3, 6));

        (string Values, bool IsNew, long Now) Take(double now, long from)
        {
            var clocks = new BusClocks(DateTimeOffset.UnixEpoch, new Dictionary<string, BusClock> { ["can0"] = new(Then.AddMilliseconds(Math.Round(1000 * now)), from) });
            var lane = System.Text.Json.JsonDocument.Parse(feed.Take([plot], 60, clocks, ring.Count)).RootElement.GetProperty("lanes")[0];
            var samples = lane.GetProperty("samples").EnumerateArray().Select(e => e.GetDouble()).Chunk(2).Select(pair => pair[1]);
            return (string.Join(',', samples), lane.GetProperty("isNew").GetBoolean(), lane.GetProperty("now").GetInt64());
        }
    }

    [Theory]
    [InlineData("can0 can1 drive.blf", "can0 can1 drive.blf=drive.blf")]
    [InlineData("/data/a/drive.asc", "drive.asc=/data/a/drive.asc")]
    [InlineData("a/drive.log.gz b/drive.log.gz", "a/drive.log.gz=a/drive.log.gz b/drive.log.gz=b/drive.log.gz")]
    [InlineData("log:drive any virtual:bench?bitrate=500000 can0.5", "drive=drive any virtual:bench?bitrate=500000 can0.5")]
    public void Buses_and_logs_are_told_apart(string arguments, string expected) => Assert.Equal(
        expected, string.Join(' ', BusArgument.Parse(arguments.Split(' ')).Select(bus => bus.LogFile is { } file ? $"{bus.Name}={file}" : bus.Name)));

    [Theory]
    [InlineData("90.5", 90.5)]
    [InlineData("1:30.5", 90.5)]
    [InlineData("1:00:01", 3601.0)]
    [InlineData("1:30,5", null)]
    [InlineData("-1", null)]
    [InlineData("1:1:1:1", null)]
    [InlineData("", null)]
    public void A_position_is_seconds_or_has_colons(string text, double? seconds)
    {
        if (seconds is { } expected)
            Assert.Equal(TimeSpan.FromSeconds(expected), Numbers.Time(text));
        else
            Assert.Throws<FormatException>(() => Numbers.Time(text));
    }

    [Fact]
    public async Task A_page_of_a_log_has_pause_speed_and_seek_and_the_times_of_the_log()
    {
        var page = await chromium.RentAsync();
        await using var app = await MonitoredBus.StartAppAsync(Observable.Never<CanLinkChange>(), Write("drive.blf", 200));
        Assert.Contains("the log drive.blf at http", MonitorServer.Describe(app));
        var log = app.Services.GetRequiredService<LiveBuses>().All[0].Log!;
        await page.GotoAsync(app.Urls.Single() + "?plot=" + Uri.EscapeDataString("100 0|8@1+"));
        await MonitoredBus.ReadyAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause log" }).ClickAsync();
        await Expect(page.Locator("#age")).ToHaveTextAsync("paused");
        await Expect(page.Locator(".log-bar .position")).ToHaveTextAsync(new Regex(@"^\d:\d\d\.\d / 0:19\.9$"));
        await Expect(page.Locator("#no-sending")).ToContainTextAsync("drive.blf is a log: nothing can be sent to it.");
        await Expect(page.Locator("#cyclic-start, #request-send")).ToHaveCountAsync(0);

        await page.FillAsync(".log-bar .go-to", "0:12.25");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".log-bar .position")).ToHaveTextAsync("0:12.2 / 0:19.9");
        await Expect(page.Locator(".log-bar time")).ToHaveTextAsync(Then.AddSeconds(12).ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture));
        await Expect(page.Locator("tbody tr:has(th)")).ToHaveCountAsync(0); // the table begins again
        await page.ClickAsync("#show-trace");
        await page.GetByLabel("Speed").SelectOptionAsync("fastest");
        await page.GetByRole(AriaRole.Button, new() { Name = "Play", Exact = true }).ClickAsync();
        await Expect(page.Locator("#age")).ToHaveTextAsync("end of the log");
        await Expect(page.Locator("#trace-count")).ToHaveTextAsync("77 of 77");
        await Expect(page.Locator(".trace tbody tr").Last).ToContainTextAsync(
            Then.AddMilliseconds(19900).ToLocalTime().ToString("HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture));
        await page.WaitForFunctionAsync($"() => monitor.plot.csv().trim().split('\\n').at(-1) === '{Then.AddMilliseconds(19900).ToUnixTimeSeconds()}.9000,\"100 0|8@1+\",199,\"\"'");
        Assert.Equal(78, (await page.EvaluateAsync<string>("monitor.plot.csv()")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        var slider = page.Locator(".log-bar .seek");
        await slider.EvaluateAsync("s => { s.value = 5000; s.dispatchEvent(new Event('input', { bubbles: true })); s.dispatchEvent(new Event('change', { bubbles: true })); }");
        await Expect(page.Locator("#trace-count")).ToHaveTextAsync("150 of 150");
        await page.FillAsync(".log-bar .go-to", "soon");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".log-bar .mistake")).ToContainTextAsync("not 'soon'");
        Assert.True(log.HasEnded);
        await chromium.ReturnAsync(page);
        await app.StopAsync(new CancellationToken(canceled: true));
    }

    /// <summary>A frame each 0.1 s with a counter.</summary>
    private string Write(string name, int frames)
    {
        var path = Path.Combine(_folder.FullName, name);
        using var log = CanLog.Create(path);
        for (var i = 0; i < frames; i++)
            log.Write(Numbered(i));
        return path;
    }

    private static CanFrame Numbered(int number) => new CanFrame(0x100, [(byte)number]).WithInterface("can0").WithTimestamp(Then.AddMilliseconds(100 * number));
}
