using System.Reactive.Disposables;
using System.Reactive.Linq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RxCan;

namespace Gateway;

/// <summary>What is on both sides of the gateway: the brakes, which send wheel speeds every 10 ms, and the instrument cluster, which shows one.</summary>
internal sealed class SimulatedCar(IConfiguration configuration, ILogger<SimulatedCar> logger) : IHostedService, IDisposable
{
    private readonly CompositeDisposable _car = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        ICanBus brakes = CanBus.Open(configuration["CanBuses:powertrain:Name"]!), cluster = CanBus.Open(configuration["CanBuses:body:Name"]!);
        _car.Add(cluster.Where(CanFilter.Id(SpeedGateway.BodySpeed)).Signal(SpeedGateway.Speed).Sample(TimeSpan.FromSeconds(1))
            .Subscribe(speed => logger.LogInformation("The cluster shows {Speed:F1} km/h", speed)));
        _car.Add(Observable.Interval(TimeSpan.FromMilliseconds(10)).Select(WheelSpeeds).SendTo(brakes).Subscribe());
        _car.Add(brakes);
        _car.Add(cluster);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _car.Clear();
        return Task.CompletedTask;
    }

    public void Dispose() => _car.Dispose();

    private static CanFrame WheelSpeeds(long i)
    {
        var speed = (int)(8000 + (2000 * Math.Sin(i / 500.0)));
        var (high, low) = ((byte)(speed >> 8), (byte)speed);
        return new(SpeedGateway.WheelSpeeds, [high, low, high, low, high, low, high, low]);
    }
}
