namespace RxCan.Bus;

/// <summary>A bus that can send several frames in one call.</summary>
internal interface IFrameBatchSender
{
    /// <summary>
    /// Sends frames in order, all classic or all CAN FD; returns how many. 0 if the first one cannot be sent now, or at all:
    /// <see cref="ICanBus.SendAsync"/> then waits or says why.
    /// </summary>
    int TrySend(ReadOnlySpan<CanFrame> frames);
}
