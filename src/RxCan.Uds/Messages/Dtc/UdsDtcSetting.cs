namespace RxCan.Uds;

/// <summary>Whether a control unit updates the status of its trouble codes.</summary>
/// <remarks>Source: ISO 14229-1:2020, table 127.</remarks>
public enum UdsDtcSetting : byte
{
    /// <summary>Neither; reserved.</summary>
    None = 0x00,

    /// <summary>The status is updated.</summary>
    On = 0x01,

    /// <summary>The status is not updated.</summary>
    Off = 0x02,
}
