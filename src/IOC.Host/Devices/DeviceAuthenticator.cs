using System.Net;
using System.Text;
using IOC.Access;
using IOC.Host.Settings;
using IOC.Mqtt;
using IOC.Mqtt.Wire;

namespace IOC.Host.Devices;

/// <summary>The endpoint's authenticator: asks the room of device access and says its answers in MQTT's codes.</summary>
internal sealed class DeviceAuthenticator(
    DeviceDoor door, RefusalLog refusals, IocOptions options, TimeProvider time, ILogger<DeviceAuthenticator> log) : IMqttAuthenticator
{
    private readonly MqttAuthentication _mode = options.Mqtt.Authentication;

    public async ValueTask<MqttAuthResult> AuthenticateAsync(MqttConnectInfo info, CancellationToken cancellationToken)
    {
        if (_mode == MqttAuthentication.Open)
        {
            return MqttAuthResult.Accepted;
        }

        var address = AddressOf(info.RemoteEndPoint);
        var attempt = new LoginAttempt(info.ClientId, info.UserName, info.Password, address, info.ClientCertificate)
        {
            // The TLS of this host takes no certificate but those of its authorities (Ioc:Mqtt:Tls:ClientCa).
            CertificateIsVouchedFor = info.ClientCertificate is not null,
            MayBeAnonymous = MayBeAnonymous(address),
        };
        var answer = await door.LoginAsync(attempt, cancellationToken);
        if (answer.Outcome == LoginOutcome.NoCredential && MayBeAnonymous(address))
        {
            return MqttAuthResult.Accepted;
        }

        foreach (var ban in answer.NewBans ?? [])
        {
            log.LogWarning("{Subject} is banned until {Until:u} after failed logins", ban.Subject, DateTimeOffset.FromUnixTimeMilliseconds(ban.UntilMs ?? 0));
        }

        return answer.Login is { } login ? Admitted(login) : Refused(info, address, answer.Outcome);
    }

    public MqttReasonCode AuthorizePublish(MqttClientContext client, ReadOnlySpan<byte> topic, bool retain, bool isWill)
    {
        if (IsUnbound(client))
        {
            return MqttReasonCode.Success;
        }

        if (client.State is DeviceLogin login && login.Entry.Acl.MayPublish(login.Subject, topic, retain))
        {
            return MqttReasonCode.Success;
        }

        Refuse(client, isWill ? "will" : "publish", Encoding.UTF8.GetString(topic));
        return MqttReasonCode.NotAuthorized;
    }

    public MqttReasonCode AuthorizeSubscription(MqttClientContext client, string filter)
    {
        if (IsUnbound(client) || (client.State is DeviceLogin login && login.Entry.Acl.MaySubscribe(login.Subject, filter)))
        {
            return MqttReasonCode.Success;
        }

        Refuse(client, "subscribe", filter);
        return MqttReasonCode.NotAuthorized;
    }

    internal static IPAddress? AddressOf(EndPoint? endPoint) => (endPoint as IPEndPoint)?.Address is { } address
        ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
        : null;

    private static MqttAuthResult Admitted(DeviceLogin login) => new(MqttReasonCode.Success, login)
    {
        Principal = login.Entry.Credential.Name,
        Limits = DeviceQuotas.Of(login.Entry),
    };

    // Admitted without a credential, which only happens where that is the setting.
    private bool IsUnbound(MqttClientContext client) => client.Principal is null && _mode != MqttAuthentication.Credentials;

    private bool MayBeAnonymous(IPAddress? address) =>
        _mode == MqttAuthentication.LoopbackAnonymous && address is not null && IPAddress.IsLoopback(address);

    private MqttAuthResult Refused(MqttConnectInfo info, IPAddress? address, LoginOutcome outcome)
    {
        var (code, reason) = outcome switch
        {
            LoginOutcome.BadCredential => (MqttReasonCode.BadUserNameOrPassword, "bad_credential"),
            LoginOutcome.Banned => (MqttReasonCode.Banned, "banned"),
            LoginOutcome.Busy => (MqttReasonCode.ServerBusy, "busy"),
            LoginOutcome.Disabled => (MqttReasonCode.NotAuthorized, "disabled"),
            _ => (MqttReasonCode.NotAuthorized, "no_credential"),
        };
        refusals.Add(new Refusal(time.GetUtcNow().ToUnixTimeMilliseconds(), "connect", info.UserName, info.ClientId, address?.ToString(), Topic: null, reason));
        return new MqttAuthResult(code);
    }

    // Once for each topic of a connection: its answer is kept there.
    private void Refuse(MqttClientContext client, string what, string topic)
    {
        log.LogWarning("Client {ClientId} ({Name}) may not {What} {Topic}", client.ClientId, client.Principal, what, topic);
        refusals.Add(new Refusal(
            time.GetUtcNow().ToUnixTimeMilliseconds(), what, client.Principal, client.ClientId, AddressOf(client.RemoteEndPoint)?.ToString(), topic, "not_allowed"));
    }
}
