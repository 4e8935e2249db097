using System.Text;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

/// <summary>Topic aliases in both directions (5.0, 3.3.2.3.4).</summary>
public class TopicAliasTests
{
    [Fact]
    public async Task The_server_sets_as_many_as_the_client_takes_and_uses_them_on_that_connection_only()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.OpenAsync("c", expiry: 600, properties: new MqttProperties { TopicAliasMaximum = 2 });
        await client.SubscribeAsync("#", 1);
        Assert.Equal([("a", 1), ("", 1), ("b", 2), ("c", 0), ("", 2), ("", 1), ("c", 0)], await Publish("a", "a", "b", "c", "b", "a", "c"));
        client.Dispose();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("c"), "the loss");

        using var back = await server.RawAsync();
        await back.OpenAsync("c", clean: false, expiry: 600, properties: new MqttProperties { TopicAliasMaximum = 1 });
        var again = await back.MessagesAsync();
        Assert.Equal([("a", 1), ("", 1), ("b", 0), ("c", 0), ("b", 0), ("", 1), ("c", 0)], again.Select(m => (m.Topic, m.Alias)));
        Assert.All(again, m => Assert.True(m.Dup));

        async Task<(string Topic, int Alias)[]> Publish(params string[] topics)
        {
            foreach (var topic in topics)
            {
                await server.Server.PublishAsync(topic, Encoding.UTF8.GetBytes(topic), MqttQos.AtLeastOnce);
            }

            return [.. (await client.MessagesAsync()).Select(m => (m.Topic, m.Alias))];
        }
    }

    [Fact]
    public async Task A_client_that_takes_none_gets_none()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.OpenAsync("c");
        await client.SubscribeAsync("a", 0);
        await server.Server.PublishAsync("a", "1"u8.ToArray());
        await server.Server.PublishAsync("a", "2"u8.ToArray());
        Assert.All(await client.MessagesAsync(), m => Assert.Equal(("a", 0), (m.Topic, m.Alias)));
    }

    [Fact]
    public async Task A_client_may_set_every_alias_up_to_the_maximum_and_set_it_anew()
    {
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(o => o.TopicAliasMaximum = 3, sink);
        using var client = await server.RawAsync();
        Assert.Equal((ushort)3, (await client.OpenAsync("c")).Properties!.TopicAliasMaximum);
        for (ushort alias = 1; alias <= 3; alias++)
        {
            await client.SendMessageAsync($"t{alias}", "set", alias: alias);
            await client.SendMessageAsync("", "use", alias: alias);
        }

        await client.SendMessageAsync("other", "set", alias: 2);
        await client.SendMessageAsync("", "use", 1, 1, alias: 2);
        Assert.Equal([0x40, 2, 0, 1], await client.ReadAsync());
        Assert.Equal(["t1", "t1", "t2", "t2", "t3", "t3", "other", "other"], sink.All.Select(s => s.Topic));
        await client.SendMessageAsync("t4", "set", alias: 4);
        Assert.Equal(0x94, await client.ReadDisconnectAsync());
    }

    [Fact]
    public async Task A_clients_aliases_end_with_its_connection()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.RawAsync();
        await client.OpenAsync("c", expiry: 600);
        await client.SendMessageAsync("t", "set", alias: 1);
        await client.PingAsync();
        client.Dispose();
        using var back = await server.RawAsync();
        Assert.True((await back.OpenAsync("c", clean: false, expiry: 600)).SessionPresent);
        await back.SendMessageAsync("", "use", alias: 1);
        Assert.Equal(0x82, await back.ReadDisconnectAsync());
    }

    [Fact]
    public async Task An_alias_of_the_publisher_is_not_the_subscribers()
    {
        await using var server = await TestServer.StartAsync();
        using var publisher = await server.RawAsync();
        using var subscriber = await server.RawAsync();
        await publisher.OpenAsync("p");
        await subscriber.OpenAsync("s");
        await subscriber.SubscribeAsync("t", 0);
        await publisher.SendMessageAsync("t", "1", alias: 1);
        await publisher.SendMessageAsync("", "2", alias: 1);
        await publisher.PingAsync();
        Assert.All(await subscriber.MessagesAsync(), m => Assert.Equal(("t", 0), (m.Topic, m.Alias)));
    }

    [Fact]
    public async Task Without_a_maximum_no_alias_may_be_set()
    {
        await using var server = await TestServer.StartAsync(o => o.TopicAliasMaximum = 0);
        using var client = await server.RawAsync();
        await client.OpenAsync("c");
        await client.SendMessageAsync("t", "set", alias: 1);
        Assert.Equal(0x94, await client.ReadDisconnectAsync());
    }
}
