using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

/// <summary>SUBSCRIBE, UNSUBSCRIBE and what subscriptions match (3.8 to 3.11 and 4.7 of both versions).</summary>
public class SubscribeConformanceTests
{
    /// <summary>Filter, topic and whether they match; from 4.7 of the standard and around its edges.</summary>
    public static TheoryData<string, string, bool> Filters => new()
    {
        { "sport/tennis/player1/#", "sport/tennis/player1", true },
        { "sport/tennis/player1/#", "sport/tennis/player1/ranking", true },
        { "sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true },
        { "sport/tennis/player1/#", "sport/tennis/player10", false },
        { "sport/#", "sport", true },
        { "#", "/", true },
        { "sport/tennis/+", "sport/tennis/player1", true },
        { "sport/tennis/+", "sport/tennis/player1/ranking", false },
        { "sport/+", "sport", false },
        { "sport/+", "sport/", true },
        { "+/+", "/finance", true },
        { "/+", "/finance", true },
        { "+", "/finance", false },
        { "+", "finance", true },
        { "+/tennis/#", "sport/tennis", true },
        { "sport/+/player1", "sport/tennis/player1", true },
        { "sport/+/player1", "sport//player1", true },
        { "/", "/", true },
        { "/#", "/", true },
        { "/#", "a", false },
        { "+/+/+", "//", true },
        { "a/+/#", "a/b", true },
        { "a/+/#", "a", false },
        { "#", "$own/monitor", false },
        { "+/monitor", "$own/monitor", false },
        { "+/#", "$own/monitor", false },
        { "$own/#", "$own/monitor", true },
        { "$own/+", "$own/monitor", true },
        { "a/+", "a/$own", true },
        { "a/#", "a/$own/b", true },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task A_filter_matches_what_it_should_live_and_retained(string filter, string topic, bool matches)
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.OpenAsync("c");
        await client.SubscribeAsync(filter, 0);
        await client.SendMessageAsync(topic, "x", retain: true);
        Assert.Equal(matches ? 1 : 0, (await client.MessagesAsync()).Length);
        using var late = await server.RawAsync();
        await late.OpenAsync("late");
        await late.SubscribeAsync(filter, 0);
        Assert.Equal(matches ? 1 : 0, (await late.MessagesAsync()).Length);
    }

    [Theory]
    [InlineData(MqttVersion.V311, 0x80)]
    [InlineData(MqttVersion.V500, 0x8F)]
    public async Task Wildcards_in_wrong_places_are_refused(MqttVersion version, int reason)
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.ConnectAsync("c", version);
        foreach (var filter in new[] { "sport/tennis#", "sport/tennis/#/ranking", "sport+", "#/a", "##", "+a/b", "a/b+", "a#", "" })
        {
            Assert.Equal(reason, await client.SubscribeAsync(filter, 0, version));
        }

        Assert.Equal(0, server.Server.SubscriptionCount);
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task Many_filters_are_answered_together_and_in_order(MqttVersion version)
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.ConnectAsync("c", version);
        var v5 = version == MqttVersion.V500;
        await client.SendAsync(w => new MqttSubscribe
        {
            PacketId = 0x1234,
            Filters = [new("a", MqttQos.ExactlyOnce), new("b/#/c"), new("b", MqttQos.AtLeastOnce), new("c"), new("a", MqttQos.AtLeastOnce)],
        }.Encode(w, version));
        Assert.Equal(
            v5 ? [0x12, 0x34, 2, 0x8F, 1, 0, 1] : [0x12, 0x34, 2, 0x80, 1, 0, 1],
            WithoutProperties(await client.ReadAsync(), v5));
        Assert.Equal(3, server.Server.SubscriptionCount);
        await client.SendAsync(w => new MqttUnsubscribe { PacketId = 0x4321, Filters = ["b", "x", "A", "a", "a"] }.Encode(w, version));
        Assert.Equal(v5 ? [0x43, 0x21, 0, 0x11, 0x11, 0, 0x11] : [0x43, 0x21], WithoutProperties(await client.ReadAsync(), v5));
        Assert.Equal(1, server.Server.SubscriptionCount);

        static byte[] WithoutProperties(byte[]? packet, bool v5) => v5 ? [.. packet!.AsSpan(2, 2), .. packet!.AsSpan(5 + packet![4])] : packet![2..];
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task The_same_filter_replaces_the_subscription_and_brings_the_retained_message_again(MqttVersion version)
    {
        await using var server = await TestServer.StartAsync();
        await server.Server.PublishAsync("t", "r"u8.ToArray(), MqttQos.ExactlyOnce, retain: true);
        using var client = await server.RawAsync();
        await client.ConnectAsync("c", version);
        foreach (var qos in new[] { 0, 2, 1 })
        {
            Assert.Equal(qos, await client.SubscribeAsync("t", qos, version));
            var retained = Assert.Single(await client.MessagesAsync(version));
            Assert.Equal((true, qos), (retained.Retain, retained.Qos));
        }

        Assert.Equal(1, server.Server.SubscriptionCount);
        await server.Server.PublishAsync("t", "x"u8.ToArray(), MqttQos.ExactlyOnce);
        var message = Assert.Single(await client.MessagesAsync(version));
        Assert.Equal((false, 1), (message.Retain, message.Qos));
    }

    [Fact]
    public async Task Retain_handling_says_when_retained_messages_come()
    {
        await using var server = await TestServer.StartAsync();
        await server.Server.PublishAsync("t", "r"u8.ToArray(), retain: true);
        using var client = await server.RawAsync();
        await client.OpenAsync("c");
        Assert.Equal(0, await Count(MqttRetainHandling.DoNotSend));
        Assert.Equal(0, await Count(MqttRetainHandling.SendIfNew));
        Assert.Equal(1, await Count(MqttRetainHandling.Send));
        await client.UnsubscribeAsync("t");
        Assert.Equal(1, await Count(MqttRetainHandling.SendIfNew));
        Assert.Equal(0, await Count(MqttRetainHandling.SendIfNew));
        await client.UnsubscribeAsync("t");
        Assert.Equal(0, await Count(MqttRetainHandling.DoNotSend));

        async Task<int> Count(MqttRetainHandling handling)
        {
            await client.SubscribeAsync(new MqttTopicFilter("t", RetainHandling: handling));
            return (await client.MessagesAsync()).Length;
        }
    }

    [Fact]
    public async Task The_retain_flag_is_passed_on_as_the_subscription_says()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.OpenAsync("c");
        foreach (var asPublished in new[] { true, false })
        {
            await client.SubscribeAsync(new MqttTopicFilter("t", RetainAsPublished: asPublished, RetainHandling: MqttRetainHandling.DoNotSend));
            await client.SendMessageAsync("t", "x", retain: true);
            Assert.Equal(asPublished, (await client.ReadMessageAsync()).Retain);
            await client.SendMessageAsync("t", "x", retain: false);
            Assert.False((await client.ReadMessageAsync()).Retain);
        }
    }

    [Fact]
    public async Task Identifiers_of_all_matching_subscriptions_come_with_a_message_and_the_new_one_after_a_change()
    {
        await using var server = await TestServer.StartAsync();
        await server.Server.PublishAsync("a/b", "r"u8.ToArray(), retain: true);
        using var client = await server.RawAsync();
        await client.OpenAsync("c", expiry: 600);
        await client.SubscribeAsync("a/b", 0, identifier: 1);
        Assert.Equal([1u], (await client.ReadMessageAsync()).Properties!.SubscriptionIdentifiers);
        await client.SubscribeAsync("a/+", 2, identifier: 268_435_455);
        Assert.Equal([268_435_455u], (await client.ReadMessageAsync()).Properties!.SubscriptionIdentifiers);
        await client.SubscribeAsync("a/#", 1);
        Assert.Null((await client.ReadMessageAsync()).Properties);
        await client.SendMessageAsync("a/b", "x", 2, 1);
        Assert.Equal(0x50, (await client.ReadAsync())![0]);
        var message = Assert.Single(await client.MessagesAsync());
        Assert.Equal(2, message.Qos);
        Assert.Equal([1u, 268_435_455u], message.Properties!.SubscriptionIdentifiers!.Order());
        await client.SubscribeAsync(new MqttTopicFilter("a/b", RetainHandling: MqttRetainHandling.DoNotSend), identifier: 7);
        await client.SubscribeAsync(new MqttTopicFilter("a/+", RetainHandling: MqttRetainHandling.DoNotSend));
        await server.Server.PublishAsync("a/b", "y"u8.ToArray());
        Assert.Equal([7u], (await client.ReadMessageAsync()).Properties!.SubscriptionIdentifiers);

        // They stay with a stored session.
        client.Dispose();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("c"), "the loss");
        using var back = await server.RawAsync();
        await back.OpenAsync("c", clean: false, expiry: 600);
        await back.MessagesAsync();
        await server.Server.PublishAsync("a/b", "z"u8.ToArray());
        Assert.Equal([7u], (await back.ReadMessageAsync()).Properties!.SubscriptionIdentifiers);
    }

    [Fact]
    public async Task Own_messages_are_excluded_from_the_subscriptions_that_say_so_only()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.OpenAsync("c");
        await client.SubscribeAsync(new MqttTopicFilter("a/+", MqttQos.ExactlyOnce, NoLocal: true), identifier: 1);
        await client.SendMessageAsync("a/b", "own");
        Assert.Empty(await client.MessagesAsync());
        await client.SubscribeAsync(new MqttTopicFilter("a/b", MqttQos.AtMostOnce), identifier: 2);
        await client.SendMessageAsync("a/b", "own", 1, 1);
        var packets = new[] { await client.ReadAsync(), await client.ReadAsync() };
        var own = RawClientExtensions.Message(packets.Single(p => p![0] >> 4 == 3)!, MqttVersion.V500);
        Assert.Equal(0, own.Qos);
        Assert.Equal([2u], own.Properties!.SubscriptionIdentifiers);
        using var other = await server.RawAsync();
        await other.OpenAsync("other");
        await other.SendMessageAsync("a/b", "other", 2, 1);
        var theirs = await client.ReadMessageAsync();
        Assert.Equal(2, theirs.Qos);
        Assert.Equal([1u, 2u], theirs.Properties!.SubscriptionIdentifiers!.Order());
    }

    [Fact]
    public async Task A_delivery_that_has_begun_is_finished_after_an_unsubscribe()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.OpenAsync("c");
        await client.SubscribeAsync("t", 2);
        await server.Server.PublishAsync("t", "x"u8.ToArray(), MqttQos.ExactlyOnce);
        var id = (byte)(await client.ReadMessageAsync()).Id;
        await client.UnsubscribeAsync("t");
        await server.Server.PublishAsync("t", "y"u8.ToArray(), MqttQos.ExactlyOnce);
        await client.SendAsync(0x50, 2, 0, id);
        Assert.Equal([0x62, 2, 0, id], await client.ReadAsync());
        await client.SendAsync(0x70, 2, 0, id);
        Assert.Empty(await client.PingAsync());
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task A_message_goes_out_with_the_lower_of_both_qos(MqttVersion version)
    {
        await using var server = await TestServer.StartAsync();
        using var publisher = await server.RawAsync();
        await publisher.ConnectAsync("p", version);
        for (var granted = 0; granted <= 2; granted++)
        {
            using var client = await server.RawAsync();
            await client.ConnectAsync($"c{granted}", version);
            Assert.Equal(granted, await client.SubscribeAsync("t", granted, version));
            for (ushort qos = 0; qos <= 2; qos++)
            {
                await publisher.SendMessageAsync("t", "x", qos, qos, version: version);
                Assert.Equal(Math.Min(qos, granted), (await client.ReadMessageAsync(version)).Qos);
                if (qos == 2)
                {
                    await publisher.SendAsync(0x62, 2, 0, 2);
                }
            }
        }
    }
}
