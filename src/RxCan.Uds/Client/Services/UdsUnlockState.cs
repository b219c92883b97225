namespace RxCan.Uds;

/// <summary>What happens while a control unit is being unlocked.</summary>
public enum UdsUnlockState
{
    /// <summary>A seed has come, and its key is sent.</summary>
    KeySent,

    /// <summary>The key was invalid (NRC 0x35, or 0x36 if it was the last that is allowed).</summary>
    InvalidKey,

    /// <summary>The control unit accepts no attempt for a time (NRC 0x36 or 0x37). After <see cref="UdsUnlockStep.Delay"/> there is a new one.</summary>
    Delayed,

    /// <summary>It is unlocked, or was before (a seed of zeros).</summary>
    Unlocked,
}
