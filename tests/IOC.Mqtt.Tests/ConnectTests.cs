using System.Net;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

public class ConnectTests
{
    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task A_client_without_identifier_gets_one(MqttVersion version)
    {
        await using var server = await TestServer.StartAsync(o => o.NodeId = "n7");
        await using var client = await server.ConnectAsync(version: version);
        Assert.Equal(1, server.Server.SessionCount);
        if (version == MqttVersion.V500)
        {
            Assert.StartsWith("n7-", client.ClientId, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_client_of_3_1_1_without_identifier_must_be_clean()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.SendAsync(new MqttConnect { Version = MqttVersion.V311 }.Encode);
        Assert.Equal([0x20, 2, 0, 2], await client.ReadAsync());
        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task Credentials_are_checked()
    {
        await using var server = await TestServer.StartAsync(authenticator: new OneUser());
        var good = new MqttClientOptions { Host = "127.0.0.1", Port = server.Port, UserName = "sensor", Password = "secret" };
        var bad = new MqttClientOptions { Host = "127.0.0.1", Port = server.Port, UserName = "sensor", Password = "wrong" };
        await using var client = new MqttClient(good);
        await client.ConnectAsync();
        await using var refused = new MqttClient(bad);
        var e = await Assert.ThrowsAsync<MqttConnectionException>(() => refused.ConnectAsync());
        Assert.Equal(MqttReasonCode.BadUserNameOrPassword, e.Reason);
        Assert.Equal(1, server.Server.Counters.RefusedConnects[MqttReasonCode.BadUserNameOrPassword]);
        Assert.Equal(MqttReasonCode.NotAuthorized, await client.SubscribeOrReasonAsync("forbidden/#"));
    }

    [Fact]
    public async Task The_default_admits_anonymous_clients_of_this_machine_only()
    {
        var auth = new LoopbackAuthenticator();
        var local = new IPEndPoint(IPAddress.Loopback, 1);
        Assert.Equal(MqttReasonCode.Success, await Ask(local, null));
        Assert.Equal(MqttReasonCode.Success, await Ask(new IPEndPoint(IPAddress.IPv6Loopback, 1), null));
        Assert.Equal(MqttReasonCode.NotAuthorized, await Ask(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 1), null));
        Assert.Equal(MqttReasonCode.NotAuthorized, await Ask(null, null));
        Assert.Equal(MqttReasonCode.BadUserNameOrPassword, await Ask(local, "someone"));

        async Task<MqttReasonCode> Ask(EndPoint? from, string? user) =>
            (await auth.AuthenticateAsync(new MqttConnectInfo("c", user, null, from, MqttVersion.V311, null), default)).Reason;
    }

    [Fact]
    public async Task A_port_opened_without_accounts_admits_everybody_whatever_they_say()
    {
        var auth = new AnonymousAuthenticator();
        foreach (var from in new EndPoint?[] { new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Parse("10.0.0.1"), 1), null })
        {
            Assert.Equal(MqttReasonCode.Success, (await auth.AuthenticateAsync(new MqttConnectInfo("c", null, null, from, MqttVersion.V311, null), default)).Reason);
            Assert.Equal(MqttReasonCode.Success, (await auth.AuthenticateAsync(new MqttConnectInfo("c", "u", "p"u8.ToArray(), from, MqttVersion.V500, null), default)).Reason);
        }

        await using var server = await TestServer.StartAsync(authenticator: auth);
        await using var client = new MqttClient(new MqttClientOptions { Host = "127.0.0.1", Port = server.Port, UserName = "sensor", Password = "whatever" });
        await client.ConnectAsync();
        Assert.Equal(MqttReasonCode.Success, await client.SubscribeOrReasonAsync("#"));
    }

    [Fact]
    public async Task An_unknown_protocol_level_is_told_so()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.SendAsync(0x10, 0x0F, 0, 6, (byte)'M', (byte)'Q', (byte)'I', (byte)'s', (byte)'d', (byte)'p', 3, 2, 0, 60, 0, 1, (byte)'a');
        Assert.Equal([0x20, 2, 0, 1], await client.ReadAsync());
        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task Too_many_connections_are_refused_with_busy()
    {
        await using var server = await TestServer.StartAsync(o => o.MaxConnections = 1);
        await using var first = await server.ConnectAsync("first");
        var e = await Assert.ThrowsAsync<MqttConnectionException>(() => server.ConnectAsync("second", MqttVersion.V500));
        Assert.Equal(MqttReasonCode.ServerBusy, e.Reason);
    }

    [Fact]
    public async Task A_socket_that_never_connects_is_closed_in_time()
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        using var client = await server.RawAsync();
        await Eventually.HoldsAsync(() => server.Server.Counters.ConnectionsOpen == 1, "the connection");
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(1, server.Server.Counters.ConnectionsOpen);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task Silence_of_one_and_a_half_keep_alives_ends_the_connection()
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        using var client = await server.RawAsync();
        await client.SendAsync(new MqttConnect { Version = MqttVersion.V500, ClientId = "k", KeepAlive = 10 }.Encode);
        await client.ReadAsync();
        time.Advance(TimeSpan.FromSeconds(14));
        Assert.Empty(await client.PingAsync());
        time.Advance(TimeSpan.FromSeconds(14));
        Assert.Empty(await client.PingAsync());
        time.Advance(TimeSpan.FromSeconds(17));
        Assert.Equal(0x8D, await client.ReadDisconnectAsync());
        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task A_client_of_5_0_is_told_the_limits()
    {
        await using var server = await TestServer.StartAsync(o =>
        {
            o.MaxKeepAliveSeconds = 60;
            o.MaxPacketSize = 1000;
            o.ReceiveMaximum = 7;
            o.MaxSessionExpiry = TimeSpan.FromSeconds(100);
        });
        await using var client = await server.ConnectAsync(version: MqttVersion.V500, sessionExpiry: 5000, keepAlive: 600);
        var p = server.LastConnect!.Properties!;
        Assert.Equal((ushort)60, p.ServerKeepAlive);
        Assert.Equal(1000u, p.MaximumPacketSize);
        Assert.Equal((ushort)7, p.ReceiveMaximum);
        Assert.Equal(100u, p.SessionExpiryInterval);
        Assert.Null(p.SharedSubscriptionAvailable);
    }

    [Fact]
    public void Settings_out_of_range_are_named()
    {
        var result = new MqttServerOptionsValidator().Validate(null, new MqttServerOptions
        {
            ReceiveMaximum = 0,
            NodeId = " ",
            StopTimeout = TimeSpan.Zero,
            SlowClientTimeout = TimeSpan.Zero,
            MaxRetainedBytes = -1,
            MaxQueuedBytesTotal = 0,
        });
        Assert.Equal(6, result.Failures!.Count());
        Assert.Contains("Mqtt:ReceiveMaximum is 0", result.FailureMessage, StringComparison.Ordinal);
        Assert.True(new MqttServerOptionsValidator().Validate(null, new MqttServerOptions()).Succeeded);
    }

    private sealed class OneUser : IMqttAuthenticator
    {
        public ValueTask<MqttAuthResult> AuthenticateAsync(MqttConnectInfo info, CancellationToken cancellationToken) =>
            ValueTask.FromResult(info.UserName == "sensor" && info.Password!.Value.Span.SequenceEqual("secret"u8)
                ? MqttAuthResult.Accepted
                : new MqttAuthResult(MqttReasonCode.BadUserNameOrPassword));

        public MqttReasonCode AuthorizeSubscription(MqttClientContext client, string filter) =>
            filter.StartsWith("forbidden", StringComparison.Ordinal) ? MqttReasonCode.NotAuthorized : MqttReasonCode.Success;
    }
}

internal static class ClientExtensions
{
    /// <summary>The SUBACK's code; every failure of 3.1.1 counts as not authorised.</summary>
    public static async Task<MqttReasonCode> SubscribeOrReasonAsync(this MqttClient client, string filter)
    {
        var reason = await client.SubscribeAsync(filter, MqttQos.AtMostOnce, _ => { });
        return (int)reason == 0x80 ? MqttReasonCode.NotAuthorized : reason;
    }
}
