namespace RxCan.Mqtt.Transport;

/// <summary>What the engines need of an MQTT client. Nothing here waits; results come to the sink, on any thread, but never within a call.</summary>
internal interface IMqttTransport
{
    /// <summary>Begins to connect.</summary>
    IMqttConnection Connect(MqttHello hello, IMqttSink sink);
}

/// <summary>How a connection introduces itself.</summary>
/// <param name="ClientId">Its name at the broker.</param>
/// <param name="Will">What the broker publishes, retained, when the connection breaks; null for nothing.</param>
/// <param name="SessionExpiry">How long the broker keeps subscriptions and messages when the connection is gone; zero for a clean session.</param>
internal sealed record MqttHello(string ClientId, MqttPublication? Will, TimeSpan SessionExpiry);

/// <summary>A message to publish with QoS 1.</summary>
internal readonly record struct MqttPublication(long Token, string Topic, byte[] Payload, bool IsRetained);

/// <summary>A message that was received. It is acknowledged when it was used, so that the broker keeps what there is no time for.</summary>
internal readonly record struct MqttDelivery(string Topic, ReadOnlyMemory<byte> Payload, object? Handle);

/// <summary>One connection. Disposing it cuts it off.</summary>
internal interface IMqttConnection : IDisposable
{
    void Publish(in MqttPublication publication);

    void Subscribe(string topic);

    void Unsubscribe(string topic);

    void Acknowledge(in MqttDelivery delivery);

    /// <summary>Ends it in order, after what was published: the will is not published.</summary>
    void Close();
}

/// <summary>The broker is there and does not want: the credentials, the certificates or the access control list must change.</summary>
internal sealed class MqttRefusedException(string message, Exception? innerException = null) : IOException(message, innerException);

/// <summary>What happens to a connection.</summary>
internal interface IMqttSink
{
    void OnConnected();

    /// <summary>A publication was acknowledged, or refused.</summary>
    void OnPublished(long token, Exception? refusal);

    void OnMessage(in MqttDelivery delivery);

    /// <summary>It could not be made, or broke. Nothing follows.</summary>
    void OnEnded(Exception reason);
}
