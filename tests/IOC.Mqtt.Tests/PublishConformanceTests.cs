using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

/// <summary>What happens to a PUBLISH on its way (3.3 of both versions).</summary>
public class PublishConformanceTests
{
    private static readonly MqttProperties s_all = new()
    {
        PayloadFormatIndicator = 1,
        ContentType = "text/plain",
        ResponseTopic = "answer/here",
        CorrelationData = [0, 255, 1],
        UserProperties = [new("b", "2"), new("a", "1"), new("b", "2"), new("", "")],
    };

    [Fact]
    public async Task Every_property_passes_unaltered_and_in_order_live_retained_queued_and_in_wills()
    {
        await using var server = await TestServer.StartAsync();
        using var live = await server.RawAsync();
        await live.OpenAsync("live");
        await live.SubscribeAsync("#");
        var stored = await server.RawAsync();
        await stored.OpenAsync("stored", expiry: 600);
        await stored.SubscribeAsync("t");
        stored.Dispose();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("stored"), "the loss");
        var publisher = await server.RawAsync();
        await publisher.OpenAsync("p", will: new MqttWill { Topic = "w", Payload = "x"u8.ToArray(), Properties = s_all });
        await publisher.SendMessageAsync("t", "x", 1, 1, retain: true, properties: s_all);
        Check(await live.ReadMessageAsync());
        publisher.Dispose();
        Check(await live.ReadMessageAsync());

        using var late = await server.RawAsync();
        await late.OpenAsync("late");
        await late.SubscribeAsync("t");
        Check(await late.ReadMessageAsync());
        using var back = await server.RawAsync();
        await back.OpenAsync("stored", clean: false, expiry: 600);
        Check(await back.ReadMessageAsync());

        static void Check(RawMessage message)
        {
            var p = message.Properties!;
            Assert.Equal((byte)1, p.PayloadFormatIndicator);
            Assert.Equal("text/plain", p.ContentType);
            Assert.Equal("answer/here", p.ResponseTopic);
            Assert.Equal([0, 255, 1], p.CorrelationData);
            Assert.Equal(s_all.UserProperties, p.UserProperties);
            Assert.Null(p.MessageExpiryInterval);
            Assert.Null(p.SubscriptionIdentifiers);
        }
    }

    [Fact]
    public async Task An_empty_correlation_and_payload_format_0_are_kept_as_they_are()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.OpenAsync("c");
        await client.SubscribeAsync("t", 0);
        await client.SendMessageAsync("t", "", properties: new MqttProperties { PayloadFormatIndicator = 0, CorrelationData = [] });
        var p = (await client.ReadMessageAsync()).Properties!;
        Assert.Equal((byte)0, p.PayloadFormatIndicator);
        Assert.Equal([], p.CorrelationData!);
    }

    [Fact]
    public async Task An_expiry_is_counted_down_and_an_expired_message_is_not_sent()
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        var client = await server.RawAsync();
        await client.OpenAsync("c", expiry: 600);
        await client.SubscribeAsync("t");
        client.Dispose();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("c"), "the loss");
        using var publisher = await server.RawAsync();
        await publisher.OpenAsync("p");
        await publisher.SendMessageAsync("t", "short", 2, 1, properties: new MqttProperties { MessageExpiryInterval = 10 });
        await publisher.SendMessageAsync("t", "long", 2, 2, retain: true, properties: new MqttProperties { MessageExpiryInterval = 60 });
        await publisher.SendMessageAsync("t", "now", 1, 3, properties: new MqttProperties { MessageExpiryInterval = 0 });
        await publisher.PingAsync();
        time.Advance(TimeSpan.FromSeconds(20));

        using var back = await server.RawAsync();
        await back.OpenAsync("c", clean: false, expiry: 600);
        var message = Assert.Single(await back.MessagesAsync());
        Assert.Equal(("long", 40u), (message.Payload, message.Properties!.MessageExpiryInterval));
        using var late = await server.RawAsync();
        await late.OpenAsync("late");
        await late.SubscribeAsync("t", 0);
        message = await late.ReadMessageAsync();
        Assert.Equal(("long", true, 40u), (message.Payload, message.Retain, message.Properties!.MessageExpiryInterval));

        // The sequence of an expired QoS 2 message goes on all the same.
        await publisher.SendAsync(0x62, 2, 0, 1);
        Assert.Equal([0x70, 2, 0, 1], await publisher.ReadAsync());

        // A message that was sent is sent again whatever its expiry.
        time.Advance(TimeSpan.FromSeconds(60));
        back.Dispose();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("c"), "the loss");
        using var again = await server.RawAsync();
        await again.OpenAsync("c", clean: false, expiry: 600);
        message = await again.ReadMessageAsync();
        Assert.Equal(("long", true), (message.Payload, message.Dup));
        using var later = await server.RawAsync();
        await later.OpenAsync("later");
        await later.SubscribeAsync("t", 0);
        Assert.Empty(await later.MessagesAsync());
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task Retained_messages_are_kept_replaced_and_removed(MqttVersion version)
    {
        await using var server = await TestServer.StartAsync();
        using var publisher = await server.RawAsync();
        using var watcher = await server.RawAsync();
        await publisher.ConnectAsync("p", version);
        await watcher.ConnectAsync("w", version);
        await watcher.SubscribeAsync("t", 2, version);

        Assert.Equal([("1", false)], await Publish("1", retain: true, qos: 2));
        Assert.Equal([("1", true, 2)], await Retained());

        // Without the flag nothing is stored or replaced; QoS 0 with the flag replaces.
        Assert.Equal([("2", false)], await Publish("2", retain: false, qos: 1));
        Assert.Equal([("1", true, 2)], await Retained());
        Assert.Equal([("3", false)], await Publish("3", retain: true, qos: 0));
        Assert.Equal([("3", true, 0)], await Retained());

        // The end of the session that published it does not end it.
        publisher.Dispose();
        await Eventually.HoldsAsync(() => server.Server.SessionCount == 1, "the end of the session");
        Assert.Equal([("3", true, 0)], await Retained());

        // Nothing in it removes it, and is passed on as any other message.
        using var other = await server.RawAsync();
        await other.ConnectAsync("o", version);
        await other.SendMessageAsync("t", "", retain: true, version: version);
        await other.PingAsync();
        Assert.Equal(("", false), Assert.Single((await watcher.MessagesAsync(version)).Select(m => (m.Payload, m.Retain))));
        Assert.Empty(await Retained());
        Assert.Equal(0, server.Server.RetainedCount);

        async Task<(string, bool)[]> Publish(string payload, bool retain, int qos)
        {
            await publisher.SendMessageAsync("t", payload, qos, (ushort)qos, retain, version: version);
            if (qos > 0)
            {
                await publisher.ReadAsync();
                if (qos == 2)
                {
                    await publisher.SendAsync(0x62, 2, 0, 2);
                    await publisher.ReadAsync();
                }
            }

            await publisher.PingAsync();
            return [.. (await watcher.MessagesAsync(version)).Select(m => (m.Payload, m.Retain))];
        }

        async Task<(string, bool, int)[]> Retained()
        {
            using var late = await server.RawAsync();
            await late.ConnectAsync("late", version);
            await late.SubscribeAsync("+", 2, version);
            return [.. (await late.MessagesAsync(version)).Select(m => (m.Payload, m.Retain, m.Qos))];
        }
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task The_dup_flag_of_a_publisher_is_not_passed_on(MqttVersion version)
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.ConnectAsync("c", version);
        await client.SubscribeAsync("t", 2, version);
        await client.SendMessageAsync("t", "1", 1, 5, dup: true, version: version);
        await client.SendMessageAsync("t", "2", 2, 6, dup: true, version: version);
        var packets = new[] { await client.ReadAsync(), await client.ReadAsync(), await client.ReadAsync(), await client.ReadAsync() };
        var messages = packets.Where(p => p![0] >> 4 == 3).Select(p => RawClientExtensions.Message(p!, version)).ToList();
        Assert.Equal([("1", false), ("2", false)], messages.Select(m => (m.Payload, m.Dup)));
        Assert.Equal(2, messages.Select(m => m.Id).Distinct().Count());
        Assert.DoesNotContain(messages, m => m.Id == 0);
    }

    [Fact]
    public async Task Messages_of_one_client_to_one_topic_stay_in_order_for_each_qos()
    {
        await using var server = await TestServer.StartAsync();
        using var subscriber = await server.RawAsync();
        await subscriber.OpenAsync("s");
        await subscriber.SubscribeAsync("t");
        await using var publisher = await server.ConnectAsync("p", MqttVersion.V500);
        for (var i = 0; i < 30; i++)
        {
            await publisher.PublishAsync("t", System.Text.Encoding.UTF8.GetBytes($"{i:D2}"), (MqttQos)(i % 3));
        }

        var messages = await subscriber.MessagesAsync();
        Assert.Equal(30, messages.Length);
        foreach (var qos in messages.GroupBy(m => m.Qos))
        {
            Assert.Equal(qos.Select(m => m.Payload).Order(StringComparer.Ordinal), qos.Select(m => m.Payload));
        }
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task Topics_of_the_server_are_nobodys_to_publish_to(MqttVersion version)
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.ConnectAsync("c", version);
        await client.SubscribeAsync("$SYS/#", 1, version);
        await client.SubscribeAsync("$own/#", 1, version);
        await client.SubscribeAsync("#", 1, version);
        await client.SubscribeAsync("+/a", 1, version);
        await client.SendMessageAsync("$SYS/a", "x", 1, 1, version: version);
        Assert.Equal(version == MqttVersion.V500 ? [0x40, 3, 0, 1, 0x87] : [0x40, 2, 0, 1], await client.ReadAsync());
        Assert.Empty(await client.PingAsync());
        await client.SendMessageAsync("$own/a", "x", version: version);
        Assert.Equal("$own/a", Assert.Single(await client.MessagesAsync(version)).Topic);
    }

    [Fact]
    public async Task Topics_are_compared_byte_by_byte_up_to_the_longest()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.OpenAsync("c");
        var longest = string.Join('/', Enumerable.Repeat(new string('x', 655), 99)).PadRight(65_535, 'y');
        foreach (var topic in new[] { "accounts", "Accounts", " accounts", "accounts/", "/accounts", "//", "/", "caf\u00e9", "cafe\u0301", "\U0001F600/\u0001", longest })
        {
            await client.SubscribeAsync(topic, 0);
            await client.SendMessageAsync(topic, "x");
            Assert.Equal(topic, (await client.ReadMessageAsync()).Topic);
            Assert.Empty(await client.PingAsync());
        }

        Assert.Equal(11, server.Server.SubscriptionCount);
    }
}
