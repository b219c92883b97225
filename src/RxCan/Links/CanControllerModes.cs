namespace RxCan.Links;

/// <summary>Modes of a CAN controller. Source: linux/can/netlink.h, <c>CAN_CTRLMODE_*</c>.</summary>
[Flags]
public enum CanControllerModes
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The controller receives its own frames and needs no other node (<c>CAN_CTRLMODE_LOOPBACK</c>).</summary>
    Loopback = 0x1,

    /// <summary>The controller neither sends nor acknowledges (<c>CAN_CTRLMODE_LISTENONLY</c>).</summary>
    ListenOnly = 0x2,

    /// <summary>The controller samples each bit three times (<c>CAN_CTRLMODE_3_SAMPLES</c>).</summary>
    TripleSampling = 0x4,

    /// <summary>The controller does not repeat a failed frame (<c>CAN_CTRLMODE_ONE_SHOT</c>).</summary>
    OneShot = 0x8,

    /// <summary>The controller reports each bus error (<c>CAN_CTRLMODE_BERR_REPORTING</c>).</summary>
    BusErrorReporting = 0x10,

    /// <summary>CAN FD (<c>CAN_CTRLMODE_FD</c>).</summary>
    Fd = 0x20,

    /// <summary>The controller ignores a missing acknowledgement (<c>CAN_CTRLMODE_PRESUME_ACK</c>).</summary>
    PresumeAck = 0x40,

    /// <summary>CAN FD with the CRC from before ISO 11898-1:2015 (<c>CAN_CTRLMODE_FD_NON_ISO</c>).</summary>
    FdNonIso = 0x80,

    /// <summary>Classic frames keep raw DLCs above 8 (<c>CAN_CTRLMODE_CC_LEN8_DLC</c>), see <see cref="CanFrame.Dlc"/>.</summary>
    RawDlc = 0x100,

    /// <summary>The controller measures the transmitter delay itself (<c>CAN_CTRLMODE_TDC_AUTO</c>).</summary>
    TdcAuto = 0x200,

    /// <summary>The transmitter delay was set manually (<c>CAN_CTRLMODE_TDC_MANUAL</c>).</summary>
    TdcManual = 0x400,
}
