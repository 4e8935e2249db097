using IOC.Mqtt.Wire;

namespace IOC.Mqtt.Tests;

/// <summary>Receive maximum in both directions (5.0, 4.9) and maximum packet size (3.1.2.11.4).</summary>
public class FlowControlTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_client_is_sent_no_more_than_its_receive_maximum(int qos)
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.OpenAsync("c", properties: new MqttProperties { ReceiveMaximum = 2 });
        await client.SubscribeAsync("a", qos);
        for (var i = 0; i < 5; i++)
        {
            await server.Server.PublishAsync("a", new[] { (byte)('0' + i) }, (MqttQos)qos);
        }

        var sent = new Queue<RawMessage>(await client.MessagesAsync());
        Assert.Equal(["0", "1"], sent.Select(m => m.Payload));

        // QoS 0 and everything but PUBLISH goes on.
        await client.SubscribeAsync("b", 0);
        await server.Server.PublishAsync("b", "b"u8.ToArray(), (MqttQos)qos);
        Assert.Equal("b", (await client.ReadMessageAsync()).Payload);
        for (var next = 2; next < 5; next++)
        {
            var id = (byte)sent.Dequeue().Id;
            await client.SendAsync(qos == 1 ? (byte)0x40 : (byte)0x50, 2, 0, id);
            if (qos == 2)
            {
                Assert.Equal([0x62, 2, 0, id], await client.ReadAsync());
                Assert.Empty(await client.PingAsync());
                await client.SendAsync(0x70, 2, 0, id);
            }

            sent.Enqueue(await client.ReadMessageAsync());
            Assert.Empty(await client.PingAsync());
        }

        Assert.Equal(["3", "4"], sent.Select(m => m.Payload));
    }

    [Fact]
    public async Task A_refusing_answer_makes_room_too()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.OpenAsync("c", properties: new MqttProperties { ReceiveMaximum = 1 });
        await client.SubscribeAsync("a", 2);
        await server.Server.PublishAsync("a", "1"u8.ToArray(), MqttQos.ExactlyOnce);
        await server.Server.PublishAsync("a", "2"u8.ToArray(), MqttQos.AtLeastOnce);
        await server.Server.PublishAsync("a", "3"u8.ToArray(), MqttQos.AtLeastOnce);
        var first = await client.ReadMessageAsync();
        await client.SendAsync(0x50, 3, 0, (byte)first.Id, 0x80);
        var second = await client.ReadMessageAsync();
        Assert.Equal("2", second.Payload);
        await client.SendAsync(0x40, 3, 0, (byte)second.Id, 0x83);
        Assert.Equal("3", (await client.ReadMessageAsync()).Payload);
    }

    [Fact]
    public async Task A_client_that_leaves_more_qos_2_messages_unreleased_is_disconnected()
    {
        await using var server = await TestServer.StartAsync(o => o.ReceiveMaximum = 3);
        using var client = await server.RawAsync();
        Assert.Equal((ushort)3, (await client.OpenAsync("c")).Properties!.ReceiveMaximum);
        for (var round = 0; round < 3; round++)
        {
            for (byte id = 1; id <= 3; id++)
            {
                await client.SendMessageAsync("a", "x", 2, id);
                Assert.Equal([0x50, 2, 0, id], await client.ReadAsync());
            }

            for (byte id = 1; id <= 3; id++)
            {
                await client.SendAsync(0x62, 2, 0, id);
                Assert.Equal([0x70, 2, 0, id], await client.ReadAsync());
            }
        }

        for (byte id = 1; id <= 3; id++)
        {
            await client.SendMessageAsync("a", "x", 2, id);
            await client.ReadAsync();
        }

        // QoS 0 needs no room; a QoS 1 message has none.
        await client.SendMessageAsync("a", "x");
        Assert.Empty(await client.PingAsync());
        await client.SendMessageAsync("a", "x", 1, 9);
        Assert.Equal(0x93, await client.ReadDisconnectAsync());
        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task A_message_of_exactly_the_maximum_packet_size_is_sent_and_a_larger_one_counts_as_sent()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.OpenAsync("c", properties: new MqttProperties { MaximumPacketSize = 50, ReceiveMaximum = 1 });
        await client.SubscribeAsync("a", 1);
        foreach (var payload in new[] { 43, 42, 0 })
        {
            // Two bytes of header, three of topic, two of packet identifier, one of properties.
            await server.Server.PublishAsync("a", new byte[payload], MqttQos.AtLeastOnce);
        }

        var packet = await client.ReadAsync();
        Assert.Equal(50, packet!.Length);
        await client.SendAsync(0x40, 2, packet[5], packet[6]);
        Assert.Equal("", (await client.ReadMessageAsync()).Payload);
        Assert.Equal(1, server.Server.DroppedFor("c"));
        Assert.Empty(server.Server.Counters.ClosedByServer);
    }

    [Fact]
    public async Task A_stored_message_that_became_too_large_is_given_up()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.RawAsync();
        await client.OpenAsync("c", expiry: 600);
        await client.SubscribeAsync("a", 1);
        await server.Server.PublishAsync("a", new byte[100], MqttQos.AtLeastOnce);
        await client.ReadMessageAsync();
        client.Dispose();
        await IOC.Testing.Eventually.HoldsAsync(() => !server.Server.IsConnected("c"), "the loss");
        using var back = await server.RawAsync();
        await back.OpenAsync("c", clean: false, expiry: 600, properties: new MqttProperties { MaximumPacketSize = 50 });
        Assert.Empty(await back.PingAsync());
        await server.Server.PublishAsync("a", "x"u8.ToArray(), MqttQos.AtLeastOnce);
        Assert.Equal("x", (await back.ReadMessageAsync()).Payload);
        Assert.Empty(await back.PingAsync());
    }

    [Fact]
    public async Task A_client_that_takes_no_connack_is_refused_as_far_as_it_can_be_told()
    {
        await using var server = await TestServer.StartAsync();
        using var tiny = await server.RawAsync();
        await tiny.SendAsync(new MqttConnect
        {
            Version = MqttVersion.V500,
            ClientId = "c",
            CleanStart = true,
            Properties = new MqttProperties { MaximumPacketSize = 10 },
        }.Encode);
        Assert.Equal([0x20, 3, 0, 0x95, 0], await tiny.ReadAsync());
        Assert.Null(await tiny.ReadAsync());
    }

    [Fact]
    public async Task A_reason_string_is_left_out_where_there_is_no_room_or_no_wish()
    {
        await using var server = await TestServer.StartAsync();
        using var wide = await server.RawAsync();
        await wide.OpenAsync("wide");
        Assert.True((await Subscribe(wide)).Length > 8);
        await wide.SendAsync(0x00, 0x00);
        Assert.True((await wide.ReadAsync())!.Length > 3);

        using var narrow = await server.RawAsync();
        await narrow.OpenAsync("narrow", properties: new MqttProperties { MaximumPacketSize = 20 });
        Assert.Equal([0x90, 4, 0, 1, 0, 0x8F], await Subscribe(narrow));
        await narrow.SendAsync(0x00, 0x00);
        Assert.Equal([0xE0, 1, 0x81], await narrow.ReadAsync());

        using var silent = await server.RawAsync();
        await silent.OpenAsync("silent", properties: new MqttProperties { RequestProblemInformation = 0 });
        Assert.Equal([0x90, 4, 0, 1, 0, 0x8F], await Subscribe(silent));
        await silent.SendAsync(0xA2, 6, 0, 1, 0, 0, 1, (byte)'#');
        Assert.Equal([0xB0, 4, 0, 1, 0, 0x11], await silent.ReadAsync());

        static async Task<byte[]> Subscribe(RawClient client)
        {
            await client.SendAsync(0x82, 9, 0, 1, 0, 0, 3, (byte)'#', (byte)'/', (byte)'a', 0);
            return (await client.ReadAsync())!;
        }
    }
}
