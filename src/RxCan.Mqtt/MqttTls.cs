using System.Security.Cryptography.X509Certificates;

namespace RxCan.Mqtt;

/// <summary>TLS towards a broker. The broker's certificate is always validated: its chain, its name and its revocation.</summary>
public sealed record MqttTls
{
    /// <summary>The certificate, with its private key, that identifies this client; none if null.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The authorities to trust instead of the system's, for a broker with a certificate of one's own; the system's if null.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The name that the broker's certificate must have; the link's host if null.</summary>
    public string? ServerName { get; init; }

    /// <summary>How revocation is checked; online by default. An authority of one's own without revocation lists needs <see cref="X509RevocationMode.NoCheck"/>.</summary>
    public X509RevocationMode Revocation { get; init; } = X509RevocationMode.Online;

    private bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append("ServerName = ").Append(ServerName);
        return true;
    }
}
