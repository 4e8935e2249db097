using System.Text;
using IOC.Mqtt.Wire;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace IOC.Mqtt;

/// <summary>The part that answers a CONNECT.</summary>
internal sealed partial class MqttConnection
{
    private bool _problemInformation;

    private async Task<bool> AdmitAsync(MqttConnect connect)
    {
        Version = connect.Version;
        ClientMaxPacketSize = connect.Properties?.MaximumPacketSize ?? long.MaxValue;
        _problemInformation = connect.Properties?.RequestProblemInformation != 0;
        var refusal = Check(connect);
        if (refusal != MqttReasonCode.Success)
        {
            return Refuse(connect, refusal);
        }

        var clientId = connect.ClientId.Length > 0 ? connect.ClientId : $"{_server.Options.NodeId}-{Guid.NewGuid():N}";
        var auth = await AuthenticateAsync(connect, clientId);
        if (auth.Reason != MqttReasonCode.Success)
        {
            return Refuse(connect, auth.Reason);
        }

        var client = new MqttClientContext(_transport.ConnectionId, connect, clientId, _transport.RemoteEndPoint)
        {
            State = auth.State,
            Principal = auth.Principal,
            Limits = auth.Limits,
            Transport = MqttTransports.KindOf(_transport.Features),
            ConnectedAt = _server.Time.GetUtcNow(),
        };
        refusal = CheckRights(connect, client);
        if (refusal != MqttReasonCode.Success)
        {
            return Refuse(connect, refusal);
        }

        var claim = await _server.Sessions.ClaimAsync(client, connect.CleanStart, this);
        if (claim.Session is null)
        {
            return Refuse(connect, claim.Refusal);
        }

        if (client.Limits?.Shared is { } shared && !shared.TryEnter())
        {
            // Others of the credential came meanwhile.
            _server.Sessions.Release(claim.Session, this, will: null);
            return Refuse(connect, MqttReasonCode.QuotaExceeded);
        }

        _session = claim.Session;
        Client = client;
        _will = connect.Will;
        UseLimits(client.Limits);
        if (claim.Present)
        {
            _server.ReviewSubscriptions(_session, client);
        }

        return Start(connect, claim.Present);
    }

    /// <summary>What an authenticated client may not have all the same: its will, or one connection more than its credential has. A
    /// client that takes its own session over brings no connection more.</summary>
    private MqttReasonCode CheckRights(MqttConnect connect, MqttClientContext client)
    {
        if (connect.Will is { } will)
        {
            var reason = _server.MayPublish(client, Encoding.UTF8.GetBytes(will.Topic), will.Retain, isWill: true);
            if (reason != MqttReasonCode.Success)
            {
                return reason;
            }
        }

        return client.Limits?.Shared is { } shared && shared.Connections >= shared.MaxConnections && !_server.Sessions.IsHeldBy(client)
            ? MqttReasonCode.QuotaExceeded
            : MqttReasonCode.Success;
    }

    private MqttReasonCode Check(MqttConnect connect)
    {
        if (_server.IsStopping)
        {
            return MqttReasonCode.ServerUnavailable;
        }

        if (_server.Counters.ConnectionsOpen > _server.Options.MaxConnections)
        {
            return MqttReasonCode.ServerBusy;
        }

        if (connect.Properties?.AuthenticationMethod is not null)
        {
            return MqttReasonCode.BadAuthenticationMethod;
        }

        if (connect.ClientId.Length == 0 && connect is { CleanStart: false, Version: MqttVersion.V311 })
        {
            // 3.1.3.1: the server could not find the session again.
            return MqttReasonCode.ClientIdentifierNotValid;
        }

        if (Encoding.UTF8.GetByteCount(connect.ClientId) > _server.Options.MaxClientIdLength)
        {
            return MqttReasonCode.ClientIdentifierNotValid;
        }

        return connect.Will is { } will && !_server.IsTopicWithinLimits(Encoding.UTF8.GetBytes(will.Topic))
            ? MqttReasonCode.TopicNameInvalid
            : MqttReasonCode.Success;
    }

    private async Task<MqttAuthResult> AuthenticateAsync(MqttConnect connect, string clientId)
    {
        var info = new MqttConnectInfo(
            clientId, connect.UserName, connect.Password is { } password ? new ReadOnlyMemory<byte>(password) : default(ReadOnlyMemory<byte>?), _transport.RemoteEndPoint, connect.Version, connect.Will?.Topic)
        {
            Transport = MqttTransports.KindOf(_transport.Features),
            ClientCertificate = _transport.Features.Get<ITlsConnectionFeature>()?.ClientCertificate,
        };
        using var timeout = new CancellationTokenSource(_server.Options.ConnectTimeout, _server.Time);
        try
        {
            return await _server.Authenticator.AuthenticateAsync(info, timeout.Token).AsTask().WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            return new MqttAuthResult(MqttReasonCode.ServerUnavailable);
        }
        catch (Exception e)
        {
            // A broken authenticator admits nobody, and must not take the connection's clean-up with it.
            _server.Log.LogError(e, "The authenticator failed for client {ClientId}", clientId);
            return new MqttAuthResult(MqttReasonCode.UnspecifiedError);
        }
    }

    private bool Refuse(MqttConnect connect, MqttReasonCode reason)
    {
        _server.Counters.RefuseConnect(reason);
        _server.Log.LogInformation("Client {ClientId} from {Remote} refused: {Reason}", connect.ClientId, _transport.RemoteEndPoint, reason);
        SendExplained(ReasonTexts.Of(reason), (w, properties) => new MqttConnAck { Reason = reason, Properties = properties }.Encode(w, connect.Version));
        return false;
    }

    private bool Start(MqttConnect connect, bool sessionPresent)
    {
        var options = _server.Options;
        var p = connect.Properties;
        var keepAlive = connect.KeepAlive;
        var properties = Version == MqttVersion.V500
            ? new MqttProperties
            {
                ReceiveMaximum = (ushort)ReceiveMaximum,
                MaximumPacketSize = (uint)MaxPacketSize,
                TopicAliasMaximum = (ushort)options.TopicAliasMaximum,
                AssignedClientIdentifier = connect.ClientId.Length == 0 ? Client!.ClientId : null,
                ResponseInformation = p?.RequestResponseInformation == 1 && options.ResponseInformation.Length > 0
                    ? options.ResponseInformation.Replace("%c", Client!.ClientId, StringComparison.Ordinal)
                    : null,
            }
            : null;
        if (properties is not null && options.MaxKeepAliveSeconds > 0 && (keepAlive == 0 || keepAlive > options.MaxKeepAliveSeconds))
        {
            keepAlive = (ushort)options.MaxKeepAliveSeconds;
            properties.ServerKeepAlive = keepAlive;
        }

        _session.ExpirySeconds = SessionExpiry(connect);
        if (properties is not null && _session.ExpirySeconds != (p?.SessionExpiryInterval ?? 0))
        {
            properties.SessionExpiryInterval = _session.ExpirySeconds;
        }

        _keepAliveMs = keepAlive * 1000L;
        var outboundAliases = Math.Min(p?.TopicAliasMaximum ?? 0, options.TopicAliasMaximum);
        OutboundAliases = outboundAliases > 0 ? new OutboundAliases(outboundAliases) : null;
        _topicAliases = options.TopicAliasMaximum > 0 && Version == MqttVersion.V500 ? [] : null;
        if (!SendExplained(null, (w, _) => new MqttConnAck { SessionPresent = sessionPresent, Properties = properties }.Encode(w, Version)))
        {
            // The client could not even be told what it has to know (5.0, 3.1.2-24).
            _will = null;
            return Refuse(connect, MqttReasonCode.PacketTooLarge);
        }

        // After the CONNACK is queued: the pump writes it before any message of the session.
        _session.Attach(this, p?.ReceiveMaximum ?? ushort.MaxValue);
        StoreSession(connect);
        _connected = true;
        Schedule();
        return true;
    }

    private uint SessionExpiry(MqttConnect connect)
    {
        var most = (uint)Math.Min(uint.MaxValue - 1, _server.Options.MaxSessionExpiry.TotalSeconds);
        if (Version == MqttVersion.V500)
        {
            return Math.Min(connect.Properties?.SessionExpiryInterval ?? 0, most);
        }

        return connect.CleanStart ? 0 : most;
    }
}
