using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RxCan.Hosting;

/// <summary>Whether a bus can work now.</summary>
internal sealed class CanBusHealthCheck(ICanBus can) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var state = can.State;
        var status = state switch
        {
            { Link: not CanLinkState.Up } or { Controller: CanState.BusOff or CanState.Stopped } => context.Registration.FailureStatus,
            { Controller: CanState.ErrorPassive } => HealthStatus.Degraded,
            _ => HealthStatus.Healthy,
        };
        return Task.FromResult(new HealthCheckResult(status, $"{can.Name} is {state}"));
    }
}
