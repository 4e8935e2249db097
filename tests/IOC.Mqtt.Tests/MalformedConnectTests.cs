using System.Text;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt.Tests;

/// <summary>CONNECT packets that are wrong in one thing each, and what answers them.</summary>
public class MalformedConnectTests
{
    /// <summary>Title, protocol name, level, connect flags, what follows the keep-alive, and the CONNACK's code; -1 is a close without any.</summary>
    public static TheoryData<string, string, byte, byte, string, int> Connects => new()
    {
        { "right", "MQTT", 4, 0x02, "000161", 0x00 },
        { "right, five fields", "MQTT", 4, 0xEE, "000161 000177 000178 000175 000170", 0x00 },
        { "identifier of 23 letters and digits", "MQTT", 4, 0x02, "0017 303132333435363738396162637A41425A595A58575655", 0x00 },
        { "empty identifier, clean", "MQTT", 4, 0x02, "0000", 0x00 },
        { "empty identifier, not clean", "MQTT", 4, 0x00, "0000", 0x02 },
        { "level 3", "MQTT", 3, 0x02, "000161", 0x01 },
        { "level 0", "MQTT", 0, 0x02, "000161", 0x01 },
        { "level 6 in the form of 3.1.1", "MQTT", 6, 0x02, "000161", 0x01 },
        { "MQTT 3.1", "MQIsdp", 3, 0x02, "000161", 0x01 },
        { "name in small letters", "mqtt", 4, 0x02, "000161", -1 },
        { "another name", "MQTX", 4, 0x02, "000161", -1 },
        { "reserved flag", "MQTT", 4, 0x03, "000161", -1 },
        { "will of QoS 3", "MQTT", 4, 0x1E, "000161 000177 000178", -1 },
        { "QoS of no will", "MQTT", 4, 0x0A, "000161", -1 },
        { "retain of no will", "MQTT", 4, 0x22, "000161", -1 },
        { "will flag without a will", "MQTT", 4, 0x06, "000161", -1 },
        { "will flag without a message", "MQTT", 4, 0x06, "000161 000177", -1 },
        { "will without its flag", "MQTT", 4, 0x02, "000161 000177 000178", -1 },
        { "will with an empty topic", "MQTT", 4, 0x06, "000161 0000 000178", -1 },
        { "will with a wildcard", "MQTT", 4, 0x06, "000161 000123 000178", -1 },
        { "will with U+0000", "MQTT", 4, 0x06, "000161 000100 000178", -1 },
        { "user flag without a user", "MQTT", 4, 0x82, "000161", -1 },
        { "user without its flag", "MQTT", 4, 0x02, "000161 000175", -1 },
        { "user that is not UTF-8", "MQTT", 4, 0x82, "000161 0001FF", -1 },
        { "password flag without a password", "MQTT", 4, 0xC2, "000161 000175", -1 },
        { "password without its flag", "MQTT", 4, 0x82, "000161 000175 000170", -1 },
        { "password without a user", "MQTT", 4, 0x42, "000161 000170", -1 },
        { "identifier missing", "MQTT", 4, 0x02, "", -1 },
        { "identifier overlong", "MQTT", 4, 0x02, "0002C0AF", -1 },
        { "identifier with a surrogate", "MQTT", 4, 0x02, "0003EDA080", -1 },
        { "identifier with U+0000", "MQTT", 4, 0x02, "000100", -1 },
        { "5.0 right", "MQTT", 5, 0x02, "00 000161", 0x00 },
        { "5.0 empty identifier, not clean", "MQTT", 5, 0x00, "00 0000", 0x00 },
        { "5.0 password without a user", "MQTT", 5, 0x42, "00 000161 000170", 0x00 },
        { "5.0 every property", "MQTT", 5, 0x02, "22 11 0000000A 21 0001 27 00001000 22 0001 19 01 17 01 26 000161 000162 26 000161 000162 000161", 0x00 },
        { "5.0 level 6", "MQTT", 6, 0x02, "00 000161", 0x84 },
        { "5.0 another name", "MQTX", 5, 0x02, "00 000161", -1 },
        { "5.0 reserved flag", "MQTT", 5, 0x03, "00 000161", 0x81 },
        { "5.0 will of QoS 3", "MQTT", 5, 0x1E, "00 000161 00 000177 000178", 0x81 },
        { "5.0 QoS of no will", "MQTT", 5, 0x0A, "00 000161", 0x81 },
        { "5.0 retain of no will", "MQTT", 5, 0x22, "00 000161", 0x81 },
        { "5.0 will without properties", "MQTT", 5, 0x06, "00 000161", 0x81 },
        { "5.0 will with a wildcard", "MQTT", 5, 0x06, "00 000161 00 00012B 000178", 0x90 },
        { "5.0 will with a property of CONNECT", "MQTT", 5, 0x06, "00 000161 05 11 00000001 000177 000178", 0x81 },
        { "5.0 will with payload format 2", "MQTT", 5, 0x06, "00 000161 02 01 02 000177 000178", 0x82 },
        { "5.0 will delay twice", "MQTT", 5, 0x06, "00 000161 0A 18 00000001 18 00000001 000177 000178", 0x82 },
        { "5.0 identifier that is not UTF-8", "MQTT", 5, 0x02, "00 0001FF", 0x81 },
        { "5.0 identifier missing", "MQTT", 5, 0x02, "00", 0x81 },
        { "5.0 bytes too many", "MQTT", 5, 0x02, "00 000161 00", 0x81 },
        { "5.0 property length longer than needed", "MQTT", 5, 0x02, "8000 000161", 0x81 },
        { "5.0 property length beyond the packet", "MQTT", 5, 0x02, "7F 000161", 0x81 },
        { "5.0 property of PUBLISH", "MQTT", 5, 0x02, "03 23 0001 000161", 0x81 },
        { "5.0 unknown property", "MQTT", 5, 0x02, "02 7E 01 000161", 0x81 },
        { "5.0 session expiry twice", "MQTT", 5, 0x02, "0A 11 00000001 11 00000001 000161", 0x82 },
        { "5.0 receive maximum 0", "MQTT", 5, 0x02, "03 21 0000 000161", 0x82 },
        { "5.0 maximum packet size 0", "MQTT", 5, 0x02, "05 27 00000000 000161", 0x82 },
        { "5.0 request problem information 2", "MQTT", 5, 0x02, "02 17 02 000161", 0x82 },
        { "5.0 request response information 2", "MQTT", 5, 0x02, "02 19 02 000161", 0x82 },
        { "5.0 user property that is not UTF-8", "MQTT", 5, 0x02, "07 26 0001FF 000161 000161", 0x81 },
        { "5.0 authentication data without a method", "MQTT", 5, 0x02, "04 16 000161 000161", 0x82 },
        { "5.0 an authentication method", "MQTT", 5, 0x02, "04 15 000161 000161", 0x8C },
    };

    [Theory]
    [MemberData(nameof(Connects))]
    public async Task Gets_its_answer(string title, string name, byte level, byte flags, string rest, int code)
    {
        await using var server = await TestServer.StartAsync(authenticator: new AnonymousAuthenticator());
        using var client = await server.RawAsync();

        // What follows a refused CONNECT must not be processed.
        await client.SendAsync([.. Connect(name, level, flags, rest), 0xC0, 0x00]);
        var answer = await client.ReadAsync();
        if (code < 0)
        {
            Assert.True(answer is null, title);
            return;
        }

        Assert.True(answer is not null, title + ": closed");
        Assert.Equal(code <= 5 && level != 5 ? 4 : answer!.Length, answer!.Length);
        Assert.Equal((0x20, 0, code), (answer[0], answer[2], answer[3]));
        Assert.Equal(code == 0 ? [0xD0, 0x00] : null, await client.ReadAsync());
        Assert.Equal(code == 0 ? 1 : 0, server.Server.SessionCount);
    }

    [Theory]
    [InlineData("C000")]
    [InlineData("E000")]
    [InlineData("F000")]
    [InlineData("82060001000161 00")]
    [InlineData("30030001 61")]
    [InlineData("110D00044D5154540402003C000161")]
    public async Task Anything_else_first_closes_the_connection(string hex)
    {
        await using var server = await TestServer.StartAsync();
        using var client = await server.RawAsync();
        await client.SendAsync(Hex(hex));
        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task A_byte_order_mark_is_part_of_a_name()
    {
        await using var server = await TestServer.StartAsync();
        using var with = await server.RawAsync();
        await with.SendAsync(Connect("MQTT", 4, 2, "0004 EFBBBF61"));
        Assert.Equal([0x20, 2, 0, 0], await with.ReadAsync());
        using var without = await server.RawAsync();
        await without.ConnectAsync("a");
        Assert.Equal(2, server.Server.SessionCount);
        await with.SubscribeAsync("﻿t", 0, MqttVersion.V311);
        await without.SendMessageAsync("t", "1", version: MqttVersion.V311);
        await without.SendMessageAsync("﻿t", "2", version: MqttVersion.V311);
        await without.PingAsync();
        var message = Assert.Single(await with.MessagesAsync(MqttVersion.V311));
        Assert.Equal(("﻿t", "2"), (message.Topic, message.Payload));
    }

    private static byte[] Connect(string name, byte level, byte flags, string rest)
    {
        byte[] body = [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), level, flags, 0, 60, .. Hex(rest)];
        return [0x10, (byte)body.Length, .. body];
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
}
