namespace RxCan.IsoTp;

/// <summary>How a request waits for its responses.</summary>
public sealed record IsoTpRequestOptions
{
    /// <summary>The first response, whatever its content, completes the request.</summary>
    public static IsoTpRequestOptions Default { get; } = new();

    /// <summary>
    /// P2, how long to wait for the first response to begin once the request is sent, 1 s by default (ISO 14229-2 asks servers for 50 ms);
    /// <see cref="Timeout.InfiniteTimeSpan"/> for no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan P2
    {
        get;
        init => field = Checked(value);
    } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// P2*, how long to wait for the next response to begin after one that was not final, 5 s by default (as ISO 14229-2 has it);
    /// <see cref="Timeout.InfiniteTimeSpan"/> for no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan P2Star
    {
        get;
        init => field = Checked(value);
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gathers all responses that begin within this time after the request is sent, then completes, even if there were none; null, the default, to
    /// complete with the first final response. The request waits another <see cref="P2Star"/> for a responder whose last response was not final.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan? Gather
    {
        get;
        init => field = value is { } window && window <= TimeSpan.Zero
            ? throw new ArgumentOutOfRangeException(nameof(value), value, "The time must be longer than zero.")
            : value;
    }

    /// <summary>Whether a response is the last one; null if every one is. The others are delivered too.</summary>
    public Func<byte[], bool>? IsFinal { get; init; }

    /// <summary>
    /// Whether a message (the second argument) answers a request (the first); null if every message does. Others reach only the session's own
    /// stream.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, byte[], bool>? IsResponse { get; init; }

    /// <summary>
    /// How long the session's next request is held back after this one ended without a response (timed out or disposed), so that a late response
    /// is not taken for the next request's. The late response ends the delay. After a functional request that did not <see cref="Gather"/>, the
    /// next one is held back for the same time, because others may answer. Null, the default, for <see cref="P2"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan? LateWindow
    {
        get;
        init => field = value is { } window && window < TimeSpan.Zero
            ? throw new ArgumentOutOfRangeException(nameof(value), value, "The time cannot be negative.")
            : value;
    }

    private static TimeSpan Checked(TimeSpan value) => value > TimeSpan.Zero || value == Timeout.InfiniteTimeSpan
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "The time-out must be longer than zero, or Timeout.InfiniteTimeSpan.");
}
