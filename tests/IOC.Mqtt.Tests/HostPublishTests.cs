using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

public class HostPublishTests
{
    [Fact]
    public async Task A_message_of_the_host_carries_all_its_properties_and_tells_how_many_take_it()
    {
        await using var server = await TestServer.StartAsync();
        await using var first = await server.ConnectAsync("first", MqttVersion.V500);
        await using var second = await server.ConnectAsync("second", MqttVersion.V500);
        var inbox = new Inbox();
        await first.SubscribeAsync("cmd/#", MqttQos.AtLeastOnce, inbox.Add);
        await second.SubscribeAsync("cmd/+", MqttQos.AtMostOnce, _ => { });
        Assert.Equal(2, await server.Server.PublishAsync(new MqttHostMessage("cmd/lamp", "on"u8.ToArray())
        {
            Qos = MqttQos.AtLeastOnce,
            ExpirySeconds = 60,
            IsText = true,
            ContentType = "text/plain",
            ResponseTopic = "ack/lamp",
            CorrelationData = [1, 2],
            UserProperties = [new("k", "1"), new("k", "2")],
        }));
        var p = (await inbox.WaitAsync(1))[0].Properties!;
        Assert.Equal((byte)1, p.PayloadFormatIndicator);
        Assert.Equal("text/plain", p.ContentType);
        Assert.Equal("ack/lamp", p.ResponseTopic);
        Assert.Equal([1, 2], p.CorrelationData);
        Assert.Equal([new("k", "1"), new("k", "2")], p.UserProperties);
        Assert.InRange(p.MessageExpiryInterval!.Value, 50u, 60u);
        Assert.Equal(0, await server.Server.PublishAsync(new MqttHostMessage("other", default)));
    }

    [Fact]
    public async Task A_stored_session_takes_it_from_qos_1_on_and_loses_it_when_it_expires()
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        var away = await server.ConnectAsync("away", clean: false);
        await away.SubscribeAsync("cmd", MqttQos.AtLeastOnce, _ => { });
        await away.DisposeAsync();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("away"), "the end of the connection");
        Assert.Equal(0, await server.Server.PublishAsync(new MqttHostMessage("cmd", "qos 0"u8.ToArray())));
        Assert.Equal(1, await server.Server.PublishAsync(Command("1", 10)));
        Assert.Equal(1, await server.Server.PublishAsync(Command("2", 60)));
        time.Advance(TimeSpan.FromSeconds(30));
        using var back = await server.RawAsync();
        await back.SendAsync(new MqttConnect { Version = MqttVersion.V311, ClientId = "away" }.Encode);
        await back.ReadAsync();
        Assert.Equal((byte)'2', Assert.Single(await back.PingAsync())[^1]);

        static MqttHostMessage Command(string text, uint expiry) =>
            new("cmd", System.Text.Encoding.UTF8.GetBytes(text)) { Qos = MqttQos.AtLeastOnce, ExpirySeconds = expiry };
    }

    [Theory]
    [InlineData("cmd/lamp")]
    [InlineData("cmd/+")]
    [InlineData("$share/g/cmd/#")]
    public async Task A_topic_is_listened_to_while_a_subscriber_of_it_is_connected(string filter)
    {
        await using var server = await TestServer.StartAsync();
        Assert.False(server.Server.IsListenedTo("cmd/lamp"));
        var lamp = await server.ConnectAsync("lamp", MqttVersion.V500, clean: false);
        Assert.False(server.Server.IsListenedTo("cmd/lamp"));
        await lamp.SubscribeAsync(filter, MqttQos.AtLeastOnce, _ => { });
        Assert.True(server.Server.IsListenedTo("cmd/lamp"));
        Assert.False(server.Server.IsListenedTo("other/lamp"));
        await lamp.DisposeAsync();
        await Eventually.HoldsAsync(() => !server.Server.IsListenedTo("cmd/lamp"), "the end of the connection");
    }

    [Fact]
    public async Task It_is_retained_and_not_given_to_the_sink()
    {
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink);
        await server.Server.PublishAsync(new MqttHostMessage("a", "x"u8.ToArray()) { Retain = true });
        Assert.Equal(1, server.Server.RetainedCount);
        await server.Server.PublishAsync(new MqttHostMessage("a", default) { Retain = true });
        Assert.Equal(0, server.Server.RetainedCount);
        Assert.Empty(sink.All);
    }

    [Theory]
    [InlineData("a/+", null)]
    [InlineData("", null)]
    [InlineData("a", "b/#")]
    public async Task A_wrong_topic_is_refused(string topic, string? responseTopic)
    {
        await using var server = await TestServer.StartAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await server.Server.PublishAsync(new MqttHostMessage(topic, default) { ResponseTopic = responseTopic }));
    }
}
