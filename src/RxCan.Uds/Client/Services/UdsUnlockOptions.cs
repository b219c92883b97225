namespace RxCan.Uds;

/// <summary>How <see cref="UdsServices.Unlock"/> deals with refusals.</summary>
public sealed record UdsUnlockOptions
{
    /// <summary>The defaults: one attempt.</summary>
    public static UdsUnlockOptions Default { get; } = new();

    /// <summary>How many keys are sent before an invalid one (NRC 0x35) is an error, 1 by default. Each has a seed of its own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public int Attempts
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "There must be at least 1 attempt.");
    } = 1;

    /// <summary>
    /// How long to wait after too many attempts (NRC 0x36) or while a delay has not expired (NRC 0x37), before the next try; null, the
    /// default, to fail.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan? Delay
    {
        get;
        init => field = value is { } time ? UdsOptions.Positive(time) : null;
    }

    /// <summary>How many times to wait, 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int Delays
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The number of delays cannot be negative.");
    } = 1;

    /// <summary>What the control unit needs to know to make a seed (securityAccessDataRecord).</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>How the requests wait; as those of the client if null. Positive responses are not suppressed.</summary>
    public UdsRequestOptions? Requests { get; init; }
}
