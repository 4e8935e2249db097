using System.Collections.Concurrent;
using System.Text;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

/// <summary>What an admitted client may do: topics, filters, wills, rates, quotas, sessions of its own.</summary>
public class AccessTests
{
    private readonly Doorman _door = new();
    private readonly RecordingSink _sink = new();

    [Theory]
    [InlineData(MqttVersion.V311, 0x00)]
    [InlineData(MqttVersion.V500, 0x87)]
    public async Task A_forbidden_publish_is_answered_and_goes_nowhere(MqttVersion version, int reason)
    {
        await using var server = await TestServer.StartAsync(sink: _sink, authenticator: _door);
        await using var reader = await server.ConnectAsync("reader");
        var inbox = new Inbox();
        await reader.SubscribeAsync("#", MqttQos.AtMostOnce, inbox.Add);
        using var client = await server.RawAsync();
        await client.ConnectAsync(version: version);
        await client.PublishAsync("forbidden/a", "x", 1, version);
        var answer = await client.ReadAsync();
        Assert.Equal(reason, answer!.Length > 4 ? answer[4] : 0);
        await client.PublishAsync("forbidden/a", "x", 0, version, MqttQos.AtMostOnce);
        await client.PublishAsync("forbidden/a", "x", 2, version, MqttQos.ExactlyOnce);
        answer = await client.ReadAsync();
        Assert.Equal(0x50, answer![0]);
        Assert.Equal(reason, answer.Length > 4 ? answer[4] : 0);
        await client.PublishAsync("open", "y", 3, version);
        Assert.Equal([0x40, 2, 0, 3], (await client.ReadAsync())![..4]);
        Assert.Equal("y", Assert.Single(await inbox.WaitAsync(1)).Payload.AsText());
        Assert.Equal("open", Assert.Single(_sink.All).Topic);
        Assert.Equal(3, server.Server.Counters.RefusedPublishes[MqttReasonCode.NotAuthorized]);
        Assert.Equal(3, server.Server.Clients.Single(c => c.ClientId == "raw").Refused);
    }

    [Fact]
    public async Task A_topic_is_asked_about_once_for_a_connection()
    {
        await using var server = await TestServer.StartAsync(sink: _sink, authenticator: _door);
        using var client = await server.RawAsync();
        await client.ConnectAsync();
        for (ushort i = 1; i <= 300; i++)
        {
            await client.PublishAsync($"t/{i % 3}", "x", i);
            await client.ReadAsync();
        }

        // The first topic of all is kept only once it comes back.
        Assert.Equal(["t/0", "t/1", "t/1", "t/2"], _door.Asked.Order(StringComparer.Ordinal));
        Assert.Equal(300, _sink.All.Count);
    }

    [Fact]
    public async Task More_topics_than_are_kept_are_judged_all_the_same()
    {
        await using var server = await TestServer.StartAsync(sink: _sink, authenticator: _door);
        using var client = await server.RawAsync();
        await client.ConnectAsync();
        for (ushort i = 1; i <= 2500; i++)
        {
            await client.PublishAsync(i % 2 == 0 ? $"forbidden/{i % 1500}" : $"t/{i % 1500}", "x", i);
        }

        await client.PingAsync();
        Assert.Equal(1250, _sink.All.Count);
        Assert.Equal(1250, server.Server.Counters.RefusedPublishes[MqttReasonCode.NotAuthorized]);
    }

    [Fact]
    public async Task Retaining_can_be_forbidden_alone()
    {
        await using var server = await TestServer.StartAsync(sink: _sink, authenticator: _door);
        await using var client = await server.ConnectAsync(version: MqttVersion.V500);
        await client.PublishAsync("not-retained/a", "x"u8.ToArray(), MqttQos.AtLeastOnce);
        Assert.Equal(MqttReasonCode.NotAuthorized, await client.PublishAsync("not-retained/a", "x"u8.ToArray(), MqttQos.AtLeastOnce, retain: true));
        Assert.Equal(0, server.Server.RetainedCount);
    }

    [Theory]
    [InlineData(MqttVersion.V311, 5)]
    [InlineData(MqttVersion.V500, 0x87)]
    public async Task A_forbidden_will_refuses_the_connection(MqttVersion version, byte code)
    {
        await using var server = await TestServer.StartAsync(sink: _sink, authenticator: _door);
        using var client = await server.RawAsync();
        await client.SendAsync(new MqttConnect { Version = version, ClientId = "w", CleanStart = true, Will = new MqttWill { Topic = "forbidden/w" } }.Encode);
        Assert.Equal(code, (await client.ReadAsync())![3]);
        Assert.Null(await client.ReadAsync());
        Assert.Empty(_sink.All);
        Assert.Equal(0, server.Server.SessionCount);
    }

    [Fact]
    public async Task Subscriptions_of_a_stored_session_are_judged_again()
    {
        await using var server = await TestServer.StartAsync(sink: _sink, authenticator: _door);
        using (var before = await server.RawAsync())
        {
            await before.ConnectAsync("s", clean: false);
            await before.SendAsync(w => new MqttSubscribe { PacketId = 1, Filters = [new MqttTopicFilter("a/#"), new MqttTopicFilter("b/#")] }.Encode(w, MqttVersion.V311));
            await before.ReadAsync();
            await before.SendAsync(0xE0, 0);
            Assert.Null(await before.ReadAsync());
        }

        Assert.Equal(2, server.Server.SubscriptionCount);
        _door.ForbiddenFilter = "a/";
        using var after = await server.RawAsync();
        await after.ConnectAsync("s", clean: false);
        Assert.Equal(1, server.Server.SubscriptionCount);
    }

    [Fact]
    public async Task A_session_belongs_to_its_credential()
    {
        await using var server = await TestServer.StartAsync(authenticator: _door);
        using var owner = await ConnectAsync(server, "c", "alice", clean: false);
        using (var thief = await server.RawAsync())
        {
            await thief.SendAsync(new MqttConnect { Version = MqttVersion.V500, ClientId = "c", CleanStart = true, UserName = "bob" }.Encode);
            Assert.Equal((byte)MqttReasonCode.ClientIdentifierNotValid, (await thief.ReadAsync())![3]);
        }

        await owner.PingAsync();
        using var again = await ConnectAsync(server, "c", "alice");
        Assert.Equal(0xE0, (await owner.ReadAsync())![0]);
        await again.SendAsync(0xE0, 0);
        Assert.Null(await again.ReadAsync());
        using var next = await ConnectAsync(server, "c", "bob");
    }

    [Fact]
    public async Task Sessions_end_with_their_credential()
    {
        await using var server = await TestServer.StartAsync(authenticator: _door);
        using (var client = await server.RawAsync())
        {
            await client.SendAsync(new MqttConnect { Version = MqttVersion.V311, ClientId = "c", UserName = "alice" }.Encode);
            await client.ReadAsync();
            await client.SendAsync(0xE0, 0);
            Assert.Null(await client.ReadAsync());
        }

        Assert.Equal(1, server.Server.SessionCount);
        Assert.Equal(1, server.Server.EndSessions("alice"));
        Assert.Equal(0, server.Server.SessionCount);
    }

    [Fact]
    public async Task A_client_can_be_disconnected_with_a_reason()
    {
        await using var server = await TestServer.StartAsync(authenticator: _door);
        using var a = await ConnectAsync(server, "a", "alice");
        using var b = await server.RawAsync();
        await b.ConnectAsync("b");
        using var other = await ConnectAsync(server, "o", "carol");
        Assert.Equal(2, server.Server.Disconnect(c => c.Principal is "alice" or null, MqttReasonCode.AdministrativeAction));
        Assert.Equal((byte)MqttReasonCode.AdministrativeAction, (await a.ReadAsync())![2]);
        Assert.Null(await b.ReadAsync());
        await other.PingAsync();
    }

    [Fact]
    public async Task A_credential_has_so_many_connections()
    {
        _door.Limits = _ => new MqttClientLimits { Shared = _door.Quota };
        await using var server = await TestServer.StartAsync(authenticator: _door);
        using var first = await ConnectAsync(server, "c1", "alice");
        using var second = await ConnectAsync(server, "c2", "alice");
        using (var third = await server.RawAsync())
        {
            await third.SendAsync(new MqttConnect { Version = MqttVersion.V500, ClientId = "c3", CleanStart = true, UserName = "alice" }.Encode);
            Assert.Equal((byte)MqttReasonCode.QuotaExceeded, (await third.ReadAsync())![3]);
        }

        // Its own identifier again is no connection more.
        using var again = await ConnectAsync(server, "c2", "alice");
        Assert.Equal(2, _door.Quota.Connections);
        await again.SendAsync(0xE0, 0);
        Assert.Null(await again.ReadAsync());
        await Eventually.HoldsAsync(() => _door.Quota.Connections == 1, "the connection was given back");
        using var fourth = await ConnectAsync(server, "c4", "alice");
    }

    [Fact]
    public async Task Limits_of_the_client_are_told_and_kept()
    {
        _door.Limits = _ => new MqttClientLimits { MaxPacketSize = 200, ReceiveMaximum = 2, MaxSubscriptions = 1 };
        await using var server = await TestServer.StartAsync(sink: _sink, authenticator: _door);
        using var client = await server.RawAsync();
        await client.SendAsync(new MqttConnect { Version = MqttVersion.V500, ClientId = "c", CleanStart = true }.Encode);
        var told = Decode(await client.ReadAsync());
        Assert.Equal((200u, (ushort)2), (told.MaximumPacketSize!.Value, told.ReceiveMaximum!.Value));
        await client.SendAsync(w => new MqttSubscribe { PacketId = 1, Filters = [new MqttTopicFilter("a"), new MqttTopicFilter("b")] }.Encode(w, MqttVersion.V500));
        var subAck = await client.ReadAsync();
        Assert.Equal([0, (byte)MqttReasonCode.QuotaExceeded], subAck![^2..]);
        var never = new TaskCompletionSource();
        _sink.Answer = _ => PublishVerdict.After(never.Task);
        for (ushort i = 1; i <= 3; i++)
        {
            await client.PublishAsync("t", "x", i, MqttVersion.V500);
        }

        Assert.Equal((byte)MqttReasonCode.ReceiveMaximumExceeded, (await client.ReadAsync())![2]);
        using var large = await server.RawAsync();
        await large.ConnectAsync("l", MqttVersion.V500);
        await large.PublishAsync("t", new string('x', 300), 1, MqttVersion.V500);
        Assert.Equal((byte)MqttReasonCode.PacketTooLarge, (await large.ReadAsync())![2]);
        never.SetResult();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Beyond_its_rate_a_client_is_read_no_further(bool shared)
    {
        var time = new ManualTimeProvider();
        var rate = new MqttRate(perSecond: 10, burst: 5);
        _door.Limits = _ => shared ? new MqttClientLimits { Shared = new MqttSharedQuota(publishes: rate) } : new MqttClientLimits { Publishes = rate };
        await using var server = await TestServer.StartAsync(sink: _sink, authenticator: _door, time: time);
        using var client = await server.RawAsync();
        await client.ConnectAsync();
        for (ushort i = 1; i <= 20; i++)
        {
            await client.PublishAsync("t", "x", i);
        }

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(0x40, (await client.ReadAsync())![0]);
        }

        Assert.Equal(5, _sink.All.Count);
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(50));
                return _sink.All.Count == 20;
            },
            "the rest was taken as time went on");
        Assert.True(server.Server.Counters.Throttles > 0);
        Assert.True(time.GetUtcNow() >= new ManualTimeProvider().GetUtcNow().AddSeconds(1.4), "fifteen more at ten a second");
        Assert.Empty(server.Server.Counters.RefusedPublishes);
    }

    [Fact]
    public void A_rate_holds_in_the_long_run()
    {
        var rate = new MqttRate(perSecond: 250, burst: 1);
        long now = 0, taken = 0;
        while (now < 60_000)
        {
            var nap = rate.NapMs(now);
            now += nap;
            if (nap == 0)
            {
                rate.Take(now, 1);
                taken++;
            }
        }

        Assert.InRange(taken, 15_000 - 250, 15_000 + 250);
    }

    private static async Task<RawClient> ConnectAsync(TestServer server, string clientId, string user, bool clean = true)
    {
        var client = await server.RawAsync();
        await client.SendAsync(new MqttConnect { Version = MqttVersion.V500, ClientId = clientId, CleanStart = clean, UserName = user }.Encode);
        Assert.Equal(0, (await client.ReadAsync())![3]);
        return client;
    }

    private static MqttProperties Decode(byte[]? packet)
    {
        var reader = new MqttFrameReader(new System.Buffers.ReadOnlySequence<byte>(packet!), new MqttScratch(), int.MaxValue);
        Assert.Equal(DecodeStatus.Complete, reader.Read(out var frame));
        Assert.True(MqttConnAck.TryDecode(frame, MqttVersion.V500, out var connAck, out _));
        return connAck!.Properties!;
    }

    /// <summary>Admits everybody under the name they give; topics under "forbidden" are nobody's.</summary>
    private sealed class Doorman : IMqttAuthenticator
    {
        public ConcurrentQueue<string> Asked { get; } = new();

        public MqttSharedQuota Quota { get; } = new(maxConnections: 2);

        public Func<MqttConnectInfo, MqttClientLimits?> Limits { get; set; } = _ => null;

        public string ForbiddenFilter { get; set; } = "forbidden";

        public ValueTask<MqttAuthResult> AuthenticateAsync(MqttConnectInfo info, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new MqttAuthResult(MqttReasonCode.Success) { Principal = info.UserName, Limits = Limits(info) });

        public MqttReasonCode AuthorizePublish(MqttClientContext client, ReadOnlySpan<byte> topic, bool retain, bool isWill)
        {
            var text = Encoding.UTF8.GetString(topic);
            Asked.Enqueue(text);
            return text.StartsWith("forbidden", StringComparison.Ordinal) || (retain && text.StartsWith("not-retained", StringComparison.Ordinal))
                ? MqttReasonCode.NotAuthorized
                : MqttReasonCode.Success;
        }

        public MqttReasonCode AuthorizeSubscription(MqttClientContext client, string filter) =>
            filter.StartsWith(ForbiddenFilter, StringComparison.Ordinal) ? MqttReasonCode.NotAuthorized : MqttReasonCode.Success;
    }
}

internal static class PayloadText
{
    public static string AsText(this byte[] payload) => Encoding.UTF8.GetString(payload);
}
