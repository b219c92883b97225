using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace RxCan.Monitor.Tests;

/// <summary>A page whose network was cut, or that was hidden, goes on with all that came meanwhile.</summary>
public sealed class OutageTests(Chromium chromium)
{
    private const string Plot = "?filter=100-1FF&plot=100 0|16@1%2B";
    private const string Hide = "Object.defineProperty(document, 'hidden', { get: () => true, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))";
    private const string Show = "delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))";

    [Fact]
    public async Task A_page_goes_on_after_five_seconds_without_a_network_and_has_lost_nothing()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        using var cable = new Cable(monitor.Address);
        var page = await OpenAsync(monitor, cable);
        Send(monitor, 0, 20);
        await ExpectAsync(page, 20);

        cable.Cut();
        Send(monitor, 20, 50);
        await Expect(page.Locator("#outage")).ToHaveTextAsync(new Regex(@"^No connection to rxcan-monitor for ([5-9]|\d\d) s\. What is shown is from .+"));
        await Expect(page.Locator("#total")).ToHaveTextAsync("20"); // still readable
        cable.Mend();
        Send(monitor, 50, 60);
        await ExpectAsync(page, 60);
        await Expect(page.Locator("#outage")).ToBeHiddenAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.isSame === true"), "The page was loaded again.");
    }

    [Fact]
    public async Task A_hidden_page_shows_all_that_came_meanwhile_when_it_is_seen_again_even_after_an_outage()
    {
        await using var monitor = await MonitoredBus.StartAsync(chromium);
        using var cable = new Cable(monitor.Address);
        var page = await OpenAsync(monitor, cable);
        Send(monitor, 0, 20);
        await ExpectAsync(page, 20);

        await page.EvaluateAsync(Hide);
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-resting", "");
        Send(monitor, 20, 50);
        await page.EvaluateAsync(Show);
        await ExpectAsync(page, 50);

        await page.EvaluateAsync(Hide);
        cable.Cut();
        Send(monitor, 50, 80);
        await page.WaitForFunctionAsync("seen => performance.now() - seen > 5000", await page.EvaluateAsync<double>("performance.now()")); // longer than the connection lasts
        cable.Mend();
        await page.EvaluateAsync(Show);
        await ExpectAsync(page, 80);
        await Expect(page.Locator("#outage")).ToBeHiddenAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.isSame === true"), "The page was loaded again.");
    }

    private static async Task<IPage> OpenAsync(MonitoredBus monitor, Cable cable)
    {
        var page = monitor.Page;
        await page.GotoAsync(cable.Address + Plot);
        await MonitoredBus.ReadyAsync(page);
        await page.EvaluateAsync("window.isSame = true");
        return page;
    }

    private static void Send(MonitoredBus monitor, int from, int to)
    {
        for (var i = from; i < to; i++)
            monitor.Peer.Send(new(0x100, [(byte)i, (byte)(i >> 8)]));
    }

    /// <summary>All frames from 0 on are counted, and plotted once each.</summary>
    private static async Task ExpectAsync(IPage page, int count)
    {
        await Expect(page.Locator("#total")).ToHaveTextAsync($"{count}");
        await Expect(page.Locator("tbody td.count")).ToHaveTextAsync([$"{count}"]);
        await page.WaitForFunctionAsync(
            "count => monitor.plot.csv().trim().split('\\n').slice(1).map(line => line.split(',')[2]).join() === [...Array(count).keys()].join()", count);
    }
}
