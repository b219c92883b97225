using System.Reactive.Concurrency;
using RxCan.IsoTp;

namespace RxCan.Uds;

/// <summary>How a UDS client behaves.</summary>
/// <remarks>Source: ISO 14229-2:2021.</remarks>
public sealed record UdsOptions
{
    /// <summary>The defaults.</summary>
    public static UdsOptions Default { get; } = new();

    /// <summary>How the ISO-TP session behaves, for clients that open their own. Its request options are not used.</summary>
    public IsoTpOptions IsoTp { get; init; } = IsoTpOptions.Default;

    /// <summary>How requests wait for their responses, unless a request says something else.</summary>
    public UdsRequestOptions Requests { get; init; } = UdsRequestOptions.Default;

    /// <summary>
    /// P2, how long a response may take to begin, until a control unit says how long it takes (1 s). It says so in the response of
    /// <see cref="IUdsClient.Session"/>. A functional request gathers responses for as long.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan P2
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(1);

    /// <summary>P2*, how long the next response may take to begin after response pending, until a control unit says how long it takes (5 s).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan P2Star
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether P2 and P2* are taken from the response of <see cref="IUdsClient.Session"/>, plus <see cref="Margin"/>. They are by default.
    /// </summary>
    public bool UseServerTiming { get; init; } = true;

    /// <summary>What is added to the control unit's P2 and P2*: the time messages take on the way (ΔP2), 100 ms.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan Margin
    {
        get;
        init => field = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The time cannot be negative.");
    } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a session goes without a message before TesterPresent is sent (S3Client, 2 s). Stay below S3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan KeepAlive
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(2);

    /// <summary>How long a control unit stays in a session without a message (S3Server, 5 s): if none could be sent for so long, the session is lost.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan S3
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether a session is kept alive by reading the active session (identifier F186) instead of TesterPresent while no request is open: so
    /// a control unit that has left the session, after a reset for instance, is noticed.
    /// </summary>
    public bool CheckSession { get; init; }

    /// <summary>The clock of all times; the ISO-TP session's or the bus's if null.</summary>
    public IScheduler? Scheduler { get; init; }

    internal static TimeSpan Positive(TimeSpan value) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The time must be longer than zero.");
}
