using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RxCan.Hosting;

/// <summary>A bus's life in a host: logs and counts from the start on, and disposes the bus at the stop.</summary>
internal sealed class CanBusService : IHostedService, IDisposable
{
    private readonly ICanBus _can;
    private readonly ILogger _log;
    private readonly CanMetrics _metrics;
    private IDisposable? _events;

    public CanBusService(string key, ICanBus can, ILoggerFactory logging, IMeterFactory? meters = null)
    {
        _can = can;
        _log = logging.CreateLogger($"RxCan.{key}");
        _metrics = new(key, can, meters);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _events = _can.EventsWithState().Subscribe(happened =>
        {
            _log.Happened(happened);
            _metrics.Count(happened);
        });
        return Task.CompletedTask;
    }

    /// <summary>Completes all streams and deletes all jobs of the bus.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _can.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _events?.Dispose();
        _metrics.Dispose();
    }
}
