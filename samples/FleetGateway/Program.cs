using System.Net;
using System.Reactive.Linq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MQTTnet.Server;
using RxCan;
using RxCan.Mqtt;

// A vehicle's gateway as a service. As appsettings.json stands, everything is in this process: a simulated vehicle, a broker and a dashboard.
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
var settings = builder.Configuration.GetSection("Gateway");
var gateway = new GatewaySettings(
    settings["Topic"]!, new MqttLink(settings["Broker"]!, int.Parse(settings["Port"]!)), settings["Outbox"] is { Length: > 0 } folder ? folder : null);
builder.Services.AddSingleton(gateway);
builder.Services.AddCanBus("can0"); // it waits for its interface, and logs its events
if (bool.Parse(settings["EmbeddedBroker"]!))
{
    builder.Services.AddHostedService<Broker>();
    builder.Services.AddHostedService<Dashboard>();
}

if (builder.Configuration["CanBuses:can0:Name"]?.StartsWith("virtual:", StringComparison.Ordinal) == true)
    builder.Services.AddHostedService<SimulatedVehicle>();
builder.Services.AddHostedService<Gateway>();
await builder.Build().RunAsync();

internal sealed record GatewaySettings(string Topic, MqttLink Link, string? Outbox);

/// <summary>Publishes the bus while the service runs.</summary>
internal sealed class Gateway(GatewaySettings settings, [FromKeyedServices("can0")] ICanBus can, ILogger<Gateway> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var uplink = can.PublishTo(settings.Link, settings.Topic, new() { Outbox = settings.Outbox, Compression = MqttCompression.Deflate })
            .Do(_ => { }, error => logger.LogError("The uplink ended: {Reason}", error.Message))
            .RetryWhen(errors => errors.Delay(TimeSpan.FromSeconds(5)))
            .Subscribe(happened => logger.LogInformation("{Happened}", happened));
        await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

/// <summary>What the far end of the broker sees: a bus.</summary>
internal sealed class Dashboard(GatewaySettings settings, ILogger<Dashboard> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var truck = MqttBus.Open(settings.Link, settings.Topic);
        using var events = truck.Events.Subscribe(happened => logger.LogInformation("{Happened}", happened));
        using var speed = truck.Where(CanFilter.Id(0x1A0)).Sample(TimeSpan.FromSeconds(1)).Subscribe(frame => logger.LogInformation(
            "{Time:O}: {Speed:F1} km/h", frame.Timestamp, BitConverter.ToUInt16(frame.Data) / 100.0));
        await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

/// <summary>Sends a vehicle's speed, 50 times per second.</summary>
internal sealed class SimulatedVehicle(IConfiguration configuration) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var can = CanBus.Open(configuration["CanBuses:can0:Name"]!);
        var start = DateTimeOffset.UtcNow;
        using var frames = Observable.Interval(TimeSpan.FromMilliseconds(20))
            .Select(_ => new CanFrame(0x1A0, BitConverter.GetBytes((ushort)(8000 + (2000 * Math.Sin((DateTimeOffset.UtcNow - start).TotalSeconds / 5))))))
            .SendTo(can)
            .Subscribe();
        await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

/// <summary>A broker in this process, for trying things out. It listens on loopback only.</summary>
internal sealed class Broker(GatewaySettings settings) : IHostedService
{
    private readonly MqttServer _server = new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder()
        .WithDefaultEndpoint().WithDefaultEndpointPort(settings.Link.Port).WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
        .WithDefaultEndpointBoundIPV6Address(IPAddress.None).Build());

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync();

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _server.StopAsync(new MqttServerStopOptions());
        _server.Dispose();
    }
}
