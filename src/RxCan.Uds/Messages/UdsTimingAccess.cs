namespace RxCan.Uds;

/// <summary>What AccessTimingParameter does.</summary>
/// <remarks>Source: ISO 14229-1:2013, 9.7.</remarks>
public enum UdsTimingAccess : byte
{
    /// <summary>Nothing; reserved.</summary>
    None = 0x00,

    /// <summary>Reads the times that the control unit can do.</summary>
    ReadExtendedTimingParameterSet = 0x01,

    /// <summary>Sets the default times.</summary>
    SetTimingParametersToDefaultValues = 0x02,

    /// <summary>Reads the times in use.</summary>
    ReadCurrentlyActiveTimingParameters = 0x03,

    /// <summary>Sets the times of the request.</summary>
    SetTimingParametersToGivenValues = 0x04,
}
