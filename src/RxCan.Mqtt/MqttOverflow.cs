namespace RxCan.Mqtt;

/// <summary>What an outbox gives up when it is full.</summary>
public enum MqttOverflow
{
    /// <summary>The oldest frames, an eighth of the outbox at a time.</summary>
    DropOldest,

    /// <summary>The frames that come.</summary>
    DropNewest,
}
