using System.Reactive.Linq;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RxCan;

namespace Gateway;

/// <summary>Sends the powertrain's wheel speeds to the body bus: as one number, under another identifier, never late.</summary>
public sealed class SpeedGateway(
    [FromKeyedServices("powertrain")] ICanBus powertrain, [FromKeyedServices("body")] ICanBus body, ILogger<SpeedGateway> logger) : IHostedService
{
    /// <summary>Four speeds of 16 bits, and one in the first 13 bits.</summary>
    public static readonly CanId WheelSpeeds = 0x0B4, BodySpeed = 0x320;

    /// <summary>In km/h.</summary>
    public static readonly CanSignal Speed = new(0, 13, factor: 0.1);

    /// <summary>What waits for the body bus: the latest speeds. One of more than 50 ms ago is worse than none.</summary>
    public static readonly CanSendOptions Limits = new() { Capacity = 4, MaxAge = TimeSpan.FromMilliseconds(50) };

    private static readonly CanSignal[] Wheels = [.. Enumerable.Range(0, 4).Select(i => new CanSignal((16 * i) + 7, 16, CanByteOrder.Motorola, factor: 0.01))];

    private IDisposable? _forwarding;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _forwarding = powertrain.Where(CanFilter.Id(WheelSpeeds)).Where(frame => frame.Length == CanFrame.MaxLength).Select(Convert)
            .SendTo(body, Limits)
            .Buffer(TimeSpan.FromSeconds(1), body.Scheduler).Where(unsent => unsent.Count > 0)
            .Subscribe(unsent => logger.LogWarning("{Count} frames were not sent: {Reason}", unsent.Count, unsent[^1].Reason.Message));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _forwarding?.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>The mean of the wheels. The rest of the payload stays: it keeps the frame's length.</summary>
    public static CanFrame Convert(CanFrame frame) => Speed.Encode(Wheels.Average(wheel => wheel.Decode(frame)), frame.WithId(BodySpeed));
}
