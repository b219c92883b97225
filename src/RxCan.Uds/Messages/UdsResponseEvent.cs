namespace RxCan.Uds;

/// <summary>What ResponseOnEvent waits for or does.</summary>
/// <remarks>Source: ISO 14229-1:2020, table 136; <see cref="OnTimerInterrupt"/> is in the edition of 2013.</remarks>
public enum UdsResponseEvent : byte
{
    /// <summary>Stops responding.</summary>
    Stop = 0x00,

    /// <summary>A trouble code's status changes.</summary>
    OnDtcStatusChange = 0x01,

    /// <summary>A timer elapses.</summary>
    OnTimerInterrupt = 0x02,

    /// <summary>A data identifier's record changes.</summary>
    OnChangeOfDataIdentifier = 0x03,

    /// <summary>Reports the events that are set up.</summary>
    ReportActivatedEvents = 0x04,

    /// <summary>Starts responding.</summary>
    Start = 0x05,

    /// <summary>Clears the events that are set up.</summary>
    Clear = 0x06,

    /// <summary>A value passes a limit.</summary>
    OnComparisonOfValues = 0x07,

    /// <summary>Reports the most recent trouble code whose status changed.</summary>
    ReportMostRecentDtcOnStatusChange = 0x08,

    /// <summary>Reports trouble codes whose status changed, with their records.</summary>
    ReportDtcRecordInformationOnDtcStatusChange = 0x09,
}
