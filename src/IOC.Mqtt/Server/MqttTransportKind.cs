using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace IOC.Mqtt;

/// <summary>How a client is connected.</summary>
public enum MqttTransportKind
{
    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>TLS.</summary>
    Tls,

    /// <summary>WebSocket.</summary>
    WebSocket,

    /// <summary>WebSocket over TLS.</summary>
    SecureWebSocket,
}

/// <summary>Connection feature of a transport that is not Kestrel's TCP or TLS: says which kind it is.</summary>
public interface IMqttTransportFeature
{
    /// <summary>Which kind.</summary>
    MqttTransportKind Kind { get; }
}

/// <summary>Reads off a connection's features how it is connected.</summary>
internal static class MqttTransports
{
    public static MqttTransportKind KindOf(IFeatureCollection features) =>
        features.Get<IMqttTransportFeature>()?.Kind
        ?? (features.Get<ITlsHandshakeFeature>() is null ? MqttTransportKind.Tcp : MqttTransportKind.Tls);
}
