namespace RxCan.Mqtt;

/// <summary>What an outbox gives up when it is full.</summary>
public enum MqttOverflow
{
    /// <summary>The oldest frames, 64 KiB at a time, or 1/128 of the outbox if that is more.</summary>
    DropOldest,

    /// <summary>The frames that come.</summary>
    DropNewest,
}
