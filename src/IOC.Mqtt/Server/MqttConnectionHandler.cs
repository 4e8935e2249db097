using Microsoft.AspNetCore.Connections;

namespace IOC.Mqtt;

/// <summary>Kestrel's door to the endpoint: <c>listenOptions.UseConnectionHandler&lt;MqttConnectionHandler&gt;()</c>, with
/// <c>UseHttps</c> before it for TLS.</summary>
public sealed class MqttConnectionHandler(MqttServer server) : ConnectionHandler
{
    /// <inheritdoc/>
    public override Task OnConnectedAsync(ConnectionContext connection) => server.RunAsync(connection);
}
