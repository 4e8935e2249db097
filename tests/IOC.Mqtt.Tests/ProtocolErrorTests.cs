using IOC.Mqtt.Wire;

namespace IOC.Mqtt.Tests;

/// <summary>Whatever one client does wrong, only its own connection ends.</summary>
public class ProtocolErrorTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "second connect", "100D00044D5154540402003C000161" },
        { "reserved type 0", "0000" },
        { "connack", "20020000" },
        { "suback", "9003000100" },
        { "pingresp", "D000" },
        { "auth", "F000" },
        { "publish qos 3", "36050001610001" },
        { "publish wildcard topic", "3003000123" },
        { "publish with U+0000", "3003000100" },
        { "subscribe without filter", "82020001" },
        { "subscribe with wrong flags", "80060001000161 00" },
        { "remaining length of five bytes", "30FFFFFFFFFF" },
        { "pubrel with wrong flags", "60020001" },
        { "too large", "30FFFFFF7F" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Ends_that_connection_only(string name, string hex)
    {
        await using var server = await TestServer.StartAsync();
        using var witness = await server.RawAsync();
        await witness.ConnectAsync("witness");
        using var wrong = await server.RawAsync();
        await wrong.ConnectAsync("wrong");
        await wrong.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.True(await wrong.ReadAsync() is null, name);
        Assert.Empty(await witness.PingAsync());
        using var fresh = await server.RawAsync();
        await fresh.ConnectAsync("fresh");
    }

    [Theory]
    [InlineData("E10101")]
    [InlineData("30 FFFFFF7F")]
    [InlineData("16030100C8010000C403")]
    [InlineData("474554202F20485454502F312E310D0A0D0A")]
    public async Task Garbage_before_the_connect_ends_the_connection(string hex)
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Null(await client.ReadAsync());
        Assert.Equal(0, server.Server.SessionCount);
    }

    [Fact]
    public async Task A_packet_too_large_is_told_to_5_0()
    {
        await using var server = await TestServer.StartAsync(o => o.MaxPacketSize = 200);
        using var client = await server.RawAsync();
        await client.ConnectAsync(version: MqttVersion.V500);
        await client.PublishAsync("a", new string('x', 300), 1, MqttVersion.V500);
        Assert.Equal(0x95, await client.ReadDisconnectAsync());
        Assert.Null(await client.ReadAsync());
        Assert.Equal(1, server.Server.Counters.ClosedByServer[MqttReasonCode.PacketTooLarge]);
    }

    [Fact]
    public async Task Topic_limits_refuse_the_message_but_keep_the_connection()
    {
        await using var server = await TestServer.StartAsync(o => o.MaxTopicLevels = 3);
        using var client = await server.RawAsync();
        await client.ConnectAsync(version: MqttVersion.V500);
        await client.PublishAsync("a/b/c/d", "x", 1, MqttVersion.V500);
        Assert.Equal([0x40, 3, 0, 1, 0x90], await client.ReadAsync());
        await client.PublishAsync("a/b/c", "x", 2, MqttVersion.V500);
        Assert.Equal([0x40, 2, 0, 2], await client.ReadAsync());
    }

    [Fact]
    public async Task Packets_arrive_whole_however_the_network_cuts_them()
    {
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink);
        using var client = await server.RawAsync();
        await client.ConnectAsync();
        byte[] packet = [0x32, 7, 0, 1, (byte)'a', 0, 1, (byte)'h', (byte)'i'];
        for (var cut = 1; cut < packet.Length; cut++)
        {
            await client.SendAsync(packet[..cut]);
            await client.SendAsync(packet[cut..]);
            Assert.Equal([0x40, 2, 0, 1], await client.ReadAsync());
        }

        // Many packets in one write, the size of several pipe segments.
        await client.SendAsync([.. Enumerable.Repeat(packet, 3000).SelectMany(p => p)]);
        for (var i = 0; i < 3000; i++)
        {
            Assert.Equal([0x40, 2, 0, 1], await client.ReadAsync());
        }

        Assert.Equal(packet.Length - 1 + 3000, sink.All.Count);
        Assert.All(sink.All, s => Assert.Equal("hi", s.Payload));
    }
}
