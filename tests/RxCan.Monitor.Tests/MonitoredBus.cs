using System.Reactive.Subjects;
using RxCan.Monitor;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using RxCan.Links;
using Program = RxCan.Monitor.Program;

namespace RxCan.Monitor.Tests;

/// <summary>The monitor on its own virtual bus, a browser on its page, and a peer on its bus.</summary>
internal sealed class MonitoredBus : IAsyncDisposable
{
    private readonly WebApplication _app;

    private MonitoredBus(WebApplication app, IBrowserContext browser, IPage page, ICanBus peer, Subject<CanLinkChange> links) =>
        (_app, Browser, Page, Peer, Links) = (app, browser, page, peer, links);

    public IBrowserContext Browser { get; }

    public IPage Page { get; }

    /// <summary>Another node on the bus.</summary>
    public ICanBus Peer { get; }

    /// <summary>Changes to the machine's interfaces; there are none at first. Restarting one is refused.</summary>
    public Subject<CanLinkChange> Links { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>The rows, without the spacers above and below them for rows that are not rendered.</summary>
    public ILocator Rows => Page.Locator("tbody tr:has(th)");

    public static async Task<MonitoredBus> StartAsync(Chromium chromium, ColorScheme scheme = ColorScheme.Light, params string[] options)
    {
        var browser = await chromium.NewContextAsync(scheme);
        var name = $"virtual:{Guid.NewGuid()}";
        var links = new Subject<CanLinkChange>();
        var app = await StartAppAsync(links, [name, .. options]);
        var peer = CanBus.Open(name);
        return new(app, browser, await OpenAsync(app, browser), peer, links);
    }

    /// <summary>Opens one more page.</summary>
    public Task<IPage> OpenAsync() => OpenAsync(_app, Browser);

    /// <summary>The row of an identifier.</summary>
    public ILocator Row(string id) => Rows.Filter(new() { Has = Page.Locator($"th:text-is('{id}')") });

    /// <summary>The identifiers from top to bottom.</summary>
    public Task ExpectIdsAsync(params string[] ids) => Assertions.Expect(Page.Locator("tbody th")).ToHaveTextAsync(ids);

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        Peer.Dispose();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    /// <summary>Starts the server on a free port.</summary>
    public static async Task<WebApplication> StartAppAsync(IObservable<CanLinkChange> links, params string[] arguments)
    {
        var app = Program.Build(
            [.. arguments, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "Warning"],
            links,
            name => throw new CanPermissionException(name, $"{name}: cannot restart the controller."));
        await app.StartAsync();
        return app;
    }

    public static Task ReadyAsync(IPage page) => page.Locator("html[data-ready]").WaitForAsync();

    private static async Task<IPage> OpenAsync(WebApplication app, IBrowserContext browser)
    {
        var page = await browser.NewPageAsync();
        await page.GotoAsync(app.Urls.Single());
        await ReadyAsync(page);
        return page;
    }
}
