namespace RxCan.Mqtt;

/// <summary>How batches of frames are compressed.</summary>
public enum MqttCompression
{
    /// <summary>Not at all: some 13 to 14 bytes per 8-byte frame.</summary>
    None,

    /// <summary>Deflate (RFC 1951), after each frame's data was combined with the previous data of its identifier.</summary>
    Deflate,
}
