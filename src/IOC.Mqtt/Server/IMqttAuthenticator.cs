using System.Net;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>Decides who may connect and what they may subscribe to.</summary>
public interface IMqttAuthenticator
{
    /// <summary>Admits a client or not. Cancelled when the connect time-out is over.</summary>
    ValueTask<MqttAuthResult> AuthenticateAsync(MqttConnectInfo info, CancellationToken cancellationToken);

    /// <summary>Success, or the reason why a client may not have this (valid) filter. Default: every filter.</summary>
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
