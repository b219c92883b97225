using System.Globalization;

namespace RxCan.Links;

/// <summary>The controller of a CAN interface, as its driver reports it. Source: linux/can/netlink.h.</summary>
public sealed record CanController
{
    /// <summary>Its state (<c>IFLA_CAN_STATE</c>).</summary>
    public CanState State { get; init; }

    /// <summary>The bit timing (<c>IFLA_CAN_BITTIMING</c>), for CAN FD that of the arbitration phase; null until one is set.</summary>
    public CanBitTiming? BitTiming { get; init; }

    /// <summary>The bit timing of the data phase of CAN FD (<c>IFLA_CAN_DATA_BITTIMING</c>); null without CAN FD.</summary>
    public CanBitTiming? DataBitTiming { get; init; }

    /// <summary>The limits of the hardware's bit timings (<c>IFLA_CAN_BITTIMING_CONST</c>); null if it has fixed bit rates.</summary>
    public CanBitTimingLimits? Limits { get; init; }

    /// <summary>The limits for the data phase (<c>IFLA_CAN_DATA_BITTIMING_CONST</c>); null for hardware without CAN FD.</summary>
    public CanBitTimingLimits? DataLimits { get; init; }

    /// <summary>The modes that are on (<c>IFLA_CAN_CTRLMODE</c>).</summary>
    public CanControllerModes Modes { get; init; }

    /// <summary>The modes that can be turned on (<c>IFLA_CAN_CTRLMODE_EXT</c>); null on kernels before 5.16.</summary>
    public CanControllerModes? SupportedModes { get; init; }

    /// <summary>The clock that bit timings are derived from, in Hz.</summary>
    public long ClockFrequency { get; init; }

    /// <summary>How long after bus-off the kernel restarts the controller (<c>IFLA_CAN_RESTART_MS</c>); zero if it does not.</summary>
    public TimeSpan RestartDelay { get; init; }

    /// <summary>The error counters when the link was read; null if the driver cannot read them.</summary>
    public CanErrorCounters? ErrorCounters { get; init; }

    /// <summary>The active termination resistor in ohms, 0 if it is off; null if the hardware cannot switch one.</summary>
    public int? Termination { get; init; }

    /// <summary>What has happened to it since the interface was created.</summary>
    public CanControllerStatistics Statistics { get; init; }

    /// <summary>The state, the bit rates and the modes on one line, for logs.</summary>
    public override string ToString() =>
        State + Rate(BitTiming, "") + Rate(DataBitTiming, "data ") + (Modes != 0 ? $" [{Modes}]" : "");

    private static string Rate(CanBitTiming? timing, string what) =>
        timing is { } t ? string.Create(CultureInfo.InvariantCulture, $" {what}{t.Bitrate} bit/s {t.SamplePoint:P1}") : "";
}
