using System.Reactive.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using RxCan.Links;
using static Microsoft.Playwright.Assertions;

namespace RxCan.Monitor.Tests;

/// <summary>Workspace files.</summary>
public sealed class WorkspaceTests(Chromium chromium) : IDisposable
{
    private const string Dbc = "BO_ 416 EngineData: 4 Engine\n SG_ EngineSpeed : 0|16@1+ (0.25,0) [0|8000] \"rpm\" Dashboard\n SG_ Alive : 16|4@1+ (1,0) [0|0] \"\" Dashboard\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private string File1 => Path.Combine(_folder.FullName, "bench.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_a_page_saves_is_there_when_it_is_started_again()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "vehicle.dbc"), Dbc);
        await using (var monitor = await MonitoredBus.StartAsync(chromium, options: ["--dbc", Path.Combine(_folder.FullName, "vehicle.dbc"), "--workspace", File1]))
        {
            var page = monitor.Page;
            await page.FillAsync("#cyclic-frame", "EngineData EngineSpeed=2400 Alive=++");
            await page.FillAsync("#cyclic-period", "20");
            await page.ClickAsync("#cyclic-start");
            await page.FillAsync("#cyclic-frame", "321#01");
            await page.FillAsync("#cyclic-times", "3");
            await page.ClickAsync("#cyclic-start");
            await Expect(monitor.Row("1A0").Locator("b.hot").First).ToBeVisibleAsync(); // it counts
            await Expect(monitor.Row("321").Locator("td.count")).ToHaveTextAsync("3");
            await Expect(page.Locator("#cyclic-count")).ToHaveTextAsync("1 of 2 on");
            await monitor.Row("1A0").ClickAsync();
            await Expect(page.Locator(".histogram")).ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("periods of the last 10 s"));
            await page.GetByLabel("Signals of EngineData").GetByRole(AriaRole.Button).First.ClickAsync();
            await page.ClickAsync("#workspace summary");
            await page.ClickAsync("#workspace-save");
            await Expect(page.Locator("#workspace-said")).ToHaveTextAsync("Saved.");
            await Axe.CheckAsync(page, "workspace");
        }

        Assert.Equal(["bench.json", "vehicle.dbc"], _folder.GetFiles().Select(file => file.Name).Order());
        await using var again = await MonitoredBus.StartAsync(chromium, options: ["--workspace", File1]);
        await Expect(again.Page.Locator(".jobs .frame").First).ToHaveValueAsync("EngineData EngineSpeed=2400 Alive=++");
        await Expect(again.Page.GetByLabel("Period of EngineData")).ToHaveValueAsync("20");
        await Expect(again.Page.GetByLabel("Times of 321#01")).ToHaveValueAsync("3");
        await Expect(again.Page.Locator("#cyclic-count")).ToHaveTextAsync("0 of 2 on");
        await Expect(again.Page.Locator(".legend span")).ToHaveTextAsync("EngineData.EngineSpeed");
        await Expect(again.Page.Locator("th.name")).ToBeVisibleAsync();
        Assert.DoesNotContain("plot", again.Page.Url);

        // Another one is opened, whole or not at all.
        await again.Page.ClickAsync("#workspace summary");
        await OpenAsync(again.Page, """{ "transmit": [{ "frame": "100#01", "period": 50 }, { "frame": "nonsense", "period": 50 }], "plots": [] }""");
        await Expect(again.Page.Locator("#workspace-said")).ToContainTextAsync("Its row nonsense: 'nonsense' is neither a frame");
        await Expect(again.Page.Locator(".jobs li")).ToHaveCountAsync(2);
        await OpenAsync(again.Page, """{ "transmit": [{ "frame": "100#01", "period": 50 }], "plots": ["100 0|8@1+"] }""");
        await Expect(again.Page.Locator("#workspace-said")).ToContainTextAsync("Opened other.json.");
        await Expect(again.Page.Locator(".jobs .frame")).ToHaveCountAsync(1);
        await Expect(again.Page.Locator(".legend span")).ToHaveTextAsync("100 0|8@1+");
    }

    [Fact]
    public async Task Without_a_file_the_browser_saves_it()
    {
        await using var app = await MonitoredBus.StartAppAsync(Observable.Never<CanLinkChange>(), "virtual:one", "virtual:two");
        var buses = app.Services.GetRequiredService<LiveBuses>();
        app.Services.GetRequiredService<CyclicJobs>().Start(buses.All[1], "123#01", [CanFrame.Parse("123#01")], TimeSpan.FromMilliseconds(2.5), 7);
        using var client = new HttpClient();
        var saved = Workspace.Parse(await client.GetStringAsync(app.Urls.First() + "/workspace.json?plot=a&plot=b"));
        Assert.Equal([new("123#01", 2.5, "virtual:two", 7)], saved.Transmit);
        Assert.Equal(["a", "b"], saved.Plots);
    }

    [Theory]
    [InlineData("", "not a workspace")]
    [InlineData("null", "empty")]
    [InlineData("{ \"version\": 2 }", "version 2")]
    [InlineData("{ \"rows\": [] }", "rows")]
    [InlineData("{ \"transmit\": [{ \"period\": 1 }] }", "not a workspace")]
    [InlineData("{ \"transmit\": [{ \"frame\": \"123#\", \"period\": 0.1 }] }", "at least 0.5 ms")]
    [InlineData("{ \"transmit\": [{ \"frame\": \"12#G\", \"period\": 1 }] }", "Its row 12#G")]
    [InlineData("{ \"transmit\": [{ \"frame\": \"123#\", \"period\": 1, \"bus\": \"can7\" }] }", "no bus can7")]
    [InlineData("{ \"plots\": [\"EngineData.EngineSpeed\"] }", "no signal EngineData.EngineSpeed")]
    public async Task A_wrong_file_is_one_sentence_and_nothing_starts(string text, string why)
    {
        File.WriteAllText(File1, text);
        var error = await Assert.ThrowsAsync<FormatException>(() => MonitoredBus.StartAppAsync(Observable.Never<CanLinkChange>(), "virtual:one", "virtual:two", "--workspace", File1));
        Assert.StartsWith($"{File1}: ", error.Message);
        Assert.Contains(why, error.Message);
    }

    [Fact]
    public void A_file_is_written_whole_or_not_at_all()
    {
        new Workspace { Plots = ["a"] }.Save(File1);
        new Workspace { Plots = ["b"] }.Save(File1);
        Assert.Equal(["b"], Workspace.Load(File1).Plots);
        var taken = _folder.CreateSubdirectory("taken.json").FullName;
        Assert.ThrowsAny<Exception>(() => new Workspace().Save(taken)); // a folder
        Assert.Equal(["bench.json"], _folder.GetFiles().Select(file => file.Name)); // nothing is left
    }

    private static Task OpenAsync(IPage page, string json) => page.Locator("#workspace-open").SetInputFilesAsync(
        new FilePayload { Name = "other.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(json) });
}
