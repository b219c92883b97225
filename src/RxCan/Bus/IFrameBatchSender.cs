namespace RxCan.Bus;

/// <summary>A bus that takes several frames in one go.</summary>
internal interface IFrameBatchSender
{
    /// <summary>
    /// Sends frames, one after another and all classic or all CAN FD; how many. 0 if the first one cannot be sent now, or at all:
    /// <see cref="ICanBus.SendAsync"/> waits or says why.
    /// </summary>
    int TrySend(ReadOnlySpan<CanFrame> frames);
}
