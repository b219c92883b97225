namespace RxCan.Uds;

/// <summary>A step on the way to unlock a control unit.</summary>
/// <param name="State">What has happened.</param>
/// <param name="Attempts">How many keys were sent so far.</param>
/// <param name="Delay">How long it waits; zero if it does not.</param>
public readonly record struct UdsUnlockStep(UdsUnlockState State, int Attempts, TimeSpan Delay = default);
