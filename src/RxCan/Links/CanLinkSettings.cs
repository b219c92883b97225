using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace RxCan.Links;

/// <summary>What <see cref="CanLinks.Configure"/> is to change of an interface; what is null stays as it is.</summary>
/// <remarks>
/// Bit timings and modes can be changed while the interface is down only, and a bit rate must be set before it can go up. The kernel
/// computes the timing. Sources: linux/can/netlink.h, linux/if_link.h (<c>IFLA_TXQLEN</c>, <c>IFLA_MTU</c>).
/// </remarks>
public sealed record CanLinkSettings
{
    /// <summary>The bit rate in bit/s, of the arbitration phase for CAN FD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public int? Bitrate { get; init => field = Positive(value, nameof(Bitrate)); }

    /// <summary>
    /// Where in the bit to sample, 0 to 1 in steps of 0.001. A new <see cref="Bitrate"/> without it is sampled where CiA 301 recommends.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not between 0 and 1.</exception>
    public double? SamplePoint { get; init => field = Fraction(value, nameof(SamplePoint)); }

    /// <summary>The bit rate of the data phase of CAN FD frames in bit/s. It turns <see cref="Fd"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public int? DataBitrate { get; init => field = Positive(value, nameof(DataBitrate)); }

    /// <summary>Where in a bit of the data phase to sample, 0 to 1 in steps of 0.001.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not between 0 and 1.</exception>
    public double? DataSamplePoint { get; init => field = Fraction(value, nameof(DataSamplePoint)); }

    /// <summary>
    /// Whether the interface takes CAN FD frames. On a controller it needs <see cref="DataBitrate"/>, given or set before; on <c>vcan</c> and
    /// <c>vxcan</c> it sets the MTU to 72, or 16.
    /// </summary>
    public bool? Fd { get; init; }

    /// <summary>Whether the controller neither sends nor acknowledges.</summary>
    public bool? ListenOnly { get; init; }

    /// <summary>Whether the controller hears itself and needs no other.</summary>
    public bool? Loopback { get; init; }

    /// <summary>Whether a frame that failed is not repeated.</summary>
    public bool? OneShot { get; init; }

    /// <summary>Whether each bit is sampled three times.</summary>
    public bool? TripleSampling { get; init; }

    /// <summary>Whether the controller reports each bus error, which may come in floods.</summary>
    public bool? BusErrorReporting { get; init; }

    /// <summary>Whether a missing acknowledge is ignored.</summary>
    public bool? PresumeAck { get; init; }

    /// <summary>Whether CAN FD has the CRC of before ISO 11898-1:2015.</summary>
    public bool? FdNonIso { get; init; }

    /// <summary>Whether raw DLCs above 8 of classic frames are kept.</summary>
    public bool? RawDlc { get; init; }

    /// <summary>How long after bus-off the kernel restarts the controller by itself, to the millisecond; zero for never.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or longer than 49 days.</exception>
    public TimeSpan? RestartDelay
    {
        get;
        init => field = value is null || (value >= TimeSpan.Zero && value.Value.TotalMilliseconds <= uint.MaxValue)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(RestartDelay), value, "A restart delay is 0 to 2^32-1 ms.");
    }

    /// <summary>How many frames may wait in the transmit queue.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public int? TransmitQueueLength { get; init => field = Positive(value, nameof(TransmitQueueLength)); }

    /// <summary>Whether the interface is to be up, after the other changes, or down, before them.</summary>
    public bool? IsUp { get; init; }

    // What is to change, with the same digits in every culture.
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
        value is null or > 0 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is positive.");

    private static double? Fraction(double? value, string name) => value is null or (> 0 and < 1)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is between 0 and 1, such as 0.875.");
}
