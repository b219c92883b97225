namespace RxCan.Uds;

/// <summary>The response of ResponseOnEvent.</summary>
/// <param name="Event">The event.</param>
/// <param name="Store">Whether it stays set up over a power cycle.</param>
/// <param name="Count">The number of events identified; for <see cref="UdsResponseEvent.ReportActivatedEvents"/>, of events set up.</param>
/// <param name="Record">
/// What follows: the window, the event's record and the service to respond to; for <see cref="UdsResponseEvent.ReportActivatedEvents"/>, each
/// with its event before it.
/// </param>
/// <remarks>Source: ISO 14229-1:2020, 10.9.3.</remarks>
public readonly record struct UdsResponseOnEventResponse(UdsResponseEvent Event, bool Store, byte Count, ReadOnlyMemory<byte> Record)
    : IUdsMessage<UdsResponseOnEventResponse>
{
    private const byte StoreEvent = 0x40;

    byte[] IUdsMessage<UdsResponseOnEventResponse>.ToBytes() =>
        [UdsProtocol.Positive(UdsService.ResponseOnEvent), (byte)((byte)Event | (Store ? StoreEvent : 0)), Count, .. Record.Span];

    static bool IUdsMessage<UdsResponseOnEventResponse>.TryRead(ReadOnlySpan<byte> message, out UdsResponseOnEventResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.ResponseOnEvent);
        var first = reader.SubFunction();
        var type = (UdsResponseEvent)(first & ~StoreEvent);
        value = new(type, (first & StoreEvent) != 0, reader.Byte(), reader.Rest());
        var shortest = type == UdsResponseEvent.ReportActivatedEvents ? 0 : 1 + (ResponseOnEventRequest.RecordLength(type) ?? 0);
        return reader.IsComplete && value.Record.Length >= shortest;
    }
}
