namespace RxCan.J1939;

/// <summary>How far the claim to an address is.</summary>
public enum J1939ClaimState
{
    /// <summary>The address is claimed on the network, and others have 250 ms to object.</summary>
    Claiming,

    /// <summary>Nobody objected: the node has the address.</summary>
    Claimed,

    /// <summary>A node with a lower NAME claimed the address. <see cref="Claiming"/> follows for another one, or <see cref="CannotClaim"/>.</summary>
    Lost,

    /// <summary>There is no address to be had. The claim goes on only to say so to whoever asks, and when commanded to another address.</summary>
    CannotClaim,
}

/// <summary>What happened to the claim to an address.</summary>
/// <param name="State">How far it is.</param>
/// <param name="Address">The address it is about; <see cref="J1939Address.Null"/> for <see cref="J1939ClaimState.CannotClaim"/>.</param>
/// <param name="Contender">The NAME that the address was lost to.</param>
public readonly record struct J1939Claim(J1939ClaimState State, byte Address, J1939Name? Contender = null);
