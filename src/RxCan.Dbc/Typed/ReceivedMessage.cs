namespace RxCan;

/// <summary>A message and the frame that it came in, which has the timestamp, the interface, and the source of a J1939 message.</summary>
/// <typeparam name="T">The message's type.</typeparam>
/// <param name="Message">The message.</param>
/// <param name="Frame">The frame.</param>
public readonly record struct ReceivedMessage<T>(T Message, CanFrame Frame)
    where T : struct, ICanMessage<T>
{
    /// <summary>When the frame was received, in UTC.</summary>
    public DateTimeOffset Timestamp => Frame.Timestamp;
}
