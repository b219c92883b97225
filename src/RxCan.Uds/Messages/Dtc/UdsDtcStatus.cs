namespace RxCan.Uds;

/// <summary>The status of a diagnostic trouble code, and masks of it.</summary>
/// <remarks>Source: ISO 14229-1:2020, D.2.</remarks>
[Flags]
public enum UdsDtcStatus : byte
{
    /// <summary>No bit.</summary>
    None = 0x00,

    /// <summary>The last test failed.</summary>
    TestFailed = 0x01,

    /// <summary>A test failed in this operation cycle.</summary>
    TestFailedThisOperationCycle = 0x02,

    /// <summary>A test failed in this operation cycle or the previous one.</summary>
    Pending = 0x04,

    /// <summary>Failed often enough to be stored.</summary>
    Confirmed = 0x08,

    /// <summary>No test has been completed since the codes were cleared.</summary>
    TestNotCompletedSinceLastClear = 0x10,

    /// <summary>A test failed since the codes were cleared.</summary>
    TestFailedSinceLastClear = 0x20,

    /// <summary>No test has been completed in this operation cycle.</summary>
    TestNotCompletedThisOperationCycle = 0x40,

    /// <summary>The warning lamp is requested.</summary>
    WarningIndicatorRequested = 0x80,

    /// <summary>Every bit.</summary>
    All = 0xFF,
}
