namespace RxCan.Uds;

/// <summary>How DynamicallyDefineDataIdentifier defines an identifier.</summary>
/// <remarks>Source: ISO 14229-1:2020, table 246.</remarks>
public enum UdsDynamicDefinition : byte
{
    /// <summary>Not at all; reserved.</summary>
    None = 0x00,

    /// <summary>From parts of other identifiers' records.</summary>
    ByIdentifier = 0x01,

    /// <summary>From memory.</summary>
    ByMemoryAddress = 0x02,

    /// <summary>Clears the definition.</summary>
    Clear = 0x03,
}
