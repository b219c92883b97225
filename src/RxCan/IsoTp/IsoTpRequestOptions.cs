namespace RxCan.IsoTp;

/// <summary>How a request waits for its responses.</summary>
public sealed record IsoTpRequestOptions
{
    private const byte UdsNegativeResponse = 0x7F;
    private const byte UdsResponsePending = 0x78;
    private const byte UdsPositiveOffset = 0x40;

    /// <summary>The first response, whatever its content, completes the request.</summary>
    public static IsoTpRequestOptions Default { get; } = new();

    /// <summary>
    /// The rules of UDS (ISO 14229): only a message for the request's service is a response, and <c>7F xx 78</c> (response pending) keeps the
    /// request open for another <see cref="P2Star"/>.
    /// </summary>
    public static IsoTpRequestOptions Uds { get; } = new() { IsResponse = IsUdsResponse, IsFinal = IsUdsFinal };

    /// <summary>
    /// P2, how long to wait for the first response to begin once the request is sent; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan P2
    {
        get;
        init => field = Checked(value);
    } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// P2*, how long to wait for the next response to begin after one that was not final; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan P2Star
    {
        get;
        init => field = Checked(value);
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gathers all responses that begin within this time after the request is sent, then completes, even if there were none; null to complete
    /// with the first final response. The request waits another <see cref="P2Star"/> for a responder whose last response was not final.
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
    public Func<byte[], byte[], bool>? IsResponse { get; init; }

    /// <summary>
    /// How long the session's next request is held back after this one ended without a response (timed out or disposed), so that a late response
    /// is not taken for the next request's. The late response ends the delay. After a functional request that did not <see cref="Gather"/>, the
    /// next one is held back for the same time, because others may answer. Null for <see cref="P2"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan? LateWindow
    {
        get;
        init => field = value is { } window && window < TimeSpan.Zero
            ? throw new ArgumentOutOfRangeException(nameof(value), value, "The time cannot be negative.")
            : value;
    }

    /// <summary>Whether a UDS response is final: any except <c>7F xx 78</c>.</summary>
    /// <param name="response">The response.</param>
    public static bool IsUdsFinal(byte[] response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response is not [UdsNegativeResponse, _, UdsResponsePending, ..];
    }

    /// <summary>Whether a message is a UDS response to a request's service: its identifier plus <c>40</c>, or <c>7F</c> and its identifier.</summary>
    /// <param name="request">The request.</param>
    /// <param name="response">The message.</param>
    public static bool IsUdsResponse(byte[] request, byte[] response)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(response);
        var service = request[0];
        return response is [UdsNegativeResponse, var refused, ..] ? refused == service : response[0] == (byte)(service + UdsPositiveOffset);
    }

    private static TimeSpan Checked(TimeSpan value) => value > TimeSpan.Zero || value == Timeout.InfiniteTimeSpan
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "The time-out must be longer than zero, or Timeout.InfiniteTimeSpan.");
}
