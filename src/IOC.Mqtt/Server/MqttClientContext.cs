using System.Net;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>A connected client as the host's seams see it.</summary>
public sealed class MqttClientContext
{
    private long _publishes;
    private long _bytes;
    private long _refused;

    internal MqttClientContext(string connectionId, MqttConnect connect, string clientId, EndPoint? remoteEndPoint)
    {
        ConnectionId = connectionId;
        ClientId = clientId;
        UserName = connect.UserName;
        Version = connect.Version;
        RemoteEndPoint = remoteEndPoint;
    }

    /// <summary>Kestrel's name of the connection.</summary>
    public string ConnectionId { get; }

    /// <summary>Client identifier; the server's own when the client left it empty.</summary>
    public string ClientId { get; }

    /// <summary>User name of the CONNECT.</summary>
    public string? UserName { get; }

    /// <summary>Protocol level.</summary>
    public MqttVersion Version { get; }

    /// <summary>Where the client connects from.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>How the client is connected.</summary>
    public MqttTransportKind Transport { get; internal init; }

    /// <summary>When it was admitted, UTC.</summary>
    public DateTimeOffset ConnectedAt { get; internal init; }

    /// <summary>Whose credential it has; null for nobody's.</summary>
    public string? Principal { get; internal init; }

    /// <summary>What it may use; null for the server's own limits.</summary>
    public MqttClientLimits? Limits { get; internal init; }

    /// <summary>Messages received from it on this connection, refused ones included. Lags by one read.</summary>
    public long Publishes => Volatile.Read(ref _publishes);

    /// <summary>Bytes received from it on this connection. Lags by one read.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Messages of it that were refused on this connection.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Whatever the host wants to keep with the connection; the authenticator sets it first.</summary>
    public object? State { get; set; }

    // Only the connection's read loop counts.
    internal void Received(long bytes, in QosCounts publishes)
    {
        Volatile.Write(ref _bytes, _bytes + bytes);
        Volatile.Write(ref _publishes, _publishes + publishes.Qos0 + publishes.Qos1 + publishes.Qos2);
    }

    internal void Refuse() => Volatile.Write(ref _refused, _refused + 1);
}
