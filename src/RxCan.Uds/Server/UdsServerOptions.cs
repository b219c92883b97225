using System.Reactive.Concurrency;
using RxCan.IsoTp;

namespace RxCan.Uds;

/// <summary>How a server behaves.</summary>
/// <remarks>Source of the times: ISO 14229-2:2021, 7.2.</remarks>
public sealed record UdsServerOptions
{
    /// <summary>The defaults.</summary>
    public static UdsServerOptions Default { get; } = new();

    /// <summary>
    /// P2, the time within which a response or responsePending comes, as reported to testers; 50 ms by default. responsePending is sent after 4/5
    /// of it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan P2
    {
        get;
        init => field = ServerTime.Positive(value);
    } = TimeSpan.FromMilliseconds(50);

    /// <summary>P2*, the same after a responsePending, as reported to testers; 5 s by default. The next one is sent after 4/5 of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan P2Star
    {
        get;
        init => field = ServerTime.Positive(value);
    } = TimeSpan.FromSeconds(5);

    /// <summary>How many times responsePending is sent before the request fails with generalReject (10); null for no limit.</summary>
    public int? MaxPending { get; init; }

    /// <summary>S3, how long a session other than the default one lasts without a request; 5 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan S3
    {
        get;
        init => field = ServerTime.Positive(value);
    } = TimeSpan.FromSeconds(5);

    /// <summary>How long the server does not answer after a reset.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan ResetTime
    {
        get;
        init => field = ServerTime.NotNegative(value);
    }

    /// <summary>The functional identifier on which it also listens, such as 7DF; null for none. Other address formats use <see cref="FunctionalAddress"/>.</summary>
    public CanId? FunctionalId { get; init; }

    /// <summary>The functional address on which it also listens, see <see cref="IsoTpAddress.WithFunctionalRx"/>; null for none.</summary>
    public IsoTpAddress? FunctionalAddress { get; init; }

    /// <summary>How ISO-TP behaves.</summary>
    public IsoTpOptions IsoTp { get; init; } = IsoTpOptions.Default;

    /// <summary>maxNumberOfBlockLength, the longest TransferData, in bytes with the service identifier and the counter; at most what ISO-TP can carry.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 3.</exception>
    public int MaxBlockLength
    {
        get;
        init => field = value >= 3 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A block has at least 3 bytes.");
    } = 4095;

    /// <summary>The longest file that RequestFileTransfer can write, in bytes.</summary>
    public int MaxFileLength { get; init; } = 16 << 20;

    /// <summary>How many data identifiers one request can read.</summary>
    public int MaxIdentifiers { get; init; } = 64;

    /// <summary>The periods of ReadDataByPeriodicIdentifier: slow, medium and fast. ResponseOnEvent looks for changes at the fast one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A time is not positive.</exception>
    public (TimeSpan Slow, TimeSpan Medium, TimeSpan Fast) Periods
    {
        get;
        init => field = (ServerTime.Positive(value.Slow), ServerTime.Positive(value.Medium), ServerTime.Positive(value.Fast));
    } = (TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(50));

    /// <summary>
    /// The identifier of the frames with periodic data, one frame each (response message type 2, UUDT); null to send it as messages on the
    /// session (type 1, USDT).
    /// </summary>
    public CanId? PeriodicId { get; init; }

    /// <summary>The clock of all times; the bus's if null.</summary>
    public IScheduler? Scheduler { get; init; }
}
