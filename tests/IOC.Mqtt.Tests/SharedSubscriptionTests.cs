using System.Globalization;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

/// <summary>Shared subscriptions (5.0, 4.8.2).</summary>
public class SharedSubscriptionTests
{
    [Fact]
    public async Task Each_message_goes_to_one_member_and_all_members_get_some()
    {
        await using var server = await TestServer.StartAsync();
        var members = new List<RawClient>();
        for (var i = 0; i < 3; i++)
        {
            members.Add(await server.RawAsync());
            await members[i].OpenAsync($"m{i}");
            Assert.Equal(1, await members[i].SubscribeAsync("$share/g/a/+", 1, identifier: (uint)i + 1));
        }

        using var other = await server.RawAsync();
        await other.OpenAsync("other");
        await other.SubscribeAsync("$share/h/a/#", 0);
        using var plain = await server.RawAsync();
        await plain.OpenAsync("plain");
        await plain.SubscribeAsync("a/1", 0);
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(3, await server.Server.PublishAsync("a/1", System.Text.Encoding.UTF8.GetBytes($"{i}"), MqttQos.ExactlyOnce));
        }

        var got = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var own = await members[i].MessagesAsync();
            Assert.Equal(10, own.Length);
            Assert.All(own, m => Assert.Equal((1, (uint)i + 1), (m.Qos, m.Properties!.SubscriptionIdentifiers!.Single())));
            got.AddRange(own.Select(m => m.Payload));
        }

        members.ForEach(m => m.Dispose());
        Assert.Equal(Enumerable.Range(0, 30), got.Select(g => int.Parse(g, CultureInfo.InvariantCulture)).Order());
        Assert.Equal(30, (await other.MessagesAsync()).Length);
        Assert.Equal(30, (await plain.MessagesAsync()).Length);
    }

    [Fact]
    public async Task A_client_with_a_plain_subscription_too_gets_both_copies()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.OpenAsync("c");
        await client.SubscribeAsync("$share/g/a", 0);
        await client.SubscribeAsync("a", 0);
        await server.Server.PublishAsync("a", "x"u8.ToArray());
        Assert.Equal(2, (await client.MessagesAsync()).Length);
    }

    [Fact]
    public async Task Retained_messages_are_not_sent_but_new_ones_keep_their_flag_when_asked()
    {
        await using var server = await TestServer.StartAsync();
        await server.Server.PublishAsync("a", "old"u8.ToArray(), retain: true);
        using var client = await server.RawAsync();
        await client.OpenAsync("c");
        await client.SubscribeAsync(new MqttTopicFilter("$share/g/a", RetainAsPublished: true));
        Assert.Empty(await client.MessagesAsync());
        await server.Server.PublishAsync("a", "new"u8.ToArray(), retain: true);
        Assert.True(Assert.Single(await client.MessagesAsync()).Retain);
    }

    [Fact]
    public async Task After_an_unsubscribe_the_others_get_everything()
    {
        await using var server = await TestServer.StartAsync();
        using var first = await server.RawAsync();
        using var second = await server.RawAsync();
        await first.OpenAsync("first");
        await second.OpenAsync("second");
        await first.SubscribeAsync("$share/g/a", 0);
        await second.SubscribeAsync("$share/g/a", 0);
        Assert.Equal(0x11, await first.UnsubscribeAsync("$share/h/a"));
        Assert.Equal(0x11, await first.UnsubscribeAsync("a"));
        Assert.Equal(0x00, await first.UnsubscribeAsync("$share/g/a"));
        Assert.Equal(0x11, await first.UnsubscribeAsync("$share/g/a"));
        for (var i = 0; i < 4; i++)
        {
            await server.Server.PublishAsync("a", "x"u8.ToArray());
        }

        Assert.Empty(await first.MessagesAsync());
        Assert.Equal(4, (await second.MessagesAsync()).Length);
        await second.UnsubscribeAsync("$share/g/a");
        Assert.Equal(0, server.Server.SubscriptionCount);
        Assert.Equal(0, await server.Server.PublishAsync("a", "x"u8.ToArray()));
    }

    [Fact]
    public async Task A_member_that_is_away_is_passed_over_until_nobody_else_is_there()
    {
        await using var server = await TestServer.StartAsync();
        using var here = await server.RawAsync();
        await here.OpenAsync("here");
        await here.SubscribeAsync("$share/g/a", 1);
        var away = await server.RawAsync();
        await away.OpenAsync("away", expiry: 600);
        await away.SubscribeAsync("$share/g/a", 1);
        away.Dispose();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("away"), "the loss");
        for (var i = 0; i < 4; i++)
        {
            await server.Server.PublishAsync("a", "x"u8.ToArray(), MqttQos.AtLeastOnce);
        }

        Assert.Equal(4, (await here.MessagesAsync()).Length);
        await here.UnsubscribeAsync("$share/g/a");
        await server.Server.PublishAsync("a", "y"u8.ToArray(), MqttQos.AtLeastOnce);
        Assert.Equal(0, await server.Server.PublishAsync("a", "qos 0"u8.ToArray()));
        using var back = await server.RawAsync();
        Assert.True((await back.OpenAsync("away", clean: false, expiry: 600)).SessionPresent);
        Assert.Equal("y", Assert.Single(await back.MessagesAsync()).Payload);
    }

    [Fact]
    public async Task What_a_member_did_not_answer_goes_to_another_when_its_session_ends_but_not_qos_2()
    {
        await using var server = await TestServer.StartAsync();
        var lost = await server.RawAsync();
        await lost.OpenAsync("lost", properties: new MqttProperties { ReceiveMaximum = 2 });
        await lost.SubscribeAsync("$share/g/a", 2);
        await server.Server.PublishAsync("a", "one"u8.ToArray(), MqttQos.AtLeastOnce);
        await server.Server.PublishAsync("a", "two"u8.ToArray(), MqttQos.ExactlyOnce);
        await server.Server.PublishAsync("a", "three"u8.ToArray(), MqttQos.ExactlyOnce);
        Assert.Equal(["one", "two"], (await lost.MessagesAsync()).Select(m => m.Payload));
        using var other = await server.RawAsync();
        await other.OpenAsync("other");
        await other.SubscribeAsync("$share/g/a", 2);
        lost.Dispose();
        Assert.Equal("one", (await other.ReadMessageAsync()).Payload);
        Assert.Equal("three", (await other.ReadMessageAsync()).Payload);
        Assert.Empty(await other.MessagesAsync());
    }

    [Fact]
    public async Task A_qos_2_message_is_finished_with_its_member_when_that_returns()
    {
        await using var server = await TestServer.StartAsync();
        var member = await server.RawAsync();
        await member.OpenAsync("member", expiry: 600);
        await member.SubscribeAsync("$share/g/a", 2);
        await server.Server.PublishAsync("a", "x"u8.ToArray(), MqttQos.ExactlyOnce);
        await member.ReadMessageAsync();
        member.Dispose();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("member"), "the loss");
        using var other = await server.RawAsync();
        await other.OpenAsync("other");
        await other.SubscribeAsync("$share/g/a", 2);
        using var back = await server.RawAsync();
        await back.OpenAsync("member", clean: false, expiry: 600);
        var again = await back.ReadMessageAsync();
        Assert.Equal(("x", true), (again.Payload, again.Dup));
        Assert.Empty(await other.MessagesAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_message_that_a_member_refuses_goes_to_nobody_else(int qos)
    {
        await using var server = await TestServer.StartAsync();
        using var first = await server.RawAsync();
        await first.OpenAsync("first");
        await first.SubscribeAsync("$share/g/a", 2);
        await server.Server.PublishAsync("a", "x"u8.ToArray(), (MqttQos)qos);
        var message = await first.ReadMessageAsync();
        using var second = await server.RawAsync();
        await second.OpenAsync("second");
        await second.SubscribeAsync("$share/g/a", 2);
        await first.SendAsync(qos == 1 ? (byte)0x40 : (byte)0x50, 3, 0, (byte)message.Id, 0x97);
        Assert.Empty(await first.PingAsync());
        first.Dispose();
        await Eventually.HoldsAsync(() => server.Server.SessionCount == 1, "the end of the session");
        Assert.Empty(await second.MessagesAsync());
    }

    [Fact]
    public async Task A_full_member_is_passed_over_and_a_full_group_drops_and_counts()
    {
        await using var server = await TestServer.StartAsync(o => o.MaxQueuedMessages = 2);
        using var slow = await server.RawAsync();
        await slow.OpenAsync("slow", properties: new MqttProperties { ReceiveMaximum = 1 });
        await slow.SubscribeAsync("$share/g/a", 1);
        using var other = await server.RawAsync();
        await other.OpenAsync("other", properties: new MqttProperties { ReceiveMaximum = 1 });
        await other.SubscribeAsync("$share/g/a", 1);
        for (var i = 0; i < 6; i++)
        {
            // One on its way and two queued for each.
            Assert.Equal(1, await server.Server.PublishAsync("a", "x"u8.ToArray(), MqttQos.AtLeastOnce));
            await slow.PingAsync();
            await other.PingAsync();
        }

        Assert.Equal(0, await server.Server.PublishAsync("a", "x"u8.ToArray(), MqttQos.AtLeastOnce));
        Assert.Equal(1, server.Server.Counters.DroppedQueued);
    }
}
