using System.Collections.Concurrent;
using Microsoft.Playwright;
using RxCan.Monitor.Tests;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace RxCan.Monitor.Tests;

/// <summary>The distribution's Chromium, started once for all tests. They are skipped if it is missing, except in CI, which installs it.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";
    private const string Missing = $"{Program} is missing: apt-get install chromium";

    private static readonly string[] Arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly ConcurrentBag<IPage> _free = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Program))
            return;
        Assertions.SetDefaultExpectTimeout(30_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Headless = true, Args = Arguments });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>An empty page: that of an earlier test if one is free, because a new window takes longer than most tests.</summary>
    public async Task<IPage> RentAsync(ColorScheme scheme = ColorScheme.Light)
    {
        if (_browser is null && Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(Missing);
        if (_browser is null)
            Assert.Skip(Missing);
        if (!_free.TryTake(out var page))
            page = await (await _browser.NewContextAsync()).NewPageAsync();
        await page.SetViewportSizeAsync(1440, 900);
        await page.EmulateMediaAsync(new() { ColorScheme = scheme });
        return page;
    }

    /// <summary>Takes a page back, closes the others of its profile, and forgets what it stored.</summary>
    public async Task ReturnAsync(IPage page)
    {
        if (page.IsClosed)
        {
            await page.Context.DisposeAsync();
            return;
        }

        foreach (var other in page.Context.Pages.Where(other => other != page).ToArray())
            await other.CloseAsync();
        if (page.Url != "about:blank")
        {
            var session = await page.Context.NewCDPSessionAsync(page);
            var origin = new Uri(page.Url).GetLeftPart(UriPartial.Authority);
            await page.GotoAsync("about:blank");
            await session.SendAsync("Storage.clearDataForOrigin", new() { ["origin"] = origin, ["storageTypes"] = "all" });
            await session.DetachAsync();
        }

        _free.Add(page);
    }
}
