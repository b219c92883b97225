namespace RxCan.Uds;

/// <summary>What InputOutputControlByIdentifier does with an input or output.</summary>
/// <remarks>Source: ISO 14229-1:2020, table E.1.</remarks>
public enum UdsIOControl : byte
{
    /// <summary>The control unit controls it again.</summary>
    ReturnControlToEcu = 0x00,

    /// <summary>It takes its default.</summary>
    ResetToDefault = 0x01,

    /// <summary>It keeps its present value.</summary>
    FreezeCurrentState = 0x02,

    /// <summary>It takes the value of the request.</summary>
    ShortTermAdjustment = 0x03,
}
