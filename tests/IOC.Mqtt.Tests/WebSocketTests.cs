using System.Buffers;
using System.Net.WebSockets;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt.Tests;

/// <summary>Section 6: MQTT over WebSocket.</summary>
public class WebSocketTests
{
    [Fact]
    public async Task A_packet_may_be_split_over_frames_and_a_frame_may_hold_several()
    {
        var sink = new RecordingSink();
        await using var server = await StartAsync(sink);
        using var socket = await OpenAsync(server);
        var bytes = Encode(w =>
        {
            new MqttConnect { Version = MqttVersion.V500, ClientId = "ws", CleanStart = true }.Encode(w);
            for (ushort id = 1; id <= 3; id++)
            {
                MqttPublishEncoder.Write(w, MqttVersion.V500, new MqttPublishParts { Topic = "a"u8, Payload = [id < 3 ? (byte)'x' : (byte)'y'], PacketId = id, Qos = MqttQos.AtLeastOnce });
            }
        });

        // The first half a byte per frame, the rest in one frame of several packets.
        for (var i = 0; i < bytes.Length / 2; i++)
        {
            await socket.SendAsync(bytes.AsMemory(i, 1), WebSocketMessageType.Binary, true, default);
        }

        await socket.SendAsync(bytes.AsMemory(bytes.Length / 2), WebSocketMessageType.Binary, true, default);
        var reader = new RawClient(new SocketStream(socket));
        Assert.Equal(0x20, (await reader.ReadAsync())![0]);
        for (var id = 1; id <= 3; id++)
        {
            var answer = await reader.ReadAsync();
            Assert.Equal((0x40, id), (answer![0], answer[3]));
        }

        Assert.Equal(["x", "x", "y"], sink.All.Select(m => m.Payload));
    }

    [Fact]
    public async Task A_frame_may_be_sent_in_fragments()
    {
        await using var server = await StartAsync(new RecordingSink());
        using var socket = await OpenAsync(server);
        var bytes = Encode(w => new MqttConnect { Version = MqttVersion.V311, ClientId = "ws", CleanStart = true }.Encode(w));
        await socket.SendAsync(bytes.AsMemory(0, 5), WebSocketMessageType.Binary, endOfMessage: false, default);
        await socket.SendAsync(bytes.AsMemory(5), WebSocketMessageType.Binary, endOfMessage: true, default);
        Assert.Equal(0x20, (await new RawClient(new SocketStream(socket)).ReadAsync())![0]);
    }

    [Fact]
    public async Task A_text_frame_ends_the_connection_and_the_will_is_published()
    {
        var sink = new RecordingSink();
        await using var server = await StartAsync(sink);
        using var socket = await OpenAsync(server);
        await ConnectAsync(socket, new MqttWill { Topic = "gone", Payload = "w"u8.ToArray() });
        await socket.SendAsync("x"u8.ToArray(), WebSocketMessageType.Text, true, default);
        var end = await socket.ReceiveAsync(new byte[100], default);
        Assert.Equal(WebSocketMessageType.Close, end.MessageType);
        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, socket.CloseStatus);
        await Testing.Eventually.HoldsAsync(() => sink.All.Count == 1, "the will");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("mqttv9")]
    public async Task The_sub_protocol_must_be_mqtt(string? protocol)
    {
        await using var server = await StartAsync(new RecordingSink());
        using var socket = new ClientWebSocket();
        if (protocol is not null)
        {
            socket.Options.AddSubProtocol(protocol);
        }

        var error = await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Port}/mqtt"), default));
        Assert.Contains("400", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_socket_is_closed_properly_after_a_disconnect()
    {
        await using var server = await StartAsync(new RecordingSink());
        using var socket = await OpenAsync(server);
        Assert.Equal("mqtt", socket.SubProtocol);
        await ConnectAsync(socket, will: null);
        await socket.SendAsync(new byte[] { 0xE0, 0 }, WebSocketMessageType.Binary, true, default);
        var end = await socket.ReceiveAsync(new byte[100], default);
        Assert.Equal(WebSocketMessageType.Close, end.MessageType);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
    }

    [Fact]
    public async Task A_stop_tells_the_client_and_ends()
    {
        await using var server = await StartAsync(new RecordingSink());
        using var socket = await OpenAsync(server);
        var reader = await ConnectAsync(socket, will: null, MqttVersion.V500);
        var stop = server.StopAsync();
        var disconnect = await reader.ReadAsync();
        Assert.Equal((0xE0, (int)MqttReasonCode.ServerShuttingDown), (disconnect![0], disconnect[2]));
        await stop;
    }

    [Fact]
    public async Task A_lost_socket_gives_its_place_back()
    {
        await using var server = await StartAsync(new RecordingSink());
        var socket = await OpenAsync(server);
        await ConnectAsync(socket, will: null);
        socket.Abort();
        await Testing.Eventually.HoldsAsync(() => server.Server.Counters.ConnectionsOpen == 0, "the connection to end");
    }

    [Fact]
    public async Task Large_messages_pass_both_ways()
    {
        await using var server = await StartAsync(sink: null);
        using var socket = await OpenAsync(server);
        var reader = await ConnectAsync(socket, will: null);
        await socket.SendAsync(Encode(w => new MqttSubscribe { PacketId = 1, Filters = [new MqttTopicFilter("big", MqttQos.AtMostOnce)] }.Encode(w, MqttVersion.V311)), WebSocketMessageType.Binary, true, default);
        Assert.Equal(0x90, (await reader.ReadAsync())![0]);
        var payload = new byte[200_000];
        new Random(7).NextBytes(payload);
        await socket.SendAsync(Encode(w => MqttPublishEncoder.Write(w, MqttVersion.V311, new MqttPublishParts { Topic = "big"u8, Payload = payload })), WebSocketMessageType.Binary, true, default);
        var received = await reader.ReadAsync();
        Assert.Equal(payload, received![^payload.Length..]);
    }

    [Fact]
    public async Task The_authenticator_learns_the_transport()
    {
        var seen = new List<MqttTransportKind>();
        await using var server = await TestServer.StartAsync(authenticator: new TransportAuthenticator(seen), listen: l => l.UseMqttWebSocket());
        using var socket = await OpenAsync(server);
        await ConnectAsync(socket, will: null);
        Assert.Equal([MqttTransportKind.WebSocket], seen);
    }

    private static Task<TestServer> StartAsync(IMqttPublishSink? sink) => TestServer.StartAsync(sink: sink, listen: l => l.UseMqttWebSocket());

    private static async Task<ClientWebSocket> OpenAsync(TestServer server)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Port}/mqtt"), default);
        return socket;
    }

    private static async Task<RawClient> ConnectAsync(WebSocket socket, MqttWill? will, MqttVersion version = MqttVersion.V311)
    {
        await socket.SendAsync(Encode(new MqttConnect { Version = version, ClientId = "ws", CleanStart = true, Will = will }.Encode), WebSocketMessageType.Binary, true, default);
        var reader = new RawClient(new SocketStream(socket));
        Assert.Equal(0x20, (await reader.ReadAsync())![0]);
        return reader;
    }

    private static byte[] Encode(Action<IBufferWriter<byte>> encode)
    {
        var writer = new ArrayBufferWriter<byte>();
        encode(writer);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Reads binary frames as a stream of bytes.</summary>
    private sealed class SocketStream(WebSocket socket) : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            (await socket.ReceiveAsync(buffer, cancellationToken)).Count;
    }

    private sealed class TransportAuthenticator(List<MqttTransportKind> seen) : IMqttAuthenticator
    {
        public ValueTask<MqttAuthResult> AuthenticateAsync(MqttConnectInfo info, CancellationToken cancellationToken)
        {
            seen.Add(info.Transport);
            return ValueTask.FromResult(MqttAuthResult.Accepted);
        }
    }
}
