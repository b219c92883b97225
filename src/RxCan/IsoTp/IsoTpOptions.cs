using System.Reactive.Concurrency;

namespace RxCan.IsoTp;

/// <summary>How an ISO-TP session behaves. The defaults are the Linux kernel's for <c>CAN_ISOTP</c>.</summary>
/// <remarks>Sources: ISO 15765-2, linux/can/isotp.h.</remarks>
public sealed record IsoTpOptions
{
    /// <summary>The defaults.</summary>
    public static IsoTpOptions Default { get; } = new();

    /// <summary>
    /// The byte that fills frames up to 8 bytes; null to send them as short as they are. Above 8 bytes CAN FD must fill: with this, or <c>CC</c>.
    /// </summary>
    public byte? Padding { get; init; }

    /// <summary>
    /// BS, the consecutive frames the other end may send before it waits for the next flow control, 1 to 255; 0 for all of them. Null, the
    /// default, is 0 for messages up to 1024 frames and 255 for longer ones: a fast sender would overflow this end's receive buffer with
    /// those, on a virtual interface at least. (The kernel's engine takes it for 0: it needs no receive buffer.)
    /// </summary>
    public byte? BlockSize { get; init; }

    /// <summary>
    /// STmin, the shortest time the other end is to leave between consecutive frames: 0 to 127 ms in whole ms, or 100 to 900 µs in steps of 100.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Flow control cannot say that time.</exception>
    public TimeSpan STmin
    {
        get;
        init => field = SeparationTime.TryEncode(value, out _)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "STmin is 0 to 127 ms in whole ms, or 100 to 900 µs in steps of 100 µs.");
    }

    /// <summary>
    /// Whether BS and STmin of every flow control count, as ISO 15765-2 allows; by default those of the first hold for the whole message
    /// (<c>CAN_ISOTP_DYN_FC_PARMS</c>).
    /// </summary>
    public bool DynamicFlowControl { get; init; }

    /// <summary>
    /// N_WFTmax, how many times in a row the receiver may ask to wait before sending fails with <see cref="IsoTpResult.N_WFT_OVRN"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public int WaitLimit
    {
        get;
        init => field = NotNegative(value);
    } = 100;

    /// <summary>
    /// How many times this end asks to wait, every <see cref="NBr"/>, before each flow control that lets the other go on. For simulations of a
    /// slow control unit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int WaitFrames
    {
        get;
        init => field = NotNegative(value);
    }

    /// <summary>
    /// The longest message sent or received, in bytes. Longer ones are refused with an overflow. Above 4095 the length takes the 32-bit escape.
    /// The default is what every kernel's engine takes; above its limit, 8300 unless <c>max_pdu_size</c> says otherwise, the portable one serves.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not positive.</exception>
    public int MaxLength
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A message has at least one byte.");
    } = 8200;

    /// <summary>Whether the session uses CAN FD frames. Frames of the other kind are not seen, as by the kernel.</summary>
    public bool Fd { get; init; }

    /// <summary>CAN FD's BRS in what is sent: the data phase at the higher bit rate.</summary>
    public bool BitRateSwitch { get; init; }

    /// <summary>TX_DL, the longest frame that is sent, in bytes: 8, or with <see cref="Fd"/> also 12, 16, 20, 24, 32, 48 or 64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such length.</exception>
    public int TxDataLength
    {
        get;
        init => field = value is 8 or 12 or 16 or 20 or 24 or 32 or 48 or 64
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "TX_DL is 8, 12, 16, 20, 24, 32, 48 or 64.");
    } = CanFrame.MaxLength;

    /// <summary>Whether the session only listens: it sends no flow control, and sending fails (<c>CAN_ISOTP_LISTEN_MODE</c>).</summary>
    public bool ListenOnly { get; init; }

    /// <summary>N_As, how long a frame of a message may wait for room in the transmit queue.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan NAs
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(1);

    /// <summary>N_Ar, how long a flow control frame may wait for room in the transmit queue.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan NAr
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(1);

    /// <summary>N_Bs, how long to wait for a flow control frame.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan NBs
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(1);

    /// <summary>N_Br, the time this end takes before it sends a flow control frame. The other end waits for N_Bs: stay below.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan NBr
    {
        get;
        init => field = NotNegative(value);
    }

    /// <summary>
    /// N_Cs, the least time this end takes before each consecutive frame, however short the receiver's STmin. The other end waits for N_Cr: stay
    /// below.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan NCs
    {
        get;
        init => field = NotNegative(value);
    }

    /// <summary>N_Cr, how long to wait for a consecutive frame.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan NCr
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(1);

    /// <summary>Who does the work.</summary>
    public EngineKind Engine { get; init; }

    /// <summary>How requests wait for their responses, unless <see cref="IIsoTpSession.Request"/> is given something else.</summary>
    public IsoTpRequestOptions Requests { get; init; } = IsoTpRequestOptions.Default;

    /// <summary>The clock of all time-outs; the bus's if null.</summary>
    public IScheduler? Scheduler { get; init; }

    private static TimeSpan Positive(TimeSpan value) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A time-out is longer than zero.");

    private static TimeSpan NotNegative(TimeSpan value) =>
        value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A pause is not negative.");

    private static int NotNegative(int value) =>
        value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A number of frames is not negative.");
}
