namespace RxCan.Uds;

/// <summary>Standard bit rates of LinkControl (linkControlModeIdentifier).</summary>
/// <remarks>Source: ISO 14229-1:2020, table B.3.</remarks>
public enum UdsLinkMode : byte
{
    /// <summary>None; reserved.</summary>
    None = 0x00,

    /// <summary>9600 bit/s.</summary>
    Pc9600 = 0x01,

    /// <summary>19200 bit/s.</summary>
    Pc19200 = 0x02,

    /// <summary>38400 bit/s.</summary>
    Pc38400 = 0x03,

    /// <summary>57600 bit/s.</summary>
    Pc57600 = 0x04,

    /// <summary>115200 bit/s.</summary>
    Pc115200 = 0x05,

    /// <summary>CAN at 125 kbit/s.</summary>
    Can125000 = 0x10,

    /// <summary>CAN at 250 kbit/s.</summary>
    Can250000 = 0x11,

    /// <summary>CAN at 500 kbit/s.</summary>
    Can500000 = 0x12,

    /// <summary>CAN at 1 Mbit/s.</summary>
    Can1000000 = 0x13,

    /// <summary>The bit rate for programming.</summary>
    ProgrammingSetup = 0x20,
}
