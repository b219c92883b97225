using System.Reactive.Linq;
using RxCan;

namespace Dashboard;

/// <summary>A car of three control units.</summary>
internal sealed class SimulatedCar(IConfiguration configuration) : IHostedService
{
    private readonly ICanBus _can = CanBus.Open(configuration["CanBuses:can0:Name"]!);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Every(10, 0x0B4, i => [(byte)(i >> 8), (byte)i]);
        Every(20, 0x1A0, i => [(byte)(128 + (100 * Math.Sin(i / 50.0))), 0, (byte)i]);
        Every(1000, 0x701, _ => [5]);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _can.Dispose(); // ends the streams, too
        return Task.CompletedTask;
    }

    private void Every(int milliseconds, CanId id, Func<long, byte[]> data) =>
        Observable.Interval(TimeSpan.FromMilliseconds(milliseconds)).Select(i => new CanFrame(id, data(i))).SendTo(_can).Subscribe();
}
