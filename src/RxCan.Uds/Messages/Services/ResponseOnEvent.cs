namespace RxCan.Uds;

/// <summary>
/// ResponseOnEvent (0x86): <c>86 event window [what happens] [the service to respond to]</c>; bit 6 of the event stores it beyond a power cycle.
/// </summary>
internal readonly record struct ResponseOnEventRequest(UdsResponseEvent Event, bool Store, byte Window, byte[] EventRecord, byte[] Service)
    : IUdsMessage<ResponseOnEventRequest>
{
    private const byte StoreEvent = 0x40;

    /// <summary>How long the record of an event is; null if it is all that follows.</summary>
    public static int? RecordLength(UdsResponseEvent type) => type switch
    {
        UdsResponseEvent.OnDtcStatusChange or UdsResponseEvent.OnTimerInterrupt => 1,
        UdsResponseEvent.OnChangeOfDataIdentifier => 2,
        UdsResponseEvent.OnComparisonOfValues => 10,
        UdsResponseEvent.Stop or UdsResponseEvent.Start or UdsResponseEvent.Clear or UdsResponseEvent.ReportActivatedEvents => 0,
        _ => null,
    };

    public byte[] ToBytes() =>
        [(byte)UdsService.ResponseOnEvent, (byte)((byte)Event | (Store ? StoreEvent : 0)), Window, .. EventRecord, .. Service];

    public static bool TryRead(ReadOnlySpan<byte> message, out ResponseOnEventRequest value)
    {
        var reader = new UdsReader(message, UdsService.ResponseOnEvent);
        var first = reader.SubFunction();
        var type = (UdsResponseEvent)(first & ~StoreEvent);
        var window = reader.Byte();
        value = new(type, (first & StoreEvent) != 0, window, reader.Bytes(RecordLength(type) ?? reader.Left), reader.Rest());
        return reader.IsComplete;
    }
}
