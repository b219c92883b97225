namespace RxCan.Uds;

/// <summary>How a request waits for its responses.</summary>
public sealed record UdsRequestOptions
{
    /// <summary>The defaults.</summary>
    public static UdsRequestOptions Default { get; } = new();

    /// <summary>
    /// Whether the positive response is suppressed (suppressPosRspMsgIndicationBit): no response within P2 is success, and the observable
    /// completes without a value. Only services with a sub-function can do this; others ignore it.
    /// </summary>
    public bool SuppressPositiveResponse { get; init; }

    /// <summary>P2, how long the response may take to begin; the client's if null. A functional request gathers responses for as long.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan? P2
    {
        get;
        init => field = value is { } time ? UdsOptions.Positive(time) : null;
    }

    /// <summary>P2*, how long the next response may take to begin after response pending (NRC 0x78); the client's if null.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan? P2Star
    {
        get;
        init => field = value is { } time ? UdsOptions.Positive(time) : null;
    }

    /// <summary>How long the control unit may keep answering response pending, from the first time; null, the default, for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan? PendingLimit
    {
        get;
        init => field = value is { } time ? UdsOptions.Positive(time) : null;
    }

    /// <summary>How many times a request is sent again that is answered with busy, repeat request (NRC 0x21); 0 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int BusyRetries
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The number of retries cannot be negative.");
    }

    /// <summary>How long to wait before a request is sent again, 50 ms.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan BusyDelay
    {
        get;
        init => field = UdsOptions.Positive(value);
    } = TimeSpan.FromMilliseconds(50);
}
