using System.Collections.Concurrent;
using System.Text;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

/// <summary>What the client owes a server, byte by byte.</summary>
public sealed class ClientContractTests
{
    private static readonly byte[] s_topic = MqttClient.ToTopic("t");

    [Fact]
    public async Task Qos_2_goes_on_with_pubrel_after_a_reconnect()
    {
        using var broker = new ScriptedBroker();
        await using var client = broker.Client();
        client.Start();
        Task<MqttReasonCode> publish;
        using (var first = await broker.AcceptAsync())
        {
            await Eventually.HoldsAsync(() => client.IsConnected, "the connection");
            publish = client.PublishAsync(s_topic, "x"u8.ToArray(), MqttQos.ExactlyOnce).AsTask();
            Assert.Equal("340700017400010078", Convert.ToHexString((await first.ReadAsync())!));
            await first.SendAsync(0x50, 2, 0, 1);
            Assert.Equal("62020001", Convert.ToHexString((await first.ReadAsync())!));
        }

        using var second = await broker.AcceptAsync(sessionPresent: true);
        Assert.Equal("62020001", Convert.ToHexString((await second.ReadAsync())!));
        Assert.False(publish.IsCompleted);
        await second.SendAsync(0x70, 2, 0, 1);
        Assert.Equal(MqttReasonCode.Success, await publish);
    }

    [Theory]
    [InlineData(true, "3A0700017400010078")]
    [InlineData(false, "320700017400010078")]
    public async Task An_unanswered_publish_is_sent_again_with_dup_only_into_the_same_session(bool sessionPresent, string expected)
    {
        using var broker = new ScriptedBroker();
        await using var client = broker.Client();
        client.Start();
        Task<MqttReasonCode> publish;
        using (var first = await broker.AcceptAsync())
        {
            await Eventually.HoldsAsync(() => client.IsConnected, "the connection");
            publish = client.PublishAsync(s_topic, "x"u8.ToArray()).AsTask();
            Assert.Equal(0x32, (await first.ReadAsync())![0]);
        }

        using var second = await broker.AcceptAsync(sessionPresent);
        Assert.Equal(expected, Convert.ToHexString((await second.ReadAsync())!));
        await second.SendAsync(0x40, 3, 0, 1, 0x10);
        Assert.Equal(MqttReasonCode.NoMatchingSubscribers, await publish);
    }

    [Fact]
    public async Task The_receive_maximum_of_the_server_holds_for_what_is_sent_again_too()
    {
        using var broker = new ScriptedBroker();
        await using var client = broker.Client();
        client.Start();
        Task<MqttReasonCode>[] publishes;
        using (var first = await broker.AcceptAsync())
        {
            await Eventually.HoldsAsync(() => client.IsConnected, "the connection");
            publishes = [.. Enumerable.Range(0, 5).Select(_ => client.PublishAsync(s_topic, "x"u8.ToArray()).AsTask())];
            for (var i = 0; i < 5; i++)
            {
                Assert.NotNull(await first.ReadAsync());
            }
        }

        using var second = await broker.AcceptAsync(sessionPresent: true, new MqttProperties { ReceiveMaximum = 2 });
        for (byte id = 1; id <= 5; id++)
        {
            Assert.Equal(id, (await second.ReadAsync())![6]);
            Assert.InRange(client.InFlight, 1, 2);
            await second.SendAsync(0x40, 2, 0, id);
        }

        await Task.WhenAll(publishes);
    }

    [Fact]
    public async Task What_the_server_cannot_take_is_not_sent()
    {
        using var broker = new ScriptedBroker();
        await using var client = broker.Client();
        client.Start();
        using var peer = await broker.AcceptAsync(properties: new MqttProperties
        {
            MaximumPacketSize = 30,
            MaximumQos = 1,
            RetainAvailable = 0,
            SharedSubscriptionAvailable = 0,
            WildcardSubscriptionAvailable = 0,
            SubscriptionIdentifierAvailable = 0,
        });
        await Eventually.HoldsAsync(() => client.IsConnected, "the connection");
        Assert.Equal(MqttReasonCode.PacketTooLarge, await client.PublishAsync(s_topic, new byte[30]));
        Assert.Equal(MqttReasonCode.PacketTooLarge, await client.PublishAsync(s_topic, new byte[30], MqttQos.AtMostOnce));
        Assert.Equal(MqttReasonCode.QosNotSupported, await client.PublishAsync(s_topic, "x"u8.ToArray(), MqttQos.ExactlyOnce));
        Assert.Equal(MqttReasonCode.RetainNotSupported, await client.PublishAsync(s_topic, "x"u8.ToArray(), retain: true));
        Assert.Equal(MqttReasonCode.SharedSubscriptionsNotSupported, await client.SubscribeAsync("$share/g/a", MqttQos.AtLeastOnce, _ => { }));
        Assert.Equal(MqttReasonCode.WildcardSubscriptionsNotSupported, await client.SubscribeAsync("a/+", MqttQos.AtLeastOnce, _ => { }));
        Assert.Equal(
            MqttReasonCode.SubscriptionIdentifiersNotSupported,
            await client.SubscribeAsync(new MqttTopicFilter("a", MqttQos.AtLeastOnce), _ => ValueTask.CompletedTask, identifier: 7));
        Assert.Equal(MqttReasonCode.Success, await client.PublishAsync(s_topic, "x"u8.ToArray(), MqttQos.AtMostOnce));
        Assert.Equal("30050001740078", Convert.ToHexString((await peer.ReadAsync())!));
    }

    [Fact]
    public async Task Messages_are_acknowledged_when_their_handlers_end_and_in_the_order_in_which_they_came()
    {
        using var broker = new ScriptedBroker();
        await using var client = broker.Client();
        var handlers = Handlers(client);
        client.Start();
        using var peer = await broker.AcceptAsync(sessionPresent: true);
        await GrantAsync(peer);
        await peer.PublishAsync("a", "1", 11, MqttVersion.V500);
        await peer.PublishAsync("a", "2", 12, MqttVersion.V500, MqttQos.ExactlyOnce);
        await peer.PublishAsync("a", "3", 13, MqttVersion.V500);
        await Eventually.HoldsAsync(() => handlers.Count == 3, "three handlers");
        handlers["3"].SetResult();
        handlers["2"].SetResult();
        await client.PublishAsync(s_topic, "x"u8.ToArray(), MqttQos.AtMostOnce);
        Assert.Equal(0x30, (await peer.ReadAsync())![0]);
        handlers["1"].SetResult();
        Assert.Equal("4002000B", Convert.ToHexString((await peer.ReadAsync())!));
        Assert.Equal("5002000C", Convert.ToHexString((await peer.ReadAsync())!));
        Assert.Equal("4002000D", Convert.ToHexString((await peer.ReadAsync())!));
        await peer.SendAsync(0x62, 2, 0, 12);
        Assert.Equal("7002000C", Convert.ToHexString((await peer.ReadAsync())!));
    }

    [Theory]
    [InlineData(MqttQos.AtLeastOnce, "4002000B")]
    [InlineData(MqttQos.ExactlyOnce, "5002000B")]
    public async Task What_comes_again_while_it_is_in_work_is_answered_and_not_handed_out_twice(MqttQos qos, string answer)
    {
        using var broker = new ScriptedBroker();
        await using var client = broker.Client();
        var handlers = Handlers(client);
        client.Start();
        using (var first = await broker.AcceptAsync(sessionPresent: true))
        {
            await GrantAsync(first);
            await first.PublishAsync("a", "1", 11, MqttVersion.V500, qos);
            await Eventually.HoldsAsync(() => handlers.Count == 1, "the handler");
        }

        using var second = await broker.AcceptAsync(sessionPresent: true);
        await second.PublishAsync("a", "1", 11, MqttVersion.V500, qos, dup: true);
        await Eventually.HoldsAsync(() => client.Counters.Redelivered == 1, "the second delivery");
        handlers["1"].SetResult();
        Assert.Equal(answer, Convert.ToHexString((await second.ReadAsync())!));
        Assert.Equal(1, client.Counters.Received);
    }

    [Fact]
    public async Task A_handler_that_fails_leaves_its_message_unacknowledged_and_it_is_handed_out_again()
    {
        using var broker = new ScriptedBroker();
        await using var client = broker.Client();
        var handlers = Handlers(client);
        client.Start();
        using (var first = await broker.AcceptAsync(sessionPresent: true))
        {
            await GrantAsync(first);
            await first.PublishAsync("a", "1", 11, MqttVersion.V500);
            await Eventually.HoldsAsync(() => handlers.Count == 1, "the handler");
            handlers["1"].SetException(new InvalidOperationException("on purpose"));
            Assert.Equal("E00183", Convert.ToHexString((await first.ReadAsync())!));
            Assert.Null(await first.ReadAsync());
        }

        handlers.Clear();
        using var second = await broker.AcceptAsync(sessionPresent: true);
        await second.PublishAsync("a", "1", 11, MqttVersion.V500, dup: true);
        await Eventually.HoldsAsync(() => handlers.Count == 1, "the handler again");
        handlers["1"].SetResult();
        Assert.Equal("4002000B", Convert.ToHexString((await second.ReadAsync())!));
        Assert.Equal(1, client.Counters.FailedHandlers);
    }

    [Fact]
    public async Task A_server_that_exceeds_the_receive_maximum_is_disconnected()
    {
        using var broker = new ScriptedBroker();
        await using var client = broker.Client(receiveMaximum: 2);
        var handlers = Handlers(client);
        client.Start();
        using var peer = await broker.AcceptAsync(sessionPresent: true);
        await GrantAsync(peer);
        for (ushort id = 1; id <= 3; id++)
        {
            await peer.PublishAsync("a", $"{id}", id, MqttVersion.V500);
        }

        Assert.Equal("E00193", Convert.ToHexString((await peer.ReadAsync())!));
        Assert.Equal(2, handlers.Count);
    }

    [Fact]
    public async Task Beyond_the_limit_a_3_1_1_server_is_held_back_by_not_reading()
    {
        using var broker = new ScriptedBroker();
        await using var client = broker.Client(MqttVersion.V311, receiveMaximum: 1);
        var handlers = Handlers(client);
        client.Start();
        using var peer = await broker.AcceptAsync(sessionPresent: true, version: MqttVersion.V311);
        await GrantAsync(peer, MqttVersion.V311);

        // Each larger than what is read at once, so that the pause falls between them.
        foreach (var name in new[] { "1", "2", "3" })
        {
            await peer.PublishAsync("a", name + new string('x', 100_000), (ushort)(name[0] - '0'));
        }

        await Eventually.HoldsAsync(() => handlers.Count == 2, "two handlers");
        await client.PublishAsync(s_topic, "x"u8.ToArray(), MqttQos.AtMostOnce);
        Assert.Equal(0x30, (await peer.ReadAsync())![0]);
        Assert.Equal(2, handlers.Count);
        handlers["1"].SetResult();
        await Eventually.HoldsAsync(() => handlers.Count == 3, "the third handler");
    }

    [Fact]
    public async Task Topic_aliases_go_both_ways_and_end_with_the_connection()
    {
        using var broker = new ScriptedBroker();
        await using var client = broker.Client(aliasesIn: 2, aliasesOut: 5);
        var inbox = new Inbox();
        client.UnmatchedHandler = m =>
        {
            inbox.Add(m);
            return ValueTask.CompletedTask;
        };
        client.Start();
        using (var first = await broker.AcceptAsync(properties: new MqttProperties { TopicAliasMaximum = 1 }))
        {
            await Eventually.HoldsAsync(() => client.IsConnected, "the connection");
            foreach (var topic in new[] { "t", "t", "u" })
            {
                await client.PublishAsync(topic, "x"u8.ToArray(), MqttQos.AtMostOnce);
            }

            Assert.Equal("3008000174032300" + "0178", Convert.ToHexString((await first.ReadAsync())!));
            Assert.Equal("30070000032300" + "0178", Convert.ToHexString((await first.ReadAsync())!));
            Assert.Equal("30050001750078", Convert.ToHexString((await first.ReadAsync())!));
            await first.SendAsync(0x30, 8, 0, 1, (byte)'a', 3, 0x23, 0, 2, (byte)'1');
            await first.SendAsync(0x30, 7, 0, 0, 3, 0x23, 0, 2, (byte)'2');
            await inbox.WaitAsync(2);
            Assert.All(inbox.All, m => Assert.Equal("a", m.Topic));
        }

        using var second = await broker.AcceptAsync(sessionPresent: true);
        await second.SendAsync(0x30, 7, 0, 0, 3, 0x23, 0, 2, (byte)'3');
        Assert.Equal("E00194", Convert.ToHexString((await second.ReadAsync())!));
    }

    [Fact]
    public async Task The_keep_alive_of_the_server_counts()
    {
        var time = new ManualTimeProvider();
        using var broker = new ScriptedBroker();
        await using var client = broker.Client(keepAlive: 600, time: time);
        var connecting = client.ConnectAsync();
        using var peer = await broker.AcceptAsync(properties: new MqttProperties { ServerKeepAlive = 10 });
        await connecting;
        time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal("C000", Convert.ToHexString((await peer.ReadAsync())!));
    }

    [Fact]
    public async Task Silence_counts_from_where_reading_goes_on_after_a_pause()
    {
        var time = new ManualTimeProvider();
        using var broker = new ScriptedBroker();
        await using var client = broker.Client(MqttVersion.V311, receiveMaximum: 1, keepAlive: 10, time: time);
        var handlers = Handlers(client);
        client.Start();
        using var peer = await broker.AcceptAsync(sessionPresent: true, version: MqttVersion.V311);
        await GrantAsync(peer, MqttVersion.V311);
        await peer.PublishAsync("a", "1" + new string('x', 100_000), 1);
        await peer.PublishAsync("a", "2" + new string('x', 100_000), 2);
        await Eventually.HoldsAsync(() => client.IsReadingPaused, "the pause");
        time.Advance(TimeSpan.FromMinutes(1));
        handlers["1"].SetResult();
        await Eventually.HoldsAsync(() => !client.IsReadingPaused, "the end of the pause");
        time.Advance(TimeSpan.FromSeconds(8));
        await client.PublishAsync(s_topic, "x"u8.ToArray(), MqttQos.AtMostOnce);
        while ((await peer.ReadAsync())![0] != 0x30)
        {
            // Pings and the first message's answer.
        }
    }

    [Fact]
    public async Task A_disconnect_of_the_server_tells_why()
    {
        using var broker = new ScriptedBroker();
        await using var client = broker.Client();
        var failures = new ConcurrentQueue<MqttConnectionException>();
        client.ConnectionFailed = failures.Enqueue;
        client.Start();
        using var peer = await broker.AcceptAsync();
        await peer.SendAsync(w => new MqttDisconnect { Reason = MqttReasonCode.ServerShuttingDown, Properties = new MqttProperties { ReasonString = "update" } }
            .Encode(w, MqttVersion.V500));
        peer.Dispose();
        await Eventually.HoldsAsync(() => !failures.IsEmpty, "the failure");
        Assert.True(failures.TryPeek(out var failure));
        Assert.Equal(MqttReasonCode.ServerShuttingDown, failure.Reason);
        Assert.Contains("update", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new MqttClient(new MqttClientOptions { Host = "h", MaxInFlight = 0, Password = "p" }));
        Assert.Contains("MaxInFlight", error.Message, StringComparison.Ordinal);
        Assert.Contains("user name", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Handlers that end when the test says so, by the first character of their message.</summary>
    private static ConcurrentDictionary<string, TaskCompletionSource> Handlers(MqttClient client)
    {
        var handlers = new ConcurrentDictionary<string, TaskCompletionSource>(StringComparer.Ordinal);
        client.Register(new MqttTopicFilter("a", MqttQos.ExactlyOnce), m =>
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            handlers[Encoding.UTF8.GetString(m.Payload)[..1]] = done;
            return new ValueTask(done.Task);
        });
        return handlers;
    }

    private static async Task GrantAsync(RawClient peer, MqttVersion version = MqttVersion.V500)
    {
        var subscribe = (await peer.ReadAsync())!;
        Assert.Equal(0x82, subscribe[0]);
        var id = (ushort)(subscribe[2] << 8 | subscribe[3]);
        await peer.SendAsync(w => new MqttSubAck { PacketId = id, Reasons = [MqttReasonCode.GrantedQos2] }.Encode(w, version, MqttPacketType.SubAck));
    }
}
