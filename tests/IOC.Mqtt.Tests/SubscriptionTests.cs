using System.Text;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

public class SubscriptionTests
{
    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("#", "a/b", true)]
    [InlineData("#", "$x/b", false)]
    [InlineData("+/b", "$x/b", false)]
    [InlineData("$x/+", "$x/b", true)]
    [InlineData("a/+", "a/b/c", false)]
    public async Task Messages_go_to_matching_filters(string filter, string topic, bool expected)
    {
        await using var server = await TestServer.StartAsync();
        await using var subscriber = await server.ConnectAsync("s");
        var inbox = new Inbox();
        await subscriber.SubscribeAsync(filter, MqttQos.AtLeastOnce, inbox.Add);
        await subscriber.SubscribeAsync("end", MqttQos.AtLeastOnce, inbox.Add);
        await using var publisher = await server.ConnectAsync("p");
        await publisher.PublishAsync(topic, "x"u8.ToArray());
        await publisher.PublishAsync("end", "end"u8.ToArray());
        await Eventually.HoldsAsync(() => inbox.Texts.Contains("end"), "the last message");
        Assert.Equal(expected, inbox.Texts.Contains("x"));
    }

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task The_lower_qos_counts(MqttQos subscribed)
    {
        await using var server = await TestServer.StartAsync();
        await using var subscriber = await server.ConnectAsync("s");
        var inbox = new Inbox();
        Assert.Equal((int)subscribed, (int)await subscriber.SubscribeAsync("t", subscribed, inbox.Add));
        foreach (var qos in Enum.GetValues<MqttQos>())
        {
            await server.Server.PublishAsync("t", Encoding.UTF8.GetBytes($"{(int)qos}"), qos);
        }

        foreach (var message in await inbox.WaitAsync(3))
        {
            Assert.Equal(Math.Min((int)subscribed, message.Payload[0] - '0'), (int)message.Qos);
        }
    }

    [Fact]
    public async Task Overlapping_subscriptions_give_one_message_with_the_highest_qos_and_all_identifiers()
    {
        await using var server = await TestServer.StartAsync();
        using var raw = await server.RawAsync();
        await raw.ConnectAsync(version: MqttVersion.V500);
        await raw.SendAsync(w => Subscribe(1, "a/+", MqttQos.AtMostOnce, 5).Encode(w, MqttVersion.V500));
        await raw.SendAsync(w => Subscribe(2, "a/#", MqttQos.AtLeastOnce, 6).Encode(w, MqttVersion.V500));
        await raw.PingAsync();
        await server.Server.PublishAsync("a/b", "x"u8.ToArray(), MqttQos.AtLeastOnce);
        var packet = await raw.ReadAsync();
        MqttPublishView.TryDecode(new MqttFrame(packet![0], packet.AsSpan(2)), MqttVersion.V500, true, out var p, out _);
        Assert.Equal(MqttQos.AtLeastOnce, p.Qos);
        Assert.Equal([5u, 6u], p.ReadProperties()!.SubscriptionIdentifiers!.Order());
        Assert.Empty(await raw.PingAsync());
    }

    [Fact]
    public async Task After_an_unsubscribe_nothing_comes()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.ConnectAsync("s");
        var inbox = new Inbox();
        await client.SubscribeAsync("a", MqttQos.AtLeastOnce, inbox.Add);
        await client.SubscribeAsync("b", MqttQos.AtLeastOnce, inbox.Add);
        await client.PublishAsync("a", "1"u8.ToArray());
        await inbox.WaitAsync(1);
        await client.UnsubscribeAsync("a");
        Assert.Equal(1, server.Server.SubscriptionCount);
        await client.PublishAsync("a", "2"u8.ToArray());
        await client.PublishAsync("b", "3"u8.ToArray());
        await inbox.WaitAsync(2);
        Assert.Equal(["1", "3"], inbox.Texts);
    }

    [Theory]
    [InlineData("a/#/b", MqttReasonCode.TopicFilterInvalid)]
    [InlineData("a+", MqttReasonCode.TopicFilterInvalid)]
    [InlineData("$share/g", MqttReasonCode.TopicFilterInvalid)]
    [InlineData("$share//a", MqttReasonCode.TopicFilterInvalid)]
    [InlineData("$share/g/", MqttReasonCode.TopicFilterInvalid)]
    [InlineData("$share/g+/a", MqttReasonCode.TopicFilterInvalid)]
    [InlineData("$share/g/a/#/b", MqttReasonCode.TopicFilterInvalid)]
    [InlineData("", MqttReasonCode.TopicFilterInvalid)]
    public async Task A_wrong_filter_gets_its_reason_and_keeps_the_connection(string filter, MqttReasonCode reason)
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.ConnectAsync("s", MqttVersion.V500);
        Assert.Equal(reason, await client.SubscribeAsync(filter, MqttQos.AtMostOnce, _ => { }));
        Assert.Equal(MqttReasonCode.Success, await client.SubscribeAsync("fine", MqttQos.AtMostOnce, _ => { }));
    }

    [Fact]
    public async Task No_local_keeps_own_messages_away()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.ConnectAsync("s", MqttVersion.V500);
        await using var other = await server.ConnectAsync("o", MqttVersion.V500);
        var inbox = new Inbox();
        await client.SubscribeAsync(new MqttTopicFilter("a", MqttQos.AtLeastOnce, NoLocal: true), inbox.Add);
        await client.PublishAsync("a", "own"u8.ToArray());
        await other.PublishAsync("a", "other"u8.ToArray());
        await inbox.WaitAsync(1);
        Assert.Equal(["other"], inbox.Texts);
    }

    [Fact]
    public async Task Message_properties_reach_a_subscriber_of_5_0()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.ConnectAsync("s", MqttVersion.V500);
        var inbox = new Inbox();
        await client.SubscribeAsync("a", MqttQos.AtLeastOnce, inbox.Add);
        await client.PublishAsync("a", "x"u8.ToArray(), properties: new MqttProperties
        {
            ContentType = "json",
            ResponseTopic = "r",
            CorrelationData = [1],
            MessageExpiryInterval = 60,
            UserProperties = [new("k", "v")],
        });
        var p = (await inbox.WaitAsync(1))[0].Properties!;
        Assert.Equal("json", p.ContentType);
        Assert.Equal("r", p.ResponseTopic);
        Assert.Equal([1], p.CorrelationData);
        Assert.InRange(p.MessageExpiryInterval!.Value, 50u, 60u);
        Assert.Equal([new("k", "v")], p.UserProperties);
    }

    [Fact]
    public async Task A_topic_alias_stands_for_its_topic()
    {
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink);
        using var raw = await server.RawAsync();
        await raw.ConnectAsync(version: MqttVersion.V500);
        await raw.SendAsync(0x30, 8, 0, 1, (byte)'t', 3, 0x23, 0, 1, (byte)'1');
        await raw.SendAsync(0x30, 7, 0, 0, 3, 0x23, 0, 1, (byte)'2');
        await raw.PingAsync();
        Assert.Equal(["t=1", "t=2"], sink.All.Select(s => $"{s.Topic}={s.Payload}"));
        await raw.SendAsync(0x30, 7, 0, 0, 3, 0x23, 0, 2, (byte)'3');
        Assert.Equal(0x82, await raw.ReadDisconnectAsync());
    }

    [Fact]
    public async Task The_sink_sees_the_content_type()
    {
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink);
        await using var client = await server.ConnectAsync("s", MqttVersion.V500);
        await client.PublishAsync("a", "x"u8.ToArray(), properties: new MqttProperties { ContentType = "application/senml+json" });
        Assert.Equal("application/senml+json", sink.All[0].ContentType);
    }

    [Fact]
    public async Task What_the_sink_does_not_forward_reaches_nobody()
    {
        var sink = new RecordingSink { Answer = s => s.Topic == "quiet" ? default : PublishVerdict.Accepted };
        await using var server = await TestServer.StartAsync(sink: sink);
        await using var client = await server.ConnectAsync("s");
        var inbox = new Inbox();
        await client.SubscribeAsync("#", MqttQos.AtLeastOnce, inbox.Add);
        await client.PublishAsync("quiet", "1"u8.ToArray(), retain: true);
        await client.PublishAsync("loud", "2"u8.ToArray());
        await inbox.WaitAsync(1);
        Assert.Equal(["2"], inbox.Texts);
        Assert.Equal(0, server.Server.RetainedCount);
    }

    private static MqttSubscribe Subscribe(ushort id, string filter, MqttQos qos, uint identifier) => new()
    {
        PacketId = id,
        Filters = [new MqttTopicFilter(filter, qos)],
        Properties = new MqttProperties { SubscriptionIdentifiers = [identifier] },
    };
}
