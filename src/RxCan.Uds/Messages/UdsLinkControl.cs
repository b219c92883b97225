namespace RxCan.Uds;

/// <summary>What LinkControl does.</summary>
/// <remarks>Source: ISO 14229-1:2020, table 170.</remarks>
public enum UdsLinkControl : byte
{
    /// <summary>Nothing; reserved.</summary>
    None = 0x00,

    /// <summary>Asks whether a standard bit rate is possible.</summary>
    VerifyFixedParameter = 0x01,

    /// <summary>Asks whether a bit rate is possible.</summary>
    VerifySpecificParameter = 0x02,

    /// <summary>Changes to the bit rate that was verified.</summary>
    Transition = 0x03,
}
