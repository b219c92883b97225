namespace RxCan;

/// <summary>When and how <see cref="CanObservable.RestartOnBusOff"/> restarts a controller.</summary>
public sealed record CanRestartOptions
{
    /// <summary>100 ms, doubled up to 10 s.</summary>
    public static CanRestartOptions Default { get; } = new();

    /// <summary>How long after bus-off to restart for the first time. Each further attempt waits twice as long as the previous one, at least 2 ms.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan Delay
    {
        get;
        init => field = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The delay must not be negative.");
    } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The maximum wait. After a controller has been on the bus for this long since a restart, the wait begins with <see cref="Delay"/>
    /// again.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero or negative.</exception>
    public TimeSpan MaxDelay
    {
        get;
        init => field = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The maximum delay must be positive.");
    } = TimeSpan.FromSeconds(10);

    /// <summary>Restarts the controller. If null, the bus does: on SocketCAN, as <see cref="CanLinks.Restart"/> does.</summary>
    public Action? Restart { get; init; }
}
