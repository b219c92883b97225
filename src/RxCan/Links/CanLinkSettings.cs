using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace RxCan.Links;

/// <summary>What <see cref="CanLinks.Configure"/> changes; properties that are null stay unchanged.</summary>
/// <remarks>
/// Bit timings and modes can be changed only while the interface is down, and a bit rate must be set before it can go up. The kernel
/// computes the timing. Sources: linux/can/netlink.h, linux/if_link.h (<c>IFLA_TXQLEN</c>, <c>IFLA_MTU</c>).
/// </remarks>
public sealed record CanLinkSettings
{
    /// <summary>The bit rate in bit/s; for CAN FD, that of the arbitration phase.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero or negative.</exception>
    public int? Bitrate { get; init => field = Positive(value, nameof(Bitrate)); }

    /// <summary>
    /// The sample point within the bit, 0 to 1 in steps of 0.001. Without it, a new <see cref="Bitrate"/> uses the one that CiA 301
    /// recommends.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 0 and 1.</exception>
    public double? SamplePoint { get; init => field = Fraction(value, nameof(SamplePoint)); }

    /// <summary>The bit rate of the data phase of CAN FD frames in bit/s. It turns <see cref="Fd"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero or negative.</exception>
    public int? DataBitrate { get; init => field = Positive(value, nameof(DataBitrate)); }

    /// <summary>The sample point within a bit of the data phase, 0 to 1 in steps of 0.001.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 0 and 1.</exception>
    public double? DataSamplePoint { get; init => field = Fraction(value, nameof(DataSamplePoint)); }

    /// <summary>
    /// Whether the interface accepts CAN FD frames. A controller needs <see cref="DataBitrate"/> for it, now or set earlier; on <c>vcan</c>
    /// and <c>vxcan</c> it sets the MTU to 72 or 16.
    /// </summary>
    public bool? Fd { get; init; }

    /// <summary>Whether the controller neither sends nor acknowledges.</summary>
    public bool? ListenOnly { get; init; }

    /// <summary>Whether the controller receives its own frames and needs no other node.</summary>
    public bool? Loopback { get; init; }

    /// <summary>Whether failed frames are not repeated.</summary>
    public bool? OneShot { get; init; }

    /// <summary>Whether each bit is sampled three times.</summary>
    public bool? TripleSampling { get; init; }

    /// <summary>Whether the controller reports each bus error, which may come in floods.</summary>
    public bool? BusErrorReporting { get; init; }

    /// <summary>Whether a missing acknowledgement is ignored.</summary>
    public bool? PresumeAck { get; init; }

    /// <summary>Whether CAN FD uses the CRC from before ISO 11898-1:2015.</summary>
    public bool? FdNonIso { get; init; }

    /// <summary>Whether classic frames keep raw DLCs above 8.</summary>
    public bool? RawDlc { get; init; }

    /// <summary>How long after bus-off the kernel restarts the controller by itself, in whole milliseconds; zero for never.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or longer than 49 days.</exception>
    public TimeSpan? RestartDelay
    {
        get;
        init => field = value is null || (value >= TimeSpan.Zero && value.Value.TotalMilliseconds <= uint.MaxValue)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(RestartDelay), value, "The restart delay must be 0 to 2^32-1 ms.");
    }

    /// <summary>How many frames may wait in the transmit queue.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero or negative.</exception>
    public int? TransmitQueueLength { get; init => field = Positive(value, nameof(TransmitQueueLength)); }

    /// <summary>Whether to set the interface up, after the other changes, or down, before them.</summary>
    public bool? IsUp { get; init; }

    // Only what changes, with the same digits in every culture.
    private bool PrintMembers(StringBuilder builder)
    {
        var start = builder.Length;
        Add(Bitrate);
        Add(SamplePoint);
        Add(DataBitrate);
        Add(DataSamplePoint);
        Add(Fd);
        Add(ListenOnly);
        Add(Loopback);
        Add(OneShot);
        Add(TripleSampling);
        Add(BusErrorReporting);
        Add(PresumeAck);
        Add(FdNonIso);
        Add(RawDlc);
        Add(RestartDelay);
        Add(TransmitQueueLength);
        Add(IsUp);
        return builder.Length > start;

        void Add<T>(T? value, [CallerArgumentExpression(nameof(value))] string name = "")
            where T : struct
        {
            if (value is { } set)
                builder.Append(CultureInfo.InvariantCulture, $"{(builder.Length > start ? ", " : "")}{name} = {set}");
        }
    }

    private static int? Positive(int? value, string name) =>
        value is null or > 0 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be positive.");

    private static double? Fraction(double? value, string name) => value is null or (> 0 and < 1)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be between 0 and 1, such as 0.875.");
}
