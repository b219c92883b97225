using System.Reactive.Concurrency;
using RxCan.Bus;

namespace RxCan.IsoTp;

/// <summary>How an ISO-TP session behaves. The defaults are the Linux kernel's for <c>CAN_ISOTP</c>, except <see cref="DynamicFlowControl"/>.</summary>
/// <remarks>Sources: ISO 15765-2, linux/can/isotp.h.</remarks>
public sealed record IsoTpOptions
{
    /// <summary>The defaults.</summary>
    public static IsoTpOptions Default { get; } = new();

    /// <summary>
    /// The byte that pads frames to 8 bytes; null for no padding. Above 8 bytes, CAN FD frames must be padded: with this byte, or <c>CC</c> if null.
    /// </summary>
    public byte? Padding { get; init; }

    /// <summary>
    /// BS, the number of consecutive frames the other end may send before it waits for the next flow control, 1 to 255; 0 for no limit. Null, the
    /// default, is 0 for messages up to 1024 frames and 255 for longer ones: with those, a fast sender would overflow this end's receive
    /// buffer, at least on a virtual interface. (The kernel's engine treats null as 0: it needs no receive buffer.)
    /// </summary>
    public byte? BlockSize { get; init; }

    /// <summary>
    /// STmin, the shortest time between consecutive frames from the other end: 0, the default, to 127 ms in whole ms, or 100 to 900 µs in steps of
    /// 100 µs.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Flow control cannot express this time.</exception>
    public TimeSpan STmin
    {
        get;
        init => field = SeparationTime.TryEncode(value, out _)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "STmin must be 0 to 127 ms in whole ms, or 100 to 900 µs in steps of 100 µs.");
    }

    /// <summary>
    /// Whether the sender applies BS and STmin from every flow control (ISO 15765-2:2016, 9.6.5.6; <c>CAN_ISOTP_DYN_FC_PARMS</c>), as it does by
    /// default. If false, those of the first apply to the whole message.
    /// </summary>
    public bool DynamicFlowControl { get; init; } = true;

    /// <summary>
    /// N_WFTmax, how many times in a row the receiver may ask to wait, 100 by default. After that, sending fails with <see cref="IsoTpResult.N_WFT_OVRN"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public int WaitLimit
    {
        get;
        init => field = NotNegative(value);
    } = 100;

    /// <summary>
    /// How many times this end asks the sender to wait, every <see cref="NBr"/>, before each flow control that lets it continue; 0 by default.
    /// Use it to simulate a slow control unit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int WaitFrames
    {
        get;
        init => field = NotNegative(value);
    }

    /// <summary>
    /// The longest message sent or received, in bytes; 8200 by default. Longer ones are refused with an overflow. Above 4095, the length uses the 32-bit escape.
    /// Every kernel's engine accepts the default. Above the kernel's limit (<c>max_pdu_size</c>, 8300 by default), the portable engine is used.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not positive.</exception>
    public int MaxLength
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The maximum message length must be at least 1 byte.");
    } = 8200;

    /// <summary>Whether the session uses CAN FD frames. It ignores frames of the other kind, as the kernel does.</summary>
    public bool Fd { get; init; }

    /// <summary>Whether CAN FD frames are sent with BRS, the data phase at the higher bit rate.</summary>
    public bool BitRateSwitch { get; init; }

    /// <summary>TX_DL, the length of the longest frame sent, in bytes: 8, the default, or with <see cref="Fd"/> also 12, 16, 20, 24, 32, 48 or 64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not one of these.</exception>
    public int TxDataLength
    {
        get;
        init => field = value is 8 or 12 or 16 or 20 or 24 or 32 or 48 or 64
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "TX_DL must be 8, 12, 16, 20, 24, 32, 48 or 64.");
    } = CanFrame.MaxLength;

    /// <summary>Whether the session only listens: it sends no flow control, and sending fails (<c>CAN_ISOTP_LISTEN_MODE</c>).</summary>
    public bool ListenOnly { get; init; }

    /// <summary>N_As, how long a frame of a message may wait for room in the transmit queue, and then for its end on the wire; 1 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan NAs
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(1);

    /// <summary>N_Ar, how long a flow control frame may wait for room in the transmit queue, and then for its end on the wire; 1 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan NAr
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(1);

    /// <summary>N_Bs, how long to wait for a flow control frame; 1 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan NBs
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(1);

    /// <summary>N_Br, how long this end waits before it sends a flow control frame; zero by default. Stay below N_Bs, the other end's time-out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan NBr
    {
        get;
        init => field = NotNegative(value);
    }

    /// <summary>
    /// N_Cs, how long this end waits at least before each consecutive frame, even if the receiver's STmin is shorter; zero by default. Stay
    /// below N_Cr, the other end's time-out.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan NCs
    {
        get;
        init => field = NotNegative(value);
    }

    /// <summary>N_Cr, how long to wait for a consecutive frame; 1 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan NCr
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(1);

    /// <summary>The engine that runs the session.</summary>
    public EngineKind Engine { get; init; }

    /// <summary>How requests wait for their responses, unless <see cref="IIsoTpSession.Request"/> is given something else.</summary>
    public IsoTpRequestOptions Requests { get; init; } = IsoTpRequestOptions.Default;

    /// <summary>The clock of all time-outs; the bus's if null.</summary>
    public IScheduler? Scheduler { get; init => field = value.Checked(); }

    private static TimeSpan Positive(TimeSpan value) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The time-out must be longer than zero.");

    private static TimeSpan NotNegative(TimeSpan value) =>
        value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The time cannot be negative.");

    private static int NotNegative(int value) =>
        value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The number of frames cannot be negative.");
}
