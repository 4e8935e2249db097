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

    /// <summary>Protocol level. Default 3.1.1.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V311;

    /// <summary>Client identifier; empty asks the server for one.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Whether to begin without a stored session. Default true. It holds for the first connection only: a reconnect goes on
    /// with the session if the server has kept it.</summary>
    public bool CleanStart { get; init; } = true;

    /// <summary>Life of the session after a connection, seconds; 5.0 only. Default 0.</summary>
    public uint SessionExpirySeconds { get; init; }

    /// <summary>Keep-alive, seconds; 0 is none. Default 30.</summary>
    public ushort KeepAliveSeconds { get; init; } = 30;

    /// <summary>User name.</summary>
    public string? UserName { get; init; }

    /// <summary>Password, UTF-8.</summary>
    public string? Password { get; init; }

    /// <summary>Will.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>TLS; null is plain TCP. Its target host defaults to <see cref="Host"/>.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>Most QoS 1 publishes whose PUBACK is pending, 1 to 32,767; the next one waits. The server may allow fewer. Default 100.</summary>
    public int MaxInFlight { get; init; } = 100;

    /// <summary>Largest packet taken, bytes. Default 1 MiB.</summary>
    public int MaxPacketSize { get; init; } = 1024 * 1024;

    /// <summary>Bytes that wait for the network before a QoS 0 publish waits too. Default 1 MiB.</summary>
    public int MaxBufferedBytes { get; init; } = 1024 * 1024;

    /// <summary>Whether a lost connection is made again, subscriptions and unacknowledged QoS 1 publishes included. Default false.</summary>
    public bool Reconnect { get; init; }

    /// <summary>First wait before a reconnect; it doubles up to <see cref="ReconnectMax"/>, with 20 % jitter. Default 1 s.</summary>
    public TimeSpan ReconnectMin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before a reconnect. Default 30 s.</summary>
    public TimeSpan ReconnectMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for TCP, TLS and CONNACK together. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock of keep-alive, time-outs and back-off.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>The server's answer to a CONNECT.</summary>
/// <param name="SessionPresent">Whether a stored session goes on.</param>
/// <param name="ClientId">The identifier in use, the server's own if none was given.</param>
/// <param name="Properties">Properties, 5.0 only.</param>
public sealed record MqttConnectResult(bool SessionPresent, string ClientId, MqttProperties? Properties);

/// <summary>A received application message.</summary>
/// <param name="Topic">Topic name.</param>
/// <param name="Payload">The message; the receiver's own copy.</param>
/// <param name="Qos">Quality of service.</param>
/// <param name="Retain">Whether it was retained.</param>
/// <param name="Dup">Whether it may have come before.</param>
/// <param name="Properties">Properties, 5.0 only.</param>
public sealed record MqttReceivedMessage(
    string Topic, byte[] Payload, MqttQos Qos, bool Retain, bool Dup, MqttProperties? Properties);

/// <summary>The server refused the connection, or it was lost.</summary>
public sealed class MqttConnectionException : IOException
{
    /// <summary>Makes the exception.</summary>
    public MqttConnectionException(string message, MqttReasonCode reason, Exception? inner = null)
        : base(message, inner) => Reason = reason;

    /// <summary>Makes the exception.</summary>
    public MqttConnectionException()
        : this("The MQTT connection is lost.")
    {
    }

    /// <summary>Makes the exception.</summary>
    public MqttConnectionException(string message)
        : this(message, MqttReasonCode.UnspecifiedError)
    {
    }

    /// <summary>Makes the exception.</summary>
    public MqttConnectionException(string message, Exception innerException)
        : this(message, MqttReasonCode.UnspecifiedError, innerException)
    {
    }

    /// <summary>The server's reason, if it gave one.</summary>
    public MqttReasonCode Reason { get; }
}

/// <summary>What a client has done.</summary>
public sealed class MqttClientCounters
{
    internal long PublishedCount;
    internal long AcknowledgedCount;
    internal long RefusedCount;
    internal long ResentCount;
    internal long DroppedCount;
    internal long ReceivedCount;
    internal long ConnectionsCount;

    /// <summary>Publishes handed to the network or kept for it.</summary>
    public long Published => Volatile.Read(ref PublishedCount);

    /// <summary>PUBACKs received.</summary>
    public long Acknowledged => Volatile.Read(ref AcknowledgedCount);

    /// <summary>PUBACKs that say that something failed.</summary>
    public long Refused => Volatile.Read(ref RefusedCount);

    /// <summary>Publishes sent again after a reconnect.</summary>
    public long Resent => Volatile.Read(ref ResentCount);

    /// <summary>QoS 0 publishes dropped for want of a connection.</summary>
    public long Dropped => Volatile.Read(ref DroppedCount);

    /// <summary>Messages received.</summary>
    public long Received => Volatile.Read(ref ReceivedCount);

    /// <summary>Connections made.</summary>
    public long Connections => Volatile.Read(ref ConnectionsCount);
}
