using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

public class Qos2Tests
{
    [Fact]
    public async Task An_inbound_message_is_taken_once()
    {
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink);
        using var client = await server.RawAsync();
        await client.ConnectAsync();
        await client.PublishAsync("a", "x", 5, qos: MqttQos.ExactlyOnce);
        Assert.Equal([0x50, 2, 0, 5], await client.ReadAsync());
        await client.PublishAsync("a", "x", 5, qos: MqttQos.ExactlyOnce, dup: true);
        Assert.Equal([0x50, 2, 0, 5], await client.ReadAsync());
        await client.SendAsync(0x62, 2, 0, 5);
        Assert.Equal([0x70, 2, 0, 5], await client.ReadAsync());
        Assert.Single(sink.All);
        await client.PublishAsync("a", "y", 5, qos: MqttQos.ExactlyOnce);
        Assert.Equal([0x50, 2, 0, 5], await client.ReadAsync());
        Assert.Equal(2, sink.All.Count);
    }

    [Fact]
    public async Task No_pubrec_before_the_task_completes_and_a_failure_is_not_remembered()
    {
        var fails = new TaskCompletionSource();
        var first = true;
        var sink = new RecordingSink { Answer = _ => first ? PublishVerdict.After(fails.Task) : PublishVerdict.Accepted };
        await using var server = await TestServer.StartAsync(sink: sink);
        server.ErrorsExpected = true;
        using var client = await server.RawAsync();
        await client.ConnectAsync("s", clean: false);
        await client.PublishAsync("a", "x", 5, qos: MqttQos.ExactlyOnce);
        Assert.Empty(await client.PingAsync());
        fails.SetException(new IOException("full"));
        Assert.Null(await client.ReadAsync());

        first = false;
        using var back = await server.RawAsync();
        await back.ConnectAsync("s", clean: false);
        await back.PublishAsync("a", "x", 5, qos: MqttQos.ExactlyOnce, dup: true);
        Assert.Equal([0x50, 2, 0, 5], await back.ReadAsync());
        Assert.Equal(2, sink.All.Count);
    }

    [Fact]
    public async Task An_outbound_message_goes_through_all_four_packets_and_survives_a_reconnect()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.ConnectAsync("s", clean: false);
        await client.SendAsync(w => new MqttSubscribe { PacketId = 1, Filters = [new("a", MqttQos.ExactlyOnce)] }.Encode(w, MqttVersion.V311));
        await client.ReadAsync();
        await server.Server.PublishAsync("a", "x"u8.ToArray(), MqttQos.ExactlyOnce);
        Assert.Equal(0x34, (await client.ReadAsync())![0]);
        await client.SendAsync(0x50, 2, 0, 1);
        Assert.Equal([0x62, 2, 0, 1], await client.ReadAsync());
        client.Dispose();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("s"), "the loss");

        using var back = await server.RawAsync();
        await back.SendAsync(new MqttConnect { Version = MqttVersion.V311, ClientId = "s" }.Encode);
        await back.ReadAsync();
        Assert.Equal([0x62, 2, 0, 1], await back.ReadAsync());
        await back.SendAsync(0x70, 2, 0, 1);
        Assert.Empty(await back.PingAsync());
    }
}
