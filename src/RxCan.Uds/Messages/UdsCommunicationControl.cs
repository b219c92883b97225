namespace RxCan.Uds;

/// <summary>What CommunicationControl does with the messages of a control unit.</summary>
/// <remarks>Source: ISO 14229-1:2020, table 54.</remarks>
public enum UdsCommunicationControl : byte
{
    /// <summary>Enables reception and transmission.</summary>
    EnableRxAndTx = 0x00,

    /// <summary>Enables reception, disables transmission.</summary>
    EnableRxAndDisableTx = 0x01,

    /// <summary>Disables reception, enables transmission.</summary>
    DisableRxAndEnableTx = 0x02,

    /// <summary>Disables reception and transmission.</summary>
    DisableRxAndTx = 0x03,

    /// <summary>Makes a node's bus one for diagnosis only. The request has a node number.</summary>
    EnableRxAndDisableTxWithEnhancedAddress = 0x04,

    /// <summary>Makes a node's bus one for its application again. The request has a node number.</summary>
    EnableRxAndTxWithEnhancedAddress = 0x05,
}
