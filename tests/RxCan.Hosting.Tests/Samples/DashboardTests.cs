using System.Net;
using System.Reactive.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Samples;

/// <summary>The built sample, as a browser sees it.</summary>
[Collection(nameof(SampleProgram))] // one program at a time: they start slowly in the guest
public sealed class DashboardTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // what takes a moment here takes most of a minute in the guest

    private readonly HttpClient _http = new() { Timeout = Patience };

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Length", "Long")]
    public async Task It_shows_a_simulated_car_until_SIGTERM()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("needs SIGTERM");
        using var dashboard = Start("");
        using var rows = await Rows();

        await WaitForRows(rows, shown => shown is [{ Id: "0B4", Period: > 0 }, { Id: "1A0", Count: > 1 }, { Id: "701", Data: "05" }]);
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await Health());
        Assert.Contains("EventSource('/rows')", await _http.GetStringAsync("/", Ending), StringComparison.Ordinal);
        await WaitForMetric("can_frames_received", "can_bus_name=\"can0\"", "[1-9]");
        await WaitForMetric("can_bus_status", "can_bus_state=\"up\"", "1");

        dashboard.AssertEndsOnSigterm();
        Assert.NotNull(await rows.ReadToEndAsync(Ending)); // the response is complete, not broken off
    }

    [Fact]
    public async Task It_survives_what_can_happen_to_its_interface()
    {
        using var wire = new VcanTestBus();
        using var peer = wire.Open(new() { WaitForInterface = true });
        using var dashboard = Start($"--CanBuses:can0:Name {wire.Name}");
        using var rows = await Rows();
        byte sent = 0;

        await AssertShows();
        wire.LinkDown();
        await WaitForHealth(HttpStatusCode.ServiceUnavailable);
        await WaitForMetric("can_bus_events", "can_event_kind=\"link_down\"", "1");
        wire.LinkUp();
        await AssertShows();
        wire.Remove();
        await WaitForHealth(HttpStatusCode.ServiceUnavailable);
        wire.Restore();
        await AssertShows();
        await WaitForHealth(HttpStatusCode.OK);

        dashboard.AssertEndsOnSigterm();
        Assert.NotNull(await rows.ReadToEndAsync(Ending));

        async Task AssertShows()
        {
            sent++;
            using var sending = Observable.Interval(TimeSpan.FromMilliseconds(50)).Subscribe(_ => peer.TrySend(new CanFrame(0x123, [sent]), out var _));
            await WaitForRows(rows, shown => shown is [{ Id: "123" } row] && row.Data == $"{sent:X2}");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>On a port that the system chooses.</summary>
    private SampleProgram Start(string arguments)
    {
        var program = new SampleProgram("Dashboard", $"--Urls http://127.0.0.1:0 {arguments}");
        program.WaitForOutput("Application started");
        _http.BaseAddress = new(Regex.Match(program.Output, @"Now listening on: (http://127\.0\.0\.1:\d+)").Groups[1].Value);
        return program;
    }

    private async Task<StreamReader> Rows() => new(await _http.GetStreamAsync("/rows", Ending));

    /// <summary>Reads server-sent events until one has the rows.</summary>
    private static async Task WaitForRows(StreamReader events, Predicate<Row[]> wanted)
    {
        while (await events.ReadLineAsync(Ending).AsTask().WaitAsync(Patience, Ending) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal) && wanted(JsonSerializer.Deserialize<Row[]>(line[6..], JsonSerializerOptions.Web)!))
                return;
        }

        Assert.Fail("The events ended.");
    }

    private async Task<(HttpStatusCode Status, string Text)> Health()
    {
        using var answer = await _http.GetAsync("/health", Ending);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ending));
    }

    private Task WaitForHealth(HttpStatusCode wanted) => WaitFor(async () => (await Health()).Status == wanted, $"the health is {wanted}");

    /// <summary>In Prometheus's text format; the exporter gives the same answer for some time.</summary>
    private Task WaitForMetric(string name, string attribute, string value) => WaitFor(
        async () => Regex.IsMatch(await _http.GetStringAsync("/metrics", Ending), $@"^{name}\S*{attribute}\S* {value}", RegexOptions.Multiline),
        $"{name} with {attribute} is {value}");

    private static async Task WaitFor(Func<Task<bool>> condition, string what)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (!await condition())
            Assert.True(DateTime.UtcNow < deadline, $"Not true in time: {what}.");
    }

    private sealed record Row(string Id, string Data, long Count, double Period);
}
