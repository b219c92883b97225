using System.Net;
using System.Reactive.Subjects;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RxCan.Mqtt;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Brokers;

/// <summary>What a real broker refuses, and what is refused of it: certificates, logins and topics. The reason is told, and no frame is lost.</summary>
[Collection(nameof(Alone))]
[Trait("Length", "Long")]
public sealed class AccessTests
{
    private const string Topic = "truck42/can0";

    [Fact]
    public void Over_TLS_frames_arrive_for_whoever_trusts_the_authority_and_has_a_certificate()
    {
        using var ca = new Authority("RxCan test");
        using var other = new Authority("Another");
        using var client = ca.Issue("truck42");
        using var broker = new Mosquitto(access: folder => ca.Settings(folder));
        var tls = new MqttTls { Authorities = [ca.Certificate], ClientCertificate = client, Revocation = X509RevocationMode.NoCheck };

        using (var ends = new Ends(Link(broker, tls), Link(broker, tls)))
            ends.AssertConnected();
        using (var ends = new Ends(Link(broker, tls with { Authorities = [other.Certificate] }), null))
            ends.AssertRefused("certificate is not valid", "MqttTls.Authorities");
        using (var ends = new Ends(Link(broker, tls with { Authorities = null }), null))
            ends.AssertRefused("certificate is not valid", "MqttTls.Authorities");
        using (var ends = new Ends(Link(broker, tls with { ServerName = "broker.example" }), null))
            ends.AssertRefused("RemoteCertificateNameMismatch", "MqttTls.ServerName");
        using (var ends = new Ends(Link(broker, tls with { ClientCertificate = null }), null))
            ends.AssertNotConnected();
        using (var ends = new Ends(null, Link(broker, tls with { Authorities = [other.Certificate] })))
            ends.AssertBusRefused("certificate is not valid");
    }

    [Fact]
    public void What_the_broker_refuses_is_told_and_waits_in_the_outbox()
    {
        using var broker = new Mosquitto(access: Passwords);
        var truck = new MqttLink("127.0.0.1", broker.Port) { User = "truck42", Password = "secret", MinPause = TimeSpan.FromMilliseconds(50) };
        var dashboard = truck with { User = "dashboard" };

        using (var ends = new Ends(truck, dashboard))
            ends.AssertConnected();
        using (var ends = new Ends(truck with { Password = "wrong" }, null))
            ends.AssertRefused("refused the connection", "user, password");
        using (var ends = new Ends(truck with { Password = null, User = null }, null))
            ends.AssertRefused("refused the connection", "user, password");
        using (var ends = new Ends(truck, null, "truck43/can0"))
            ends.AssertRefused("refused a message to truck43/can0", "access control list");
        using (var ends = new Ends(null, dashboard with { Password = "wrong" }))
            ends.AssertBusRefused("refused the connection");

        // mosquitto grants the subscription and delivers nothing: the bus says that nobody is there.
        using (var ends = new Ends(truck, truck with { User = "stranger", Patience = TimeSpan.FromSeconds(1) }))
            Eventually.True(() => ends.Events.Any(e => e is CanLinkDown), "the link is down");
    }

    private static string Passwords(string folder)
    {
        var passwords = Path.Combine(folder, "passwords");
        File.WriteAllText(passwords, "truck42:secret\ndashboard:secret\nstranger:secret\n");
        Kernel.Run("mosquitto_passwd", $"-U {passwords}");
        File.WriteAllText(Path.Combine(folder, "acl"), """
            pattern write %u/+/frames
            pattern write %u/+/state
            pattern read %u/+/want
            pattern read %u/+/send

            user dashboard
            topic read +/+/frames
            topic read +/+/state
            topic write +/+/want
            """);
        return $"""
            password_file {passwords}
            acl_file {Path.Combine(folder, "acl")}
            """;
    }

    private static MqttLink Link(Mosquitto broker, MqttTls tls) => new("127.0.0.1", broker.Port) { Tls = tls, MinPause = TimeSpan.FromMilliseconds(50) };

    /// <summary>An uplink, a remote bus, or both.</summary>
    private sealed class Ends : IDisposable
    {
        private readonly Subject<CanFrame> _frames = new();
        private readonly ICanBus? _can;
        private readonly IDisposable? _uplink;
        private readonly List<MqttUplinkEvent> _happened = [];
        private readonly List<CanBusEvent> _events = [];
        private int _received;

        public Ends(MqttLink? far, MqttLink? near, string topic = Topic)
        {
            if (near is not null)
            {
                _can = MqttBus.Open(near, topic);
                _can.Events.Subscribe(e => Add(_events, e));
                _can.Subscribe(_ => Interlocked.Increment(ref _received));
            }

            if (far is null)
                return;
            _uplink = _frames.PublishTo(far, topic, new() { BatchTime = TimeSpan.FromMilliseconds(5) }).Subscribe(e => Add(_happened, e));
            _frames.OnNext(new CanFrame(1, [1]));
        }

        public CanBusEvent[] Events => Copy(_events);

        public void AssertConnected()
        {
            Eventually.True(
                () =>
                {
                    _frames.OnNext(new CanFrame(1, [1]));
                    return Volatile.Read(ref _received) > 0;
                },
                "frames arrive");
            Assert.IsType<MqttUplinkConnected>(Assert.Single(Copy(_happened)));
        }

        /// <summary>The reason is told, again and again, without the password; nothing is given up.</summary>
        public void AssertRefused(params string[] texts)
        {
            Eventually.True(
                () => Copy(_happened).Count(e => e is MqttUplinkDisconnected && texts.All(text => e.ToString().Contains(text, StringComparison.Ordinal))) >= 2,
                $"it is told twice: {string.Join(", ", texts)}");
            Assert.All(Copy(_happened), e => Assert.DoesNotContain("secret", e.ToString(), StringComparison.Ordinal));
            Assert.DoesNotContain(Copy(_happened), e => e is MqttUplinkLost or MqttUplinkRefused);
            if (texts[0].Contains("a message to", StringComparison.Ordinal))
                return; // it was connected before
            AssertNotConnected();
        }

        public void AssertNotConnected()
        {
            Eventually.True(() => Copy(_happened).Length >= 2, "it is told twice");
            Assert.All(Copy(_happened), e => Assert.IsType<MqttUplinkDisconnected>(e));
        }

        public void AssertBusRefused(string text)
        {
            Eventually.True(() => Events.Any(e => e is CanReceiveFailed) && Events.Any(e => e is CanLinkDown), "it is told");
            Assert.Contains(text, Events.OfType<CanReceiveFailed>().First().Exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Events, e => e is CanLinkUp);
        }

        public void Dispose()
        {
            _uplink?.Dispose();
            _can?.Dispose();
            _frames.Dispose();
        }

        private static void Add<T>(List<T> list, T item)
        {
            lock (list)
                list.Add(item);
        }

        private static T[] Copy<T>(List<T> list)
        {
            lock (list)
                return [.. list];
        }
    }

    /// <summary>A certificate authority for an hour.</summary>
    private sealed class Authority : IDisposable
    {
        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public Authority(string name)
        {
            var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
            Certificate = request.CreateSelfSigned(Begin, Begin.AddDays(2));
        }

        public X509Certificate2 Certificate { get; }

        private static DateTimeOffset Begin => DateTimeOffset.UtcNow.AddDays(-1);

        public X509Certificate2 Issue(string name)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            using var issued = request.Create(Certificate, Begin.AddHours(1), Begin.AddDays(1.5), Guid.NewGuid().ToByteArray());
            return issued.CopyWithPrivateKey(key);
        }

        /// <summary>Writes the files of a broker, and returns its settings: it wants certificates of this authority.</summary>
        public string Settings(string folder)
        {
            using var broker = Issue("broker");
            File.WriteAllText(Path.Combine(folder, "ca.pem"), Certificate.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, "broker.pem"), broker.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, "broker.key"), broker.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            return $"""
                allow_anonymous true
                cafile {folder}/ca.pem
                certfile {folder}/broker.pem
                keyfile {folder}/broker.key
                require_certificate true
                """;
        }

        public void Dispose()
        {
            Certificate.Dispose();
            _key.Dispose();
        }
    }
}
