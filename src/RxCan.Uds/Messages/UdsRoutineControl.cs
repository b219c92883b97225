namespace RxCan.Uds;

/// <summary>What RoutineControl does with a routine.</summary>
/// <remarks>Source: ISO 14229-1:2020, table 426.</remarks>
public enum UdsRoutineControl : byte
{
    /// <summary>Nothing; reserved.</summary>
    None = 0x00,

    /// <summary>Starts it.</summary>
    Start = 0x01,

    /// <summary>Stops it.</summary>
    Stop = 0x02,

    /// <summary>Asks for its results.</summary>
    RequestResults = 0x03,
}
