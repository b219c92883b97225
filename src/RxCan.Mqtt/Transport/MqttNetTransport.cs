using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace RxCan.Mqtt.Transport;

/// <summary>MQTTnet as a transport. Its callbacks run on threads of the pool; they only pass on what came.</summary>
internal sealed class MqttNetTransport(MqttLink link) : IMqttTransport
{
    private const ushort ReceiveMaximum = 64; // messages that were not yet used

    public IMqttConnection Connect(MqttHello hello, IMqttSink sink) => new Connection(link, hello, sink);

    private static MqttClientOptions OptionsOf(MqttLink link, MqttHello hello, Func<MqttClientCertificateValidationEventArgs, bool> validate)
    {
        var builder = new MqttClientOptionsBuilder()
            .WithClientId(hello.ClientId)
            .WithTcpServer(link.Host, link.Port, AddressFamily.Unspecified)
            .WithProtocolVersion(link.IsVersion5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311)
            .WithKeepAlivePeriod(link.KeepAlive)
            .WithTimeout(link.Patience)
            .WithTryPrivate(false)
            .WithCleanSession(hello.SessionExpiry == TimeSpan.Zero);
        if (link.IsVersion5)
            builder.WithReceiveMaximum(ReceiveMaximum).WithSessionExpiryInterval((uint)Math.Clamp(hello.SessionExpiry.TotalSeconds, 0, uint.MaxValue));
        if (link.User is not null)
            builder.WithCredentials(link.User, link.Password ?? "");
        if (hello.Will is { } will)
        {
            builder.WithWillTopic(will.Topic).WithWillPayload(will.Payload).WithWillRetain(will.IsRetained)
                .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        }

        if (link.Tls is { } tls)
        {
            builder.WithTlsOptions(options =>
            {
                options.UseTls().WithTargetHost(tls.ServerName ?? link.Host).WithRevocationMode(tls.Revocation)
                    .WithCertificateValidationHandler(validate);
                if (tls.Authorities is { } authorities)
                    options.WithTrustChain(authorities);
                if (tls.ClientCertificate is { } certificate)
                    options.WithClientCertificates([certificate]);
            });
        }

        return builder.Build();
    }

    private sealed class Connection : IMqttConnection
    {
        private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
        private readonly MqttLink _link;
        private readonly IMqttSink _sink;
        private readonly CancellationTokenSource _cut = new();
        private readonly Lock _gate = new(); // of the four that follow
        private Exception? _reason; // why it ended
        private int _calls; // that MQTTnet has not completed
        private bool _isToldOrClosed;
        private bool _isCut;
        private string? _invalid; // what is wrong with the broker's certificate

        public Connection(MqttLink link, MqttHello hello, IMqttSink sink)
        {
            (_link, _sink) = (link, sink);
            _client.ApplicationMessageReceivedAsync += Receive;
            _client.DisconnectedAsync += e =>
            {
                if (e.ClientWasConnected)
                    End(e.Exception ?? new IOException($"{link}: the connection ended: {e.ReasonString ?? e.Reason.ToString()}."));
                return Task.CompletedTask;
            };
            _ = Task.Run(() => Connect(OptionsOf(link, hello, Validate))); // resolving a name may block
        }

        public void Publish(in MqttPublication publication) => _ = Send(publication.Token, new()
        {
            Topic = publication.Topic,
            PayloadSegment = publication.Payload,
            Retain = publication.IsRetained,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        });

        public void Subscribe(string topic) => _ = Try(() => _client.SubscribeAsync(
            new() { TopicFilters = [new() { Topic = topic, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce }] }, _cut.Token), Refused);

        public void Unsubscribe(string topic) => _ = Try(() => _client.UnsubscribeAsync(topic, _cut.Token), null);

        public void Acknowledge(in MqttDelivery delivery)
        {
            if (delivery.Handle is MqttApplicationMessageReceivedEventArgs message)
                _ = Try(() => message.AcknowledgeAsync(_cut.Token), null);
        }

        public void Close()
        {
            lock (_gate)
                _isToldOrClosed = true;
            _ = Finish();

            async Task Finish()
            {
                try
                {
                    await _client.DisconnectAsync(new MqttClientDisconnectOptions(), CancellationToken.None).ConfigureAwait(false);
                }
                catch (Exception)
                {
                    // It is gone anyhow.
                }

                Dispose();
            }
        }

        public void Dispose()
        {
            lock (_gate)
                _isToldOrClosed = true;
            Cut();
        }

        private async Task Connect(MqttClientOptions options)
        {
            try
            {
                var result = await _client.ConnectAsync(options, _cut.Token).ConfigureAwait(false);
                if (result.ResultCode == MqttClientConnectResultCode.Success)
                    _sink.OnConnected();
                else
                    End(new MqttRefusedException($"{_link}: the broker refused the connection: {result.ResultCode}. Check user, password and client identifier."));
            }
            catch (Exception e)
            {
                End(_invalid is not null || e.GetBaseException() is AuthenticationException
                    ? new MqttRefusedException($"{_link}: no connection with TLS: {_invalid ?? e.GetBaseException().Message}", e)
                    : new IOException($"{_link}: cannot connect: {e.GetBaseException().Message}", e));
            }
        }

        /// <summary>Accepts what .NET found to be valid, and nothing else; keeps the reasons otherwise.</summary>
        private bool Validate(MqttClientCertificateValidationEventArgs found)
        {
            if (found.SslPolicyErrors == SslPolicyErrors.None)
                return true;
            var cure = found.SslPolicyErrors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? "Connect to a name that is in it, or set MqttTls.ServerName."
                : "Give its authority in MqttTls.Authorities.";
            var reasons = found.Chain?.ChainStatus.Select(s => s.StatusInformation.Trim()).Where(s => s.Length > 0).Distinct() ?? [];
            _invalid = $"the broker's certificate is not valid: {string.Join("; ", [found.SslPolicyErrors.ToString(), .. reasons])}. {cure}";
            return false;
        }

        private Task Send(long token, MqttApplicationMessage message) => Try(() => _client.PublishAsync(message, _cut.Token), result =>
        {
            _sink.OnPublished(token, result.IsSuccess
                ? null
                : new MqttRefusedException($"{_link}: the broker refused a message to {message.Topic}: {result.ReasonCode}. Check its access control list."));
            return null;
        });

        private Exception? Refused(MqttClientSubscribeResult result) => result.Items.FirstOrDefault(i => (int)i.ResultCode >= 0x80) is { } item
            ? new MqttRefusedException($"{_link}: the broker refused the subscription to {item.TopicFilter.Topic}: {item.ResultCode}. Check its access control list.")
            : null;

        private async Task Try<T>(Func<Task<T>> act, Func<T, Exception?>? check)
        {
            lock (_gate)
                _calls++;
            try
            {
                var result = await act().ConfigureAwait(false);
                if (check?.Invoke(result) is { } refusal)
                    End(refusal);
            }
            catch (Exception e)
            {
                End(e);
            }

            lock (_gate)
                _calls--;
            TellEnd();
        }

        private Task Try(Func<Task> act, object? _) => Try(
            async () =>
            {
                await act().ConfigureAwait(false);
                return 0;
            }, null);

        private Task Receive(MqttApplicationMessageReceivedEventArgs message)
        {
            message.AutoAcknowledge = false;
            var payload = message.ApplicationMessage.Payload;
            _sink.OnMessage(new(message.ApplicationMessage.Topic, payload.IsSingleSegment ? payload.First : payload.ToArray(), message));
            return Task.CompletedTask;
        }

        private void End(Exception reason)
        {
            lock (_gate)
            {
                if (_reason is null || (reason is MqttRefusedException && _reason is not MqttRefusedException))
                    _reason = reason;
            }

            Cut();
            TellEnd();
        }

        /// <summary>
        /// A broker that refuses something may close the connection right after: MQTTnet tells both at once, on two threads. So the end is told
        /// when all calls are completed, each with the broker's answer if there was one.
        /// </summary>
        private void TellEnd()
        {
            lock (_gate)
            {
                if (_reason is null || _calls > 0 || _isToldOrClosed)
                    return;
                _isToldOrClosed = true;
            }

            _sink.OnEnded(_reason);
        }

        private void Cut()
        {
            lock (_gate)
            {
                if (_isCut)
                    return;
                _isCut = true;
            }

            _cut.Cancel();
            _ = Task.Run(_client.Dispose); // it may wait for its socket
        }
    }
}
