namespace RxCan.Uds;

/// <summary>What ECUReset does.</summary>
/// <remarks>Source: ISO 14229-1:2020, table 34.</remarks>
public enum UdsReset : byte
{
    /// <summary>No reset.</summary>
    None = 0x00,

    /// <summary>As if the power had been disconnected.</summary>
    Hard = 0x01,

    /// <summary>As if the ignition key had been turned off and on.</summary>
    KeyOffOn = 0x02,

    /// <summary>Restarts the application.</summary>
    Soft = 0x03,

    /// <summary>Enables the rapid power shutdown.</summary>
    EnableRapidPowerShutdown = 0x04,

    /// <summary>Disables the rapid power shutdown.</summary>
    DisableRapidPowerShutdown = 0x05,
}
