namespace RxCan;

/// <summary>When and how <see cref="CanObservable.RestartOnBusOff"/> restarts a controller.</summary>
public sealed record CanRestartOptions
{
    /// <summary>100 ms, doubled up to 10 s.</summary>
    public static CanRestartOptions Default { get; } = new();

    /// <summary>How long after bus-off to restart at first. Each further attempt waits twice as long as the one before.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan Delay { get; init => field = NotNegative(value); } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long to wait at most. A controller that was on the bus as long as this after a restart begins with <see cref="Delay"/> again.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan MaxDelay { get; init => field = NotNegative(value); } = TimeSpan.FromSeconds(10);

    /// <summary>What restarts the controller; if null, the bus does, on SocketCAN as <see cref="CanLinks.Restart"/>.</summary>
    public Action? Restart { get; init; }

    private static TimeSpan NotNegative(TimeSpan value) =>
        value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A delay is not negative.");
}
