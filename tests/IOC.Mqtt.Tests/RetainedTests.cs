using System.Globalization;
using System.Text;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

public class RetainedTests
{
    [Fact]
    public async Task A_new_subscription_gets_the_last_retained_message()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.ConnectAsync("s");
        await client.PublishAsync("a/b", "1"u8.ToArray(), retain: true);
        await client.PublishAsync("a/b", "2"u8.ToArray(), retain: true);
        await client.PublishAsync("a/c", "3"u8.ToArray());
        var exact = new Inbox();
        await client.SubscribeAsync("a/b", MqttQos.AtLeastOnce, exact.Add);
        await exact.WaitAsync(1);
        await using var other = await server.ConnectAsync("o");
        var wild = new Inbox();
        await other.SubscribeAsync("a/+", MqttQos.AtMostOnce, wild.Add);
        var message = Assert.Single(await wild.WaitAsync(1));
        Assert.True(message.Retain);
        Assert.Equal(MqttQos.AtMostOnce, message.Qos);
        Assert.Equal(["2"], wild.Texts);
    }

    [Fact]
    public async Task A_message_to_an_existing_subscription_is_not_flagged_unless_asked()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.ConnectAsync("s", MqttVersion.V500);
        var plain = new Inbox();
        var asPublished = new Inbox();
        await client.SubscribeAsync(new MqttTopicFilter("a"), plain.Add);
        await using var other = await server.ConnectAsync("o", MqttVersion.V500);
        await other.SubscribeAsync(new MqttTopicFilter("a", RetainAsPublished: true), asPublished.Add);
        await client.PublishAsync("a", "1"u8.ToArray(), retain: true);
        Assert.False((await plain.WaitAsync(1))[0].Retain);
        Assert.True((await asPublished.WaitAsync(1))[0].Retain);
    }

    [Fact]
    public async Task An_empty_payload_removes_it()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.ConnectAsync("s");
        await client.PublishAsync("a", "1"u8.ToArray(), retain: true);
        Assert.Equal(1, server.Server.RetainedCount);
        await client.PublishAsync("a", default, retain: true);
        Assert.Equal(0, server.Server.RetainedCount);
    }

    [Fact]
    public async Task An_expired_message_is_gone()
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        await using var client = await server.ConnectAsync("s", MqttVersion.V500);
        await client.PublishAsync("a", "1"u8.ToArray(), retain: true, properties: new MqttProperties { MessageExpiryInterval = 10 });
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(1, server.Server.RetainedCount);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, server.Server.RetainedCount);
    }

    [Fact]
    public async Task Retain_handling_is_followed()
    {
        await using var server = await TestServer.StartAsync();
        await server.Server.PublishAsync("a", "r"u8.ToArray(), retain: true);
        await using var client = await server.ConnectAsync("s", MqttVersion.V500);
        var never = new Inbox();
        var ifNew = new Inbox();
        await client.SubscribeAsync(new MqttTopicFilter("a", RetainHandling: MqttRetainHandling.DoNotSend), never.Add);
        await client.SubscribeAsync(new MqttTopicFilter("a", RetainHandling: MqttRetainHandling.SendIfNew), ifNew.Add);
        await client.SubscribeAsync(new MqttTopicFilter("end"), never.Add);
        await server.Server.PublishAsync("end", "end"u8.ToArray());
        await never.WaitAsync(1);
        Assert.Equal(["end"], never.Texts);
        Assert.Empty(ifNew.Texts);
    }

    [Fact]
    public async Task A_wide_filter_gets_more_retained_messages_than_a_queue_holds()
    {
        await using var server = await TestServer.StartAsync(o => o.MaxQueuedMessages = 10);
        for (var i = 0; i < 3000; i++)
        {
            await server.Server.PublishAsync($"s/{i}", Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)), MqttQos.AtLeastOnce, retain: true);
        }

        await using var client = await server.ConnectAsync("s");
        var inbox = new Inbox();
        await client.SubscribeAsync("#", MqttQos.AtLeastOnce, inbox.Add);
        Assert.Equal(3000, (await inbox.WaitAsync(3000)).Select(m => m.Topic).Distinct().Count());
        Assert.Equal(0, server.Server.Counters.DroppedQueued);
    }

    [Fact]
    public async Task Too_many_are_refused_and_counted()
    {
        await using var server = await TestServer.StartAsync(o => o.MaxRetainedMessages = 2);
        for (var i = 0; i < 5; i++)
        {
            await server.Server.PublishAsync($"{i}", "x"u8.ToArray(), retain: true);
        }

        Assert.Equal(2, server.Server.RetainedCount);
        Assert.Equal(3, server.Server.Counters.RetainedRefused);
    }
}
