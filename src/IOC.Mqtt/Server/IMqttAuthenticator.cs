using System.Net;
using System.Security.Cryptography.X509Certificates;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>Decides who may connect and what they may publish and subscribe to.</summary>
public interface IMqttAuthenticator
{
    /// <summary>Admits a client or not. Cancelled when the connect time-out is over.</summary>
    ValueTask<MqttAuthResult> AuthenticateAsync(MqttConnectInfo info, CancellationToken cancellationToken);

    /// <summary>Success, or the reason why a client may not publish to this topic. Default: every topic. Called on the connection's
    /// read loop; the answer is kept with the connection, so that a device that publishes to few topics asks once for each. To
    /// take back what was answered, disconnect the client (<see cref="MqttServer.Disconnect"/>).</summary>
    /// <param name="client">Who publishes.</param>
    /// <param name="topic">Topic name, valid UTF-8, without wildcards; only valid during the call.</param>
    /// <param name="retain">Whether the message is to be retained.</param>
    /// <param name="isWill">Whether it is the will of a CONNECT; a refusal refuses the connection.</param>
    MqttReasonCode AuthorizePublish(MqttClientContext client, ReadOnlySpan<byte> topic, bool retain, bool isWill) => MqttReasonCode.Success;

    /// <summary>Success, or the reason why a client may not have this (valid) filter. Default: every filter. Of a shared subscription
    /// it is the filter without <c>$share/group/</c>. Asked again for each subscription of a stored session that a client comes back to.</summary>
    MqttReasonCode AuthorizeSubscription(MqttClientContext client, string filter) => MqttReasonCode.Success;
}

/// <summary>What a client connects with.</summary>
/// <param name="ClientId">Client identifier; the server's own when the client left it empty.</param>
/// <param name="UserName">User name.</param>
/// <param name="Password">Password; never log it.</param>
/// <param name="RemoteEndPoint">Where it connects from.</param>
/// <param name="Version">Protocol level.</param>
/// <param name="WillTopic">Topic of its will.</param>
public sealed record MqttConnectInfo(
    string ClientId,
    string? UserName,
    ReadOnlyMemory<byte>? Password,
    EndPoint? RemoteEndPoint,
    MqttVersion Version,
    string? WillTopic)
{
    /// <summary>How it is connected.</summary>
    public MqttTransportKind Transport { get; init; }

    /// <summary>The certificate that it proved to own in the TLS handshake, if any. Only the transport's validation tells whether
    /// anybody vouches for it; its SHA-256 fingerprint identifies it in any case. Not to be disposed.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{ClientId} ({UserName ?? "anonymous"}) from {RemoteEndPoint}";
}

/// <summary>An authenticator's answer.</summary>
/// <param name="Reason">Success, or why not: 0x80 or higher.</param>
/// <param name="State">First value of <see cref="MqttClientContext.State"/>.</param>
public readonly record struct MqttAuthResult(MqttReasonCode Reason, object? State = null)
{
    /// <summary>Admitted.</summary>
    public static MqttAuthResult Accepted => default;

    /// <summary>Whose credential it is; null for nobody's. A session belongs to whoever made it: a client identifier whose session is
    /// another's is refused with <see cref="MqttReasonCode.ClientIdentifierNotValid"/>.</summary>
    public string? Principal { get; init; }

    /// <summary>What the connection may use; null for the server's own limits.</summary>
    public MqttClientLimits? Limits { get; init; }
}

/// <summary>The default: clients without a user name, and only from this machine.</summary>
public sealed class LoopbackAuthenticator : IMqttAuthenticator
{
    /// <inheritdoc/>
    public ValueTask<MqttAuthResult> AuthenticateAsync(MqttConnectInfo info, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(info);
        if (info.RemoteEndPoint is not IPEndPoint { Address: var address } || !IPAddress.IsLoopback(address))
        {
            return ValueTask.FromResult(new MqttAuthResult(MqttReasonCode.NotAuthorized));
        }

        // Credentials that nobody checks must not look as if they had been checked.
        return ValueTask.FromResult(info.UserName is null && info.Password is null
            ? MqttAuthResult.Accepted
            : new MqttAuthResult(MqttReasonCode.BadUserNameOrPassword));
    }
}

/// <summary>Admits every client from everywhere, to every topic; a user name and password are neither asked for nor checked, so that
/// devices which are set up with some connect as well. Right only where the operator has said in so many words that the port is
/// open to a network without accounts, because that network is closed or something in front of the port checks who comes. Wherever
/// else, use <see cref="LoopbackAuthenticator"/> or one that checks: whoever reaches the port can publish as any device.</summary>
public sealed class AnonymousAuthenticator : IMqttAuthenticator
{
    /// <inheritdoc/>
    public ValueTask<MqttAuthResult> AuthenticateAsync(MqttConnectInfo info, CancellationToken cancellationToken) =>
        ValueTask.FromResult(MqttAuthResult.Accepted);
}
