using System.Net;
using System.Reactive.Linq;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RxCan.Links;

namespace RxCan.Monitor.Tests;

public sealed class AccessTests
{
    private static readonly HttpClient Client = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });

    [Fact]
    public async Task Only_names_of_this_server_are_answered()
    {
        await using var app = await StartAsync("--allow-host", "bench.example");
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(app)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(app, host: "localhost")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(app, host: "bench.example:5000")).StatusCode);
        foreach (var path in (string[])["/", "/app.js", "/_blazor/negotiate", "/trace.log"])
        {
            var refused = await GetAsync(app, path, host: "evil.example");
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("--allow-host evil.example", await refused.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_page_of_another_server_is_refused()
    {
        await using var app = await StartAsync();
        var own = app.Urls.First();
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync(app, "/_blazor", origin: "http://evil.example")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync(app, "/_blazor", origin: "null")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync(app, "/_blazor", origin: "http://127.0.0.1:1")).StatusCode);
        Assert.NotEqual(HttpStatusCode.Forbidden, (await GetAsync(app, "/_blazor", origin: own)).StatusCode);
    }

    [Fact]
    public async Task A_token_is_asked_once_and_then_remembered()
    {
        await using var app = await StartAsync("--token", "s3cret-token");
        foreach (var path in (string[])["/", "/app.js", "/_blazor/negotiate", "/trace.log", "/?token=s3cret-tokem"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(app, path)).StatusCode);

        var shown = await GetAsync(app, "/?filter=123&token=s3cret-token");
        Assert.Equal((HttpStatusCode.Redirect, "/?filter=123"), (shown.StatusCode, shown.Headers.Location!.ToString()));
        var cookie = shown.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=strict", cookie);
        Assert.DoesNotContain("s3cret", cookie);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(app, cookie: cookie.Split(';')[0])).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(app, cookie: cookie.Split('=')[0] + "=1")).StatusCode);
    }

    [Fact]
    public async Task One_line_says_what_is_open_where()
    {
        await using var local = await StartAsync("virtual:bench");
        Assert.Matches(@"^rxcan-monitor: virtual:bench \(in this process only\) at http://localhost:\d+/ \(this machine only; may send\)\. Ctrl\+C ends it\.$",
            MonitorServer.Describe(local));
        await using var open = await StartAsync("--token", "s3cret-token", "--read-only", "--ids", "1");
        Assert.Matches(@"^rxcan-monitor: a simulated vehicle at http://localhost:\d+/\?token=s3cret-token \(whoever has this address; read only\)\. Ctrl\+C ends it\.$",
            MonitorServer.Describe(open));
    }

    [Fact]
    public async Task A_monitor_that_may_only_read_refuses_to_send_whatever_a_page_asks()
    {
        await using var app = await StartAsync("virtual:read-only-bench", "--read-only");
        var jobs = app.Services.GetRequiredService<CyclicJobs>();
        var bus = app.Services.GetRequiredService<LiveBuses>().All[0];
        Assert.Contains("--read-only", Assert.Throws<InvalidOperationException>(() => jobs.SendOnce(bus, new(1, []))).Message);
        Assert.Throws<InvalidOperationException>(() => jobs.Start(bus, "001#", [new(1, [])], TimeSpan.FromSeconds(1)));
        Assert.Throws<InvalidOperationException>(() => app.Services.GetRequiredService<LiveLinks>().Restart(new(new() { Name = "can7", Index = 7 }, TimeSpan.Zero)));
    }

    [Fact]
    public async Task A_page_of_an_earlier_server_is_served_without_a_word_in_the_log_and_without_a_cookie()
    {
        await using var app = await StartAsync();
        using var log = new LogRecorder();
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        // A token of antiforgery is protected with keys that only the server that made it had.
        var cookie = app.Services.GetRequiredService<IOptions<AntiforgeryOptions>>().Value.Cookie.Name;
        var page = await GetAsync(app, cookie: $"{cookie}=CfDJ8{new string('A', 150)}");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.False(page.Headers.Contains("Set-Cookie"));
        using var form = new FormUrlEncodedContent([new("_handler", "any")]);
        Assert.Equal(HttpStatusCode.BadRequest, (await Client.PostAsync(app.Urls.First(), form)).StatusCode);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task The_trace_is_saved_as_a_log_of_candump()
    {
        var name = $"virtual:{Guid.NewGuid()}";
        await using var app = await StartAsync(name);
        using var peer = CanBus.Open(name);
        peer.Send(CanFrame.Parse("123#DEAD"));
        peer.Send(CanFrame.Parse("124##1BEEF"));
        var trace = app.Services.GetRequiredService<LiveBuses>().Trace;
        Assert.True(SpinWait.SpinUntil(() => trace.Count == 2, TimeSpan.FromMinutes(1)));

        var log = await (await GetAsync(app, "/trace.log")).Content.ReadAsStringAsync();
        Assert.Equal("123#DEAD\n124##5BEEF\n", Regex.Replace(log, @"(?m)^\(\d+\.\d{6}\) \S+ ", ""));
        Assert.DoesNotContain("123#", await (await GetAsync(app, "/trace.log?filter=~123")).Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync(app, "/trace.log?filter=xyz")).StatusCode);
    }

    private static Task<WebApplication> StartAsync(params string[] arguments) => MonitoredBus.StartAppAsync(Observable.Never<CanLinkChange>(), arguments);

    private static Task<HttpResponseMessage> GetAsync(WebApplication app, string path = "/", string? host = null, string? origin = null, string? cookie = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, app.Urls.First() + path);
        request.Headers.Host = host;
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        return Client.SendAsync(request);
    }
}
