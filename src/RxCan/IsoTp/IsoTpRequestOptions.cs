namespace RxCan.IsoTp;

/// <summary>How a request waits for its responses.</summary>
public sealed record IsoTpRequestOptions
{
    private const byte UdsNegativeResponse = 0x7F;
    private const byte UdsResponsePending = 0x78;
    private const byte UdsPositiveOffset = 0x40;

    /// <summary>The first response, whatever it says, completes the request.</summary>
    public static IsoTpRequestOptions Default { get; } = new();

    /// <summary>
    /// The rules of UDS (ISO 14229): a response is one to the request's service, and <c>7F xx 78</c> (response pending) keeps the request open
    /// for <see cref="P2Star"/> more.
    /// </summary>
    public static IsoTpRequestOptions Uds { get; } = new() { IsResponse = IsUdsResponse, IsFinal = IsUdsFinal };

    /// <summary>
    /// P2, how long to wait for the first response to begin once the request is sent; <see cref="Timeout.InfiniteTimeSpan"/> for ever.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan P2
    {
        get;
        init => field = Checked(value);
    } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// P2*, how long to wait for the next response to begin after one that was not final; <see cref="Timeout.InfiniteTimeSpan"/> for ever.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan P2Star
    {
        get;
        init => field = Checked(value);
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gathers all responses that begin within this time after the request is sent, and completes then, also without any; null to complete
    /// with the first final response. A responder whose last word was not final is waited for, each time for <see cref="P2Star"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan? Gather
    {
        get;
        init => field = value is { } window && window <= TimeSpan.Zero
            ? throw new ArgumentOutOfRangeException(nameof(value), value, "The window is longer than zero.")
            : value;
    }

    /// <summary>Whether a response is the last one; every one is if null. The others are delivered too.</summary>
    public Func<byte[], bool>? IsFinal { get; init; }

    /// <summary>
    /// Whether a message (the second argument) answers a request (the first); every one does if null. Others reach the session's own stream
    /// alone.
    /// </summary>
    public Func<byte[], byte[], bool>? IsResponse { get; init; }

    /// <summary>
    /// How long the session's next request is held back after this one ended without its answer, timed out or disposed, so that a late answer
    /// is not taken for the next request's; less if the late answer comes. After a functional request that did not <see cref="Gather"/> it
    /// is held back for as long, as others may answer. As long as <see cref="P2"/> if null.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan? LateWindow
    {
        get;
        init => field = value is { } window && window < TimeSpan.Zero
            ? throw new ArgumentOutOfRangeException(nameof(value), value, "The window is not negative.")
            : value;
    }

    /// <summary>Whether a UDS response is final: any but <c>7F xx 78</c>.</summary>
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
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A time-out is longer than zero, or Timeout.InfiniteTimeSpan.");
}
