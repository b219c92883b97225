namespace RxCan.Links;

/// <summary>Modes of a CAN controller. Source: linux/can/netlink.h, <c>CAN_CTRLMODE_*</c>.</summary>
[Flags]
public enum CanControllerModes
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The controller hears itself and needs no other (<c>CAN_CTRLMODE_LOOPBACK</c>).</summary>
    Loopback = 0x1,

    /// <summary>It neither sends nor acknowledges (<c>CAN_CTRLMODE_LISTENONLY</c>).</summary>
    ListenOnly = 0x2,

    /// <summary>It samples each bit three times (<c>CAN_CTRLMODE_3_SAMPLES</c>).</summary>
    TripleSampling = 0x4,

    /// <summary>It does not repeat a frame that failed (<c>CAN_CTRLMODE_ONE_SHOT</c>).</summary>
    OneShot = 0x8,

    /// <summary>It reports each bus error (<c>CAN_CTRLMODE_BERR_REPORTING</c>).</summary>
    BusErrorReporting = 0x10,

    /// <summary>CAN FD (<c>CAN_CTRLMODE_FD</c>).</summary>
    Fd = 0x20,

    /// <summary>A missing acknowledge is ignored (<c>CAN_CTRLMODE_PRESUME_ACK</c>).</summary>
    PresumeAck = 0x40,

    /// <summary>CAN FD with the CRC of before ISO 11898-1:2015 (<c>CAN_CTRLMODE_FD_NON_ISO</c>).</summary>
    FdNonIso = 0x80,

    /// <summary>Raw DLCs above 8 of classic frames are kept (<c>CAN_CTRLMODE_CC_LEN8_DLC</c>), see <see cref="CanFrame.Dlc"/>.</summary>
    RawDlc = 0x100,

    /// <summary>It measures the transmitter delay itself (<c>CAN_CTRLMODE_TDC_AUTO</c>).</summary>
    TdcAuto = 0x200,

    /// <summary>The transmitter delay was given (<c>CAN_CTRLMODE_TDC_MANUAL</c>).</summary>
    TdcManual = 0x400,
}
