using System.Net;
using System.Net.Sockets;
using RxCan.Mqtt;
using RxCan.Mqtt.Transport;

namespace RxCan.Tests.Transport;

/// <summary>What a connection tells of a broker that is only some bytes on a socket.</summary>
public sealed class MqttNetTransportTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public MqttNetTransportTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    /// <summary>mosquitto does so if <c>max_queued_messages</c> is 0, others by their settings. Both were told at once, on two threads.</summary>
    [Fact]
    public async Task A_refusal_is_the_reason_even_if_the_broker_closes_the_connection_right_after_it()
    {
        var transport = new MqttNetTransport(new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port));
        for (var round = 0; round < 200; round++)
        {
            var sink = new FirstReason();
            using var connection = transport.Connect(new("a", null, TimeSpan.Zero), sink);
            using var broker = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            var stream = broker.GetStream();
            ReadPacket(stream);
            stream.Write([0x20, 3, 0, 0, 0]); // CONNACK: success
            await sink.Connected.Task;
            for (var token = 1; token <= 3; token++)
                connection.Publish(new(token, "a/b", [1, 2, 3], false));
            var publish = ReadPacket(stream);
            stream.Write([0x40, 3, publish[5], publish[6], 0x87, 0xE0, 1, 0x97]); // PUBACK: not authorized; DISCONNECT: quota exceeded
            broker.Client.Shutdown(SocketShutdown.Send);
            var reason = await sink.Reason.Task;
            Assert.True(reason is MqttRefusedException, $"round {round}: {reason}");
            Assert.Contains("refused a message to a/b: NotAuthorized", reason.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A short packet without its first two bytes.</summary>
    private static byte[] ReadPacket(NetworkStream stream)
    {
        var head = new byte[2];
        stream.ReadExactly(head);
        var packet = new byte[head[1]];
        stream.ReadExactly(packet);
        return packet;
    }

    private sealed class FirstReason : IMqttSink
    {
        public TaskCompletionSource Connected { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<Exception> Reason { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnConnected() => Connected.TrySetResult();

        public void OnPublished(long token, Exception? refusal)
        {
            if (refusal is not null)
                Reason.TrySetResult(refusal);
        }

        public void OnMessage(in MqttDelivery delivery)
        {
        }

        public void OnEnded(Exception reason) => Reason.TrySetResult(reason);
    }
}
