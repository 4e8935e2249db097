using System.Net.Security;
using System.Security.Cryptography;
using IOC.FirmwareSim.Cli;
using IOC.Mqtt;

namespace IOC.FirmwareSim.Publishing;

/// <summary>Where the broker is and how to get in.</summary>
/// <param name="Address">Where it listens.</param>
internal sealed record BrokerConnection(BrokerAddress Address)
{
    /// <summary>What stands for the client identifier in <see cref="User"/>.</summary>
    public const string ClientPlaceholder = "{client}";

    /// <summary>User name; null = none. <see cref="ClientPlaceholder"/> in it becomes each connection's client identifier.</summary>
    public string? User { get; init; }

    /// <summary>Password; null = none.</summary>
    public string? Password { get; init; }

    /// <summary>TLS; null = plain TCP.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>Path of the broker's WebSocket endpoint; null = MQTT straight on TCP or TLS.</summary>
    public string? WebSocketPath { get; init; }

    /// <summary>User name of a connection.</summary>
    public string? UserOf(string clientId) => User?.Replace(ClientPlaceholder, clientId, StringComparison.Ordinal);

    /// <summary>Reads the files of TLS.</summary>
    /// <exception cref="UserErrorException">One cannot be used.</exception>
    public static SslClientAuthenticationOptions ReadTls(MqttClientTls tls, string host)
    {
        try
        {
            return tls.Create(host);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new UserErrorException($"--ca, --cert, --key: {e.Message}", $"--ca, --cert, --key: {e.Message}");
        }
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => Address.ToString();
}
