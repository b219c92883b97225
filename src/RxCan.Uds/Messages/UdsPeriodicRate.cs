namespace RxCan.Uds;

/// <summary>The rates of ReadDataByPeriodicIdentifier (transmissionMode). The manufacturer says how fast each is.</summary>
/// <remarks>Source: ISO 14229-1:2020, table C.10.</remarks>
public enum UdsPeriodicRate : byte
{
    /// <summary>None; reserved.</summary>
    None = 0x00,

    /// <summary>Slow.</summary>
    Slow = 0x01,

    /// <summary>Medium.</summary>
    Medium = 0x02,

    /// <summary>Fast.</summary>
    Fast = 0x03,

    /// <summary>Stops sending.</summary>
    Stop = 0x04,
}
