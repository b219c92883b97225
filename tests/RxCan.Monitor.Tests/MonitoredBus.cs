using System.Reactive.Subjects;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using RxCan.Links;
using RxCan.Monitor;

namespace RxCan.Monitor.Tests;

/// <summary>The monitor on its own virtual bus, a browser on its page, and a peer on its bus.</summary>
internal sealed class MonitoredBus : IAsyncDisposable
{
    private readonly Chromium _chromium;
    private WebApplication _app;

    private MonitoredBus(Chromium chromium, WebApplication app, IPage page, ICanBus peer, Subject<CanLinkChange> links) =>
        (_chromium, _app, Page, Peer, Links, Address) = (chromium, app, page, peer, links, app.Urls.First());

    public string Address { get; }

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
        var page = await chromium.RentAsync(scheme);
        var name = $"virtual:{Guid.NewGuid()}";
        var links = new Subject<CanLinkChange>();
        var app = await StartAppAsync(links, [name, .. options]);
        var peer = CanBus.Open(name);
        var monitor = new MonitoredBus(chromium, app, page, peer, links);
        await page.GotoAsync(monitor.Address);
        await ReadyAsync(page);
        return monitor;
    }

    /// <summary>The row of an identifier.</summary>
    public ILocator Row(string id) => Rows.Filter(new() { Has = Page.Locator($"th:text-is('{id}')") });

    /// <summary>The identifiers from top to bottom.</summary>
    public Task ExpectIdsAsync(params string[] ids) => Assertions.Expect(Page.Locator("tbody th")).ToHaveTextAsync(ids);

    public async ValueTask DisposeAsync()
    {
        await _chromium.ReturnAsync(Page);
        Peer.Dispose();
        await StopAsync();
    }

    /// <summary>Starts the server, on a free port unless the arguments name one.</summary>
    public static async Task<WebApplication> StartAppAsync(IObservable<CanLinkChange> links, params string[] arguments)
    {
        if (!arguments.Contains("--listen"))
            arguments = [.. arguments, "--listen", "localhost:0"];
        var app = MonitorServer.Build(
            MonitorCommand.Read(arguments, TextWriter.Null)!,
            links,
            name => throw new CanPermissionException(name, $"{name}: cannot restart the controller."));
        await app.StartAsync();
        return app;
    }

    public static Task ReadyAsync(IPage page) => page.Locator("html[data-ready]").WaitForAsync();

    /// <summary>Opens one more page.</summary>
    /// <param name="query">Of its address.</param>
    /// <param name="prepare">Sees the page before it is loaded.</param>
    public async Task<IPage> OpenAsync(string query = "", Action<IPage>? prepare = null)
    {
        var page = await Page.Context.NewPageAsync();
        await page.SetViewportSizeAsync(1440, 900);
        prepare?.Invoke(page);
        await page.GotoAsync(Address + query);
        await ReadyAsync(page);
        return page;
    }

    /// <summary>Stops the server, as if it were killed.</summary>
    public async Task StopAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    /// <summary>Starts it again, at the same address and on the same bus.</summary>
    public async Task RestartAsync() => _app = await StartAppAsync(Links, Peer.Name, "--listen", $"127.0.0.1:{new Uri(Address).Port}");
}
