using System.Net.Security;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>How a client connects and behaves.</summary>
public sealed class MqttClientOptions
{
    /// <summary>Name or address of the server.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port. Default 1883.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>Path of the server's WebSocket endpoint, such as "/mqtt"; null is MQTT straight on TCP or TLS.</summary>
    public string? WebSocketPath { get; init; }

    /// <summary>Protocol level. Default 3.1.1.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V311;

    /// <summary>Client identifier; empty asks the server for one.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Whether to begin without a stored session. Default true. In 5.0 it holds for the first connection only: a reconnect
    /// goes on with the session if the server has kept it.</summary>
    public bool CleanStart { get; init; } = true;

    /// <summary>Life of the session after a connection, seconds; 0xFFFFFFFF is for ever; 5.0 only. Default 0.</summary>
    public uint SessionExpirySeconds { get; init; }

    /// <summary>Keep-alive, seconds; 0 is none; a 5.0 server may set another. Default 30.</summary>
    public ushort KeepAliveSeconds { get; init; } = 30;

    /// <summary>User name.</summary>
    public string? UserName { get; init; }

    /// <summary>Password, UTF-8.</summary>
    public string? Password { get; init; }

    /// <summary>Will; its properties (delay, expiry, content type and so on) are for 5.0.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>User properties of the CONNECT, 5.0 only.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];

    /// <summary>TLS; null is plain TCP unless <see cref="TlsSource"/> is there. Its target host defaults to <see cref="Host"/>.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>Makes the TLS options of every connection anew, so that a renewed certificate is taken
    /// (<see cref="MqttClientTls.Create"/>). Goes before <see cref="Tls"/>.</summary>
    public Func<SslClientAuthenticationOptions>? TlsSource { get; init; }

    /// <summary>Most QoS 1 and 2 publishes that are not answered, 1 to 32,767; the next one waits. The server may allow fewer, the
    /// others of these wait inside then. Default 100.</summary>
    public int MaxInFlight { get; init; } = 100;

    /// <summary>Most received messages whose handlers have not ended, 1 to 65,535. A 5.0 server is told and sends no more QoS 1 and 2;
    /// beyond it (3.1.1, QoS 0) the client stops reading, so that TCP holds the server back. Default 65,535.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>Whether a 5.0 server that sends more than <see cref="ReceiveMaximum"/> is disconnected, as the standard has it (3.3.4).
    /// Default true. False takes what it sends, and stops reading beyond the maximum: mosquitto 2.0 sends more when it goes on with a
    /// session that it has read from its disk, every time anew.</summary>
    public bool EnforceReceiveMaximum { get; init; } = true;

    /// <summary>Largest packet taken, bytes. Default 1 MiB.</summary>
    public int MaxPacketSize { get; init; } = 1024 * 1024;

    /// <summary>Topic aliases that the server may use, 0 to 65,535; 5.0 only. Default 0.</summary>
    public int TopicAliasMaximum { get; init; }

    /// <summary>Topic aliases that the client uses, if the server takes them: the first so many topics of a connection get one.
    /// 0 to 65,535; 5.0 only. Default 0.</summary>
    public int OutboundTopicAliases { get; init; }

    /// <summary>Bytes that wait for the network before a QoS 0 publish waits too. Default 1 MiB.</summary>
    public int MaxBufferedBytes { get; init; } = 1024 * 1024;

    /// <summary>Whether a lost connection is made again, subscriptions and unanswered publishes included. Default false.</summary>
    public bool Reconnect { get; init; }

    /// <summary>First wait before a reconnect. It doubles up to <see cref="ReconnectMax"/> until a connection has lasted that long;
    /// each wait is drawn between half and the whole, so that many clients do not come back at once. Default 1 s.</summary>
    public TimeSpan ReconnectMin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before a reconnect. Default 30 s.</summary>
    public TimeSpan ReconnectMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for TCP, TLS and CONNACK together. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock of keep-alive, time-outs and back-off.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the back-off's jitter comes from.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>What is wrong with these options, in English; empty when nothing is.</summary>
    internal IEnumerable<string> FindProblems()
    {
        (string Name, int Value, int Least, int Most)[] ranges =
        [
            (nameof(Port), Port, 1, ushort.MaxValue),
            (nameof(MaxInFlight), MaxInFlight, 1, PublishWindow.MaxCapacity),
            (nameof(ReceiveMaximum), ReceiveMaximum, 1, ushort.MaxValue),
            (nameof(TopicAliasMaximum), TopicAliasMaximum, 0, ushort.MaxValue),
            (nameof(OutboundTopicAliases), OutboundTopicAliases, 0, ushort.MaxValue),
            (nameof(MaxPacketSize), MaxPacketSize, 16, int.MaxValue),
        ];
        foreach (var (name, value, least, most) in ranges.Where(r => r.Value < r.Least || r.Value > r.Most))
        {
            yield return $"{name} is {value}; use {least} to {most}.";
        }

        if (ReconnectMin <= TimeSpan.Zero || ReconnectMin > ReconnectMax)
        {
            yield return $"{nameof(ReconnectMin)} must be above 0 and at most {nameof(ReconnectMax)}.";
        }

        if (Password is not null && UserName is null && Version == MqttVersion.V311)
        {
            // [MQTT-3.1.2-22] of 3.1.1.
            yield return "MQTT 3.1.1 has no password without a user name.";
        }
    }
}

/// <summary>The server's answer to a CONNECT.</summary>
/// <param name="SessionPresent">Whether a stored session goes on.</param>
/// <param name="ClientId">The identifier in use, the server's own if none was given.</param>
/// <param name="Properties">Properties, 5.0 only.</param>
public sealed record MqttConnectResult(bool SessionPresent, string ClientId, MqttProperties? Properties);
