namespace RxCan.Uds;

/// <summary>The diagnostic sessions. Any other byte from 0x40 to 0x7E may be cast to it: those belong to the manufacturer and the supplier.</summary>
/// <remarks>Source: ISO 14229-1:2020, table 25.</remarks>
public enum UdsSession : byte
{
    /// <summary>No session.</summary>
    None = 0x00,

    /// <summary>The default session, in which a control unit starts. It needs no TesterPresent.</summary>
    Default = 0x01,

    /// <summary>The programming session: memory may be written.</summary>
    Programming = 0x02,

    /// <summary>The extended diagnostic session.</summary>
    Extended = 0x03,

    /// <summary>The safety system diagnostic session.</summary>
    Safety = 0x04,
}
