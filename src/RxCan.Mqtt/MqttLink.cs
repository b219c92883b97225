using System.Globalization;

namespace RxCan.Mqtt;

/// <summary>How to reach an MQTT broker (3.1.1 or 5). A connection is made per uplink and per remote bus, because each has a last will of its own.</summary>
public sealed record MqttLink
{
    /// <summary>The port of MQTT without TLS.</summary>
    public const int DefaultPort = 1883;

    /// <summary>The port of MQTT with TLS.</summary>
    public const int DefaultTlsPort = 8883;

    /// <summary>Makes a link without TLS, user or password.</summary>
    /// <param name="host">The broker's name or address.</param>
    /// <param name="port">Its port; null for the usual one.</param>
    public MqttLink(string host, int? port = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(host);
        if (port is < 1 or > ushort.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(port), port, "A port is 1 to 65535.");
        Host = host;
        SetPort = port;
    }

    /// <summary>The broker's name or address.</summary>
    public string Host { get; }

    /// <summary>The broker's port: <see cref="DefaultTlsPort"/> with TLS and <see cref="DefaultPort"/> without, unless given.</summary>
    public int Port => SetPort ?? (Tls is null ? DefaultPort : DefaultTlsPort);

    /// <summary>The client identifier, unique at the broker; a random one for each connection if null.</summary>
    public string? ClientId { get; init; }

    /// <summary>The user; none if null.</summary>
    public string? User { get; init; }

    /// <summary>The user's password. It is in no text and no message of this library.</summary>
    public string? Password { get; init; }

    /// <summary>TLS; without it everybody on the way can read and forge if null.</summary>
    public MqttTls? Tls { get; init; }

    /// <summary>The protocol of the connection: MQTT 5, or 3.1.1 for brokers that do not have it.</summary>
    public bool IsVersion5 { get; init; } = true;

    /// <summary>How long a connection may take to be made, and an acknowledgement to come; 20 s by default.</summary>
    public TimeSpan Patience { get; init => field = Positive(value); } = TimeSpan.FromSeconds(20);

    /// <summary>How often an idle connection is tried; 30 s by default.</summary>
    public TimeSpan KeepAlive { get; init => field = Positive(value); } = TimeSpan.FromSeconds(30);

    /// <summary>The pause before the first attempt to connect again; 1 s by default. It doubles, and half of it is random.</summary>
    public TimeSpan MinPause { get; init => field = Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between attempts; 1 minute by default.</summary>
    public TimeSpan MaxPause { get; init => field = Positive(value); } = TimeSpan.FromMinutes(1);

    private int? SetPort { get; }

    /// <summary>Host and port, without anything secret.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Tls is null ? "mqtt" : "mqtts")}://{Host}:{Port}");

    /// <summary>Reads <c>mqtt://host:port/topic</c>, or <c>mqtts:</c> for TLS.</summary>
    internal static (MqttLink Link, string Topic) Parse(string name)
    {
        if (!Uri.TryCreate(name, UriKind.Absolute, out var uri) || uri.Scheme is not ("mqtt" or "mqtts") || uri.Host.Length == 0)
            throw new CanBusException(name, $"{name}: not a remote bus. Write mqtt://broker:1883/truck42/can0, or mqtts: for TLS.");
        if (uri.UserInfo.Length > 0)
        {
            throw new CanBusException(
                uri.Host, $"{uri.Host}: a name is shown in messages, so it must not contain a user or password. Set them in MqttBus.Register(link => link with {{ ... }}).");
        }

        var topic = Uri.UnescapeDataString(uri.AbsolutePath).Trim('/');
        if (TopicProblem(topic) is { } problem)
            throw new CanBusException(name, $"{name}: {problem}");
        return (new(uri.Host, uri.IsDefaultPort || uri.Port <= 0 ? null : uri.Port) { Tls = uri.Scheme == "mqtts" ? new() : null }, topic);
    }

    /// <summary>What is wrong with a topic to publish to; null if nothing is.</summary>
    internal static string? TopicProblem(string topic) =>
        topic.Length is 0 or > 1000 || topic.AsSpan().IndexOfAny('+', '#', '\0') >= 0 || topic[0] is '/' or '$' || topic[^1] == '/'
            ? "a topic such as truck42/can0 is needed, without +, # and slashes at its ends."
            : null;

    private static TimeSpan Positive(TimeSpan value) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The time must be positive.");
}
