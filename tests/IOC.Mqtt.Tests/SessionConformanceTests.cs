using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

/// <summary>Sessions, take-over, wills and acknowledgements, as far as other tests do not show them (3.1, 3.2, 4.1, 4.3, 4.4 of both versions).</summary>
public class SessionConformanceTests
{
    private static readonly MqttWill s_will = new() { Topic = "will", Payload = "lost"u8.ToArray(), Qos = MqttQos.ExactlyOnce };

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task Session_present_says_whether_there_was_one(MqttVersion version)
    {
        await using var server = await TestServer.StartAsync();
        Assert.False(await Connect(clean: false));
        Assert.True(await Connect(clean: false));
        Assert.False(await Connect(clean: true));
        Assert.Equal(version == MqttVersion.V500, await Connect(clean: false));
        Assert.True(await Connect(clean: false));

        async Task<bool> Connect(bool clean)
        {
            using var client = await server.RawAsync();
            var ack = await client.OpenAsync(new MqttConnect
            {
                Version = version,
                ClientId = "c",
                CleanStart = clean,
                Properties = new MqttProperties { SessionExpiryInterval = 600 },
            });
            await client.SendAsync(0xE0, 0);
            Assert.Null(await client.ReadAsync());
            return ack.SessionPresent;
        }
    }

    [Fact]
    public async Task A_session_of_5_0_ends_when_its_expiry_says_and_a_disconnect_can_change_that()
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        await Leave("0", 0, null);
        await Leave("0 at the end", 600, 0);
        await Leave("longer at the end", 10, 600);
        await Eventually.HoldsAsync(() => server.Server.Counters.ConnectionsOpen == 0, "the ends");
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.False(await IsThere("0"));
        Assert.False(await IsThere("0 at the end"));
        Assert.True(await IsThere("longer at the end"));

        async Task Leave(string id, uint expiry, uint? atTheEnd)
        {
            using var client = await server.RawAsync();
            await client.OpenAsync(id, expiry: expiry);
            await client.SendAsync(w => new MqttDisconnect
            {
                Properties = atTheEnd is null ? null : new MqttProperties { SessionExpiryInterval = atTheEnd },
            }.Encode(w, MqttVersion.V500));
            Assert.Null(await client.ReadAsync());
        }

        async Task<bool> IsThere(string id)
        {
            using var client = await server.RawAsync();
            return (await client.OpenAsync(id, clean: false)).SessionPresent;
        }
    }

    /// <summary>Whether a take-over publishes the will of the connection that it ends (5.0, 3.1.4 and its comment).</summary>
    [Theory]
    [InlineData(0, 600, false, true)]
    [InlineData(60, 600, false, false)]
    [InlineData(60, 600, true, true)]
    [InlineData(60, 0, false, true)]
    public async Task A_take_over_publishes_the_will_unless_it_is_delayed_and_the_session_goes_on(int delay, int expiry, bool clean, bool published)
    {
        await using var server = await TestServer.StartAsync(time: new ManualTimeProvider());
        using var watcher = await server.RawAsync();
        await watcher.OpenAsync("watcher");
        await watcher.SubscribeAsync("will");
        using var first = await server.RawAsync();
        var will = new MqttWill { Topic = "will", Payload = "x"u8.ToArray(), Properties = new MqttProperties { WillDelayInterval = (uint)delay } };
        await first.OpenAsync("c", expiry: (uint)expiry, will: will);
        using var second = await server.RawAsync();
        await second.OpenAsync("c", clean, (uint)expiry);
        Assert.Equal(0x8E, await first.ReadDisconnectAsync());
        Assert.Null(await first.ReadAsync());
        Assert.Equal(published ? 1 : 0, (await watcher.MessagesAsync()).Length);
        Assert.Empty(await second.PingAsync());
    }

    [Fact]
    public async Task A_delayed_will_goes_out_with_the_end_of_its_session_at_the_latest()
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        using var watcher = await server.RawAsync();
        await watcher.OpenAsync("watcher");
        await watcher.SubscribeAsync("will/+");
        await Lose("early", delay: 10, expiry: 600);
        await Lose("end", delay: 600, expiry: 20);
        await Lose("at once", delay: 600, expiry: 0);
        Assert.Equal("will/at once", (await watcher.ReadMessageAsync()).Topic);
        time.Advance(TimeSpan.FromSeconds(12));
        Assert.Equal("will/early", (await watcher.ReadMessageAsync()).Topic);
        Assert.Empty(await watcher.MessagesAsync());
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("will/end", (await watcher.ReadMessageAsync()).Topic);
        time.Advance(TimeSpan.FromSeconds(1000));
        Assert.Empty(await watcher.MessagesAsync());

        async Task Lose(string id, uint delay, uint expiry)
        {
            var will = new MqttWill { Topic = "will/" + id, Properties = new MqttProperties { WillDelayInterval = delay } };
            using (var client = await server.RawAsync())
            {
                await client.OpenAsync(id, expiry: expiry, will: will);
            }

            await Eventually.HoldsAsync(() => !server.Server.IsConnected(id), "the loss");
        }
    }

    [Theory]
    [InlineData(MqttVersion.V311, false)]
    [InlineData(MqttVersion.V311, true)]
    [InlineData(MqttVersion.V500, false)]
    [InlineData(MqttVersion.V500, true)]
    public async Task A_will_keeps_its_qos_and_is_retained_only_when_it_says_so_and_is_published_once(MqttVersion version, bool retain)
    {
        await using var server = await TestServer.StartAsync();
        using var watcher = await server.RawAsync();
        await watcher.ConnectAsync("watcher", version);
        await watcher.SubscribeAsync("will", 2, version);
        for (var round = 0; round < 2; round++)
        {
            using var client = await server.RawAsync();
            var will = round == 0 ? new MqttWill { Topic = "will", Payload = "x"u8.ToArray(), Qos = MqttQos.ExactlyOnce, Retain = retain } : null;
            await client.OpenAsync(new MqttConnect { Version = version, ClientId = "c", Will = will });
            client.Dispose();
            await Eventually.HoldsAsync(() => !server.Server.IsConnected("c"), "the loss");
        }

        var message = Assert.Single(await watcher.MessagesAsync(version));
        Assert.Equal((2, false), (message.Qos, message.Retain));
        Assert.Equal(retain ? 1 : 0, server.Server.RetainedCount);
    }

    [Theory]
    [InlineData(MqttVersion.V311, "E000", false)]
    [InlineData(MqttVersion.V500, "E000", false)]
    [InlineData(MqttVersion.V500, "E00100", false)]
    [InlineData(MqttVersion.V500, "E00104", true)]
    [InlineData(MqttVersion.V500, "E00180", true)]
    [InlineData(MqttVersion.V500, "E00197", true)]
    public async Task A_disconnect_drops_the_will_or_asks_for_it(MqttVersion version, string hex, bool published)
    {
        await using var server = await TestServer.StartAsync();
        using var watcher = await server.RawAsync();
        await watcher.ConnectAsync("watcher", version);
        await watcher.SubscribeAsync("#", 2, version);
        using var client = await server.RawAsync();
        await client.OpenAsync(new MqttConnect { Version = version, ClientId = "c", CleanStart = true, Will = s_will });

        // What follows the DISCONNECT is not looked at.
        await client.SendAsync([.. Convert.FromHexString(hex), .. Convert.FromHexString(version == MqttVersion.V500 ? "300400016100" : "3003000161")]);
        Assert.Null(await client.ReadAsync());
        await Eventually.HoldsAsync(() => server.Server.SessionCount == 1, "the end of the session");

        // The session ends a moment before its will is passed on.
        var seen = new List<string>();
        await Eventually.HoldsAsync(
            async () =>
            {
                seen.AddRange((await watcher.MessagesAsync(version)).Select(m => m.Topic));
                return seen.Count > 0 || !published;
            },
            "the will");
        Assert.Equal(published ? ["will"] : [], seen);
    }

    [Fact]
    public async Task A_client_without_identifier_is_told_one_that_nobody_has_and_that_it_can_come_back_with()
    {
        await using var server = await TestServer.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            using var client = await server.RawAsync();
            var ack = await client.OpenAsync("", clean: i > 0, expiry: 600);
            Assert.False(ack.SessionPresent);
            ids.Add(ack.Properties!.AssignedClientIdentifier!);
        }

        Assert.Equal(3, ids.Distinct().Count());
        using var back = await server.RawAsync();
        var again = await back.OpenAsync(ids[0], clean: false, expiry: 600);
        Assert.True(again.SessionPresent);
        Assert.Null(again.Properties!.AssignedClientIdentifier);
    }

    [Fact]
    public async Task Response_information_is_given_to_who_asks_for_it()
    {
        await using var server = await TestServer.StartAsync(o => o.ResponseInformation = "answers/%c");
        using var asks = await server.RawAsync();
        Assert.Equal("answers/asks", (await asks.OpenAsync("asks", properties: new MqttProperties { RequestResponseInformation = 1 })).Properties!.ResponseInformation);
        using var not = await server.RawAsync();
        Assert.Null((await not.OpenAsync("not", properties: new MqttProperties { RequestResponseInformation = 0 })).Properties!.ResponseInformation);
        using var silent = await server.RawAsync();
        Assert.Null((await silent.OpenAsync("silent")).Properties!.ResponseInformation);
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task An_inbound_qos_2_message_is_delivered_once_and_its_identifier_free_after_the_pubcomp(MqttVersion version)
    {
        await using var server = await TestServer.StartAsync();
        using var watcher = await server.RawAsync();
        await watcher.ConnectAsync("watcher", version);
        await watcher.SubscribeAsync("t", 0, version);
        var client = await server.RawAsync();
        await client.OpenAsync(new MqttConnect { Version = version, ClientId = "c", Properties = new MqttProperties { SessionExpiryInterval = 600 } });

        // A copy in the same read, a copy after the PUBREC, a copy on the next connection.
        await client.SendMessageAsync("t", "1", 2, 7, version: version);
        await client.SendMessageAsync("t", "1", 2, 7, dup: true, version: version);
        Assert.Equal([0x50, 2, 0, 7], await client.ReadAsync());
        Assert.Equal([0x50, 2, 0, 7], await client.ReadAsync());
        client.Dispose();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("c"), "the loss");
        using var back = await server.RawAsync();
        await back.OpenAsync(new MqttConnect { Version = version, ClientId = "c", Properties = new MqttProperties { SessionExpiryInterval = 600 } });
        await back.SendMessageAsync("t", "1", 2, 7, dup: true, version: version);
        Assert.Equal([0x50, 2, 0, 7], await back.ReadAsync());
        await back.SendAsync(0x62, 2, 0, 7);
        Assert.Equal([0x70, 2, 0, 7], await back.ReadAsync());
        await back.SendAsync(0x62, 2, 0, 7);
        Assert.Equal(version == MqttVersion.V500 ? [0x70, 3, 0, 7, 0x92] : [0x70, 2, 0, 7], await back.ReadAsync());
        await back.SendMessageAsync("t", "2", 2, 7, dup: true, version: version);
        Assert.Equal([0x50, 2, 0, 7], await back.ReadAsync());
        Assert.Equal(["1", "2"], (await watcher.MessagesAsync(version)).Select(m => m.Payload));
    }

    [Fact]
    public async Task A_copy_of_a_message_that_is_being_stored_waits_with_it_and_is_not_taken_again()
    {
        var stored = new TaskCompletionSource();
        var sink = new RecordingSink { Answer = _ => PublishVerdict.After(stored.Task) };
        await using var server = await TestServer.StartAsync(sink: sink);
        using var client = await server.RawAsync();
        await client.OpenAsync("c", expiry: 600);
        await client.SendMessageAsync("t", "1", 2, 7);
        Assert.Empty(await client.PingAsync());
        using var second = await server.RawAsync();
        Assert.True((await second.OpenAsync("c", clean: false, expiry: 600)).SessionPresent);
        await second.SendMessageAsync("t", "1", 2, 7, dup: true);
        Assert.Empty(await second.PingAsync());
        stored.SetResult();
        Assert.Equal([0x50, 2, 0, 7], await second.ReadAsync());
        Assert.Single(sink.All);
    }

    [Fact]
    public async Task After_a_refusing_pubrec_the_identifier_stands_for_a_new_message()
    {
        var sink = new RecordingSink { Answer = s => s.Payload == "bad" ? PublishVerdict.Refused(MqttReasonCode.PayloadFormatInvalid) : PublishVerdict.Accepted };
        await using var server = await TestServer.StartAsync(sink: sink);
        using var client = await server.RawAsync();
        await client.OpenAsync("c");
        await client.SendMessageAsync("t", "bad", 2, 7);
        Assert.Equal([0x50, 3, 0, 7, 0x99], await client.ReadAsync());
        await client.SendMessageAsync("t", "good", 2, 7);
        Assert.Equal([0x50, 2, 0, 7], await client.ReadAsync());
        Assert.Equal(["bad", "good"], sink.All.Select(s => s.Payload));
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task Outbound_messages_are_sent_again_on_a_new_connection_only_and_never_after_their_pubrel(MqttVersion version)
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        var client = await server.RawAsync();
        await client.OpenAsync(new MqttConnect { Version = version, ClientId = "c", Properties = new MqttProperties { SessionExpiryInterval = 6000 } });
        await client.SubscribeAsync("t", 2, version);
        foreach (var (payload, qos) in new[] { ("1", 1), ("2", 2), ("3", 2), ("4", 1) })
        {
            await server.Server.PublishAsync("t", System.Text.Encoding.UTF8.GetBytes(payload), (MqttQos)qos);
        }

        var sent = await client.MessagesAsync(version);
        Assert.Equal(["1", "2", "3", "4"], sent.Select(m => m.Payload));
        Assert.All(sent, m => Assert.False(m.Dup));
        Assert.Equal(4, sent.Select(m => m.Id).Distinct().Count());

        // A PUBCOMP without a PUBREL, answers that fit nothing and time change nothing.
        await client.SendAsync(0x70, 2, 0, (byte)sent[1].Id);
        await client.SendAsync(0x40, 2, 0x77, 0x77);
        await client.SendAsync(0x70, 2, 0x77, 0x77);
        time.Advance(TimeSpan.FromSeconds(1000));
        Assert.Empty(await client.PingAsync());
        await client.SendAsync(0x50, 2, 0, (byte)sent[1].Id);
        Assert.Equal([0x62, 2, 0, (byte)sent[1].Id], await client.ReadAsync());
        await client.SendAsync(0x50, 2, 0x77, 0x77);
        Assert.Equal(version == MqttVersion.V500 ? [0x62, 3, 0x77, 0x77, 0x92] : [0x62, 2, 0x77, 0x77], await client.ReadAsync());
        client.Dispose();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("c"), "the loss");

        using var back = await server.RawAsync();
        await back.OpenAsync(new MqttConnect { Version = version, ClientId = "c", Properties = new MqttProperties { SessionExpiryInterval = 6000 } });
        var again = await back.PingAsync();
        Assert.Equal([0x62, 2, 0, (byte)sent[1].Id], again[1]);
        again.RemoveAt(1);
        Assert.Equal(
            sent.Where(m => m.Payload != "2").Select(m => (m.Payload, m.Id, true)),
            again.Select(p => RawClientExtensions.Message(p, version)).Select(m => (m.Payload, m.Id, m.Dup)));
    }

    [Fact]
    public async Task Nothing_follows_a_disconnect_of_the_server()
    {
        var stored = new TaskCompletionSource();
        var sink = new RecordingSink { Answer = s => s.Payload == "wait" ? PublishVerdict.After(stored.Task) : PublishVerdict.Accepted };
        await using var server = await TestServer.StartAsync(sink: sink);
        using var client = await server.RawAsync();
        await client.OpenAsync("c", properties: new MqttProperties { ReceiveMaximum = 1 });
        await client.SubscribeAsync("t", 1);
        await server.Server.PublishAsync("t", "1"u8.ToArray(), MqttQos.AtLeastOnce);
        await server.Server.PublishAsync("t", "2"u8.ToArray(), MqttQos.AtLeastOnce);
        await client.ReadMessageAsync();
        await client.SendMessageAsync("t", "wait", 1, 9);
        Assert.Empty(await client.PingAsync());

        // The answer would free the next message, but the packet after it ends the connection.
        await client.SendAsync(0x40, 2, 0, 1, 0x00, 0x00);
        var packets = new List<byte[]>();
        while (await client.ReadAsync() is { } packet)
        {
            packets.Add(packet);
        }

        stored.SetResult();
        Assert.Equal(0xE0, packets[^1][0]);
        Assert.Single(packets, p => p[0] == 0xE0);
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task Packets_sent_along_with_the_connect_are_processed_after_the_connack(MqttVersion version)
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.SendAsync(w =>
        {
            new MqttConnect { Version = version, ClientId = "c", CleanStart = true }.Encode(w);
            new MqttSubscribe { PacketId = 1, Filters = [new MqttTopicFilter("t")] }.Encode(w, version);
            MqttPublishEncoder.Write(w, version, new MqttPublishParts { Topic = "t"u8, Payload = "x"u8 });
            MqttEncoding.WriteRaw(w, MqttEncoding.PingReq);
        });
        var types = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            types.Add((await client.ReadAsync())![0] >> 4);
        }

        Assert.Equal([2, 9, 3, 13], types);
    }
}
