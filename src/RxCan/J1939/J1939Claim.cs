namespace RxCan.J1939;

/// <summary>The state of an address claim.</summary>
public enum J1939ClaimState
{
    /// <summary>The node has sent its claim, and others have 250 ms to object.</summary>
    Claiming,

    /// <summary>No other node objected: the node has the address.</summary>
    Claimed,

    /// <summary>A node with a lower NAME claimed the address. <see cref="Claiming"/> for another address follows, or <see cref="CannotClaim"/>.</summary>
    Lost,

    /// <summary>No address is available. The node still answers requests for its address with this, and obeys a commanded address.</summary>
    CannotClaim,
}

/// <summary>A change of an address claim.</summary>
/// <param name="State">The new state.</param>
/// <param name="Address">The address it is about; <see cref="J1939Address.Null"/> for <see cref="J1939ClaimState.CannotClaim"/>.</param>
/// <param name="Contender">The NAME that took the address.</param>
public readonly record struct J1939Claim(J1939ClaimState State, byte Address, J1939Name? Contender = null);
