namespace RxCan.Uds;

/// <summary>
/// The messages that CommunicationControl is about. The upper four bits choose the network: 0 for the control unit and all its networks, 1 to 14
/// for the subnet of that number, 15 for the network that the request came from.
/// </summary>
/// <remarks>Source: ISO 14229-1:2020, table B.1.</remarks>
[Flags]
public enum UdsCommunicationType : byte
{
    /// <summary>None; reserved.</summary>
    None = 0x00,

    /// <summary>Application messages.</summary>
    Normal = 0x01,

    /// <summary>Network management messages.</summary>
    NetworkManagement = 0x02,

    /// <summary>Both.</summary>
    NormalAndNetworkManagement = Normal | NetworkManagement,

    /// <summary>Only the network that the request came from.</summary>
    ThisNetwork = 0xF0,
}
