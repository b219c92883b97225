using Dashboard;
using OpenTelemetry.Metrics;
using RxCan;
using RxCan.Hosting;

// A bus in the browser. appsettings.json, or --CanBuses:can0:Name vcan0, says which; on an in-process one, a car is simulated.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddCanBus("can0"); // it waits for its interface, which comes and goes
builder.Services.AddHealthChecks().AddCanBus("can0");
builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(CanMetrics.MeterName).AddPrometheusExporter());
builder.Services.AddSingleton<LiveTable>().AddHostedService(services => services.GetRequiredService<LiveTable>());
if (builder.Configuration["CanBuses:can0:Name"]?.StartsWith("virtual:", StringComparison.Ordinal) == true)
    builder.Services.AddHostedService<SimulatedCar>();

var app = builder.Build();
app.UseFileServer(); // wwwroot/index.html
app.MapGet("/rows", (LiveTable table) => TypedResults.ServerSentEvents(table.Rows));
app.MapHealthChecks("/health");
app.MapPrometheusScrapingEndpoint("/metrics");
await app.RunAsync(); // until SIGTERM or Ctrl+C
