using System.Net;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>A connected client as the host's seams see it.</summary>
public sealed class MqttClientContext
{
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

    /// <summary>Whatever the host wants to keep with the connection; the authenticator sets it first.</summary>
    public object? State { get; set; }
}
