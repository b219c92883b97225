namespace RxCan;

/// <summary>A frame that could not be sent, or was dropped before.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Reason">Why: what <see cref="ICanBus.Send"/> or <see cref="ICanBus.SendAsync"/> failed with.</param>
public readonly record struct UnsentFrame(CanFrame Frame, Exception Reason)
{
    /// <summary>The reason, which names the interface and says what to do.</summary>
    /// <returns>The frame, and the reason's message.</returns>
    public override string ToString() => $"{Frame}: {Reason.Message}";
}
