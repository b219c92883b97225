using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using RxCan.Hosting;

namespace RxCan;

/// <summary>Adds CAN buses to a host.</summary>
public static class CanServiceExtensions
{
    /// <summary>The section of the configuration with a section for each key, such as <c>CanBuses:can0</c>.</summary>
    public const string ConfigurationSection = "CanBuses";

    /// <summary>
    /// Adds a bus as a keyed singleton: <c>[FromKeyedServices("can0")] ICanBus can</c>. It is open when the host has started, logs its events in the
    /// category <c>RxCan.can0</c>, counts in the meter <see cref="CanMetrics.MeterName"/>, and is disposed, with all its jobs, when the host stops.
    /// </summary>
    /// <remarks>
    /// Options come from <c>CanBuses:can0</c> in the configuration, with the names of <see cref="CanBusRegistration"/> and
    /// <see cref="CanBusOptions"/>, then from <paramref name="configure"/>. Add a bus before the services that use it: a host stops them in reverse
    /// order, so that the bus is disposed last.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="key">The key, and the name to open unless something else is configured.</param>
    /// <param name="configure">Changes how it is opened; after the configuration.</param>
    /// <exception cref="ArgumentException">The key is empty, or a bus with it was already added.</exception>
    public static IServiceCollection AddCanBus(this IServiceCollection services, string key, Action<CanBusRegistration>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        if (services.Any(service => service.ServiceType == typeof(ICanBus) && key.Equals(service.ServiceKey)))
            throw new ArgumentException($"A bus with the key '{key}' was already added.", nameof(key));
        services.AddKeyedSingleton<ICanBus>(key, (provider, _) =>
        {
            var registration = new CanBusRegistration(key);
            if (provider.GetService<IConfiguration>() is { } configuration)
                registration.Read(configuration.GetSection($"{ConfigurationSection}:{key}"));
            configure?.Invoke(registration);
            return registration.Open(registration.Name, registration.Options);
        });
        return services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<CanBusService>(
            provider, key, provider.GetRequiredKeyedService<ICanBus>(key)));
    }

    /// <summary>
    /// Adds a check of a bus added with <see cref="AddCanBus(IServiceCollection, string, Action{CanBusRegistration}?)"/>: healthy if the link is up, degraded if the controller is error-passive, otherwise
    /// <paramref name="failureStatus"/>: missing, down or bus-off.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="key">The bus's key, which is also the check's name.</param>
    /// <param name="failureStatus">What to report of a bus that cannot work; unhealthy if null.</param>
    /// <param name="tags">The check's tags.</param>
    public static IHealthChecksBuilder AddCanBus(
        this IHealthChecksBuilder builder, string key, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return builder.Add(new HealthCheckRegistration(
            key, provider => new CanBusHealthCheck(provider.GetRequiredKeyedService<ICanBus>(key)), failureStatus, tags));
    }
}
