using IOC.Mqtt.Wire;

namespace IOC.Mqtt.Tests;

/// <summary>Packets of a connected client that are wrong in one thing each: 5.0 is told the reason, 3.1.1 is closed.</summary>
public class MalformedPacketTests
{
    public static TheoryData<string, string, int> V5 => new()
    {
        { "second connect", "10 0E 0004 4D515454 05 02 003C 00 0001 61", 0x82 },
        { "packet type 0", "00 00", 0x81 },
        { "connack", "20 03 00 00 00", 0x82 },
        { "suback", "90 04 0001 00 00", 0x82 },
        { "unsuback", "B0 04 0001 00 00", 0x82 },
        { "pingresp", "D0 00", 0x82 },
        { "auth without a method", "F0 00", 0x82 },
        { "auth again", "F0 06 19 04 15 0001 61", 0x82 },
        { "auth with flags", "F1 00", 0x81 },
        { "auth with a reason of another packet", "F0 01 04", 0x82 },
        { "remaining length of five bytes", "30 FFFFFFFF01", 0x81 },
        { "remaining length longer than needed", "C0 8000", 0x81 },
        { "larger than the maximum packet size", "30 FFFFFF7F", 0x95 },
        { "publish of QoS 3", "36 06 0001 61 0001 00", 0x81 },
        { "publish of QoS 0 again", "38 04 0001 61 00", 0x81 },
        { "publish to +", "30 04 0001 2B 00", 0x90 },
        { "publish to #", "30 04 0001 23 00", 0x90 },
        { "publish to U+0000", "30 04 0001 00 00", 0x81 },
        { "publish to a surrogate", "30 06 0003 EDA080 00", 0x81 },
        { "publish to an overlong form", "30 05 0002 C0AF 00", 0x81 },
        { "publish to a cut character", "30 04 0001 C3 00", 0x81 },
        { "publish to nothing", "30 03 0000 00", 0x82 },
        { "publish without topic", "30 01 00", 0x81 },
        { "publish with identifier 0", "32 06 0001 61 0000 00", 0x81 },
        { "publish without identifier", "32 03 0001 61", 0x81 },
        { "publish without properties", "30 03 0001 61", 0x81 },
        { "alias 0", "30 07 0001 61 03 23 0000", 0x94 },
        { "alias above the maximum", "30 07 0001 61 03 23 0021", 0x94 },
        { "alias that was not set", "30 06 0000 03 23 0001", 0x82 },
        { "alias twice", "30 0A 0001 61 06 23 0001 23 0001", 0x82 },
        { "payload format 2", "30 06 0001 61 02 01 02", 0x82 },
        { "payload format twice", "30 08 0001 61 04 01 00 01 00", 0x82 },
        { "message expiry cut short", "30 07 0001 61 03 02 0001", 0x81 },
        { "content type that is not UTF-8", "30 08 0001 61 04 03 0001 FF", 0x81 },
        { "response topic with a wildcard", "30 08 0001 61 04 08 0001 23", 0x82 },
        { "user property without a value", "30 08 0001 61 04 26 0001 61", 0x81 },
        { "subscription identifier", "30 06 0001 61 02 0B 01", 0x82 },
        { "publish with a property of connect", "30 09 0001 61 05 11 00000001", 0x81 },
        { "publish with an unknown property", "30 06 0001 61 02 7F 01", 0x81 },
        { "property length longer than needed", "30 05 0001 61 8000", 0x81 },
        { "puback with flags", "41 02 0001", 0x81 },
        { "puback for identifier 0", "40 02 0000", 0x81 },
        { "puback with a reason of connack", "40 03 0001 84", 0x82 },
        { "puback with a foreign property", "40 07 0001 00 03 23 0001", 0x81 },
        { "pubrec with flags", "52 02 0001", 0x81 },
        { "pubrec with a reason of pubcomp", "50 03 0001 92", 0x82 },
        { "pubrel without its flag", "60 02 0001", 0x81 },
        { "pubrel with a reason of puback", "62 03 0001 10", 0x82 },
        { "pubcomp with flags", "72 02 0001", 0x81 },
        { "subscribe without its flag", "80 07 0001 00 0001 61 00", 0x81 },
        { "subscribe with identifier 0", "82 07 0000 00 0001 61 00", 0x81 },
        { "subscribe to nothing", "82 03 0001 00", 0x82 },
        { "subscribe without options", "82 06 0001 00 0001 61", 0x81 },
        { "subscribe with QoS 3", "82 07 0001 00 0001 61 03", 0x82 },
        { "subscribe with retain handling 3", "82 07 0001 00 0001 61 30", 0x82 },
        { "subscribe with reserved bit 6", "82 07 0001 00 0001 61 40", 0x81 },
        { "subscribe with reserved bit 7", "82 07 0001 00 0001 61 80", 0x81 },
        { "shared subscription without own messages", "82 10 0001 00 000A 2473686172652F672F61 04", 0x82 },
        { "subscription identifier 0", "82 09 0001 02 0B 00 0001 61 00", 0x82 },
        { "subscription identifier twice", "82 0B 0001 04 0B 01 0B 02 0001 61 00", 0x82 },
        { "subscription identifier of five bytes", "82 0D 0001 06 0B FFFFFFFF01 0001 61 00", 0x81 },
        { "filter that is not UTF-8", "82 07 0001 00 0001 FF 00", 0x81 },
        { "filter with U+0000", "82 07 0001 00 0001 00 00", 0x81 },
        { "subscribe with a foreign property", "82 0C 0001 05 11 00000001 0001 61 00", 0x81 },
        { "unsubscribe without its flag", "A0 06 0001 00 0001 61", 0x81 },
        { "unsubscribe with identifier 0", "A2 06 0000 00 0001 61", 0x81 },
        { "unsubscribe from nothing", "A2 03 0001 00", 0x82 },
        { "unsubscribe from no UTF-8", "A2 06 0001 00 0001 FF", 0x81 },
        { "pingreq with flags", "C1 00", 0x81 },
        { "pingreq with a body", "C0 01 00", 0x81 },
        { "disconnect with flags", "E1 00", 0x81 },
        { "disconnect with a reason of suback", "E0 01 01", 0x82 },
        { "disconnect that stores a session that was to end", "E0 07 00 05 11 00000001", 0x82 },
        { "disconnect with a foreign property", "E0 05 00 03 23 0001", 0x81 },
        { "disconnect with bytes too many", "E0 03 00 00 00", 0x81 },
    };

    public static TheoryData<string, string> V311 => new()
    {
        { "second connect", "10 0D 0004 4D515454 04 02 003C 0001 61" },
        { "packet type 0", "00 00" },
        { "packet type 15", "F0 00" },
        { "connack", "20 02 00 00" },
        { "suback", "90 03 0001 00" },
        { "unsuback", "B0 02 0001" },
        { "pingresp", "D0 00" },
        { "remaining length of five bytes", "30 FFFFFFFF01" },
        { "publish of QoS 3", "36 05 0001 61 0001" },
        { "publish of QoS 0 again", "38 03 0001 61" },
        { "publish to +", "30 05 0003 612F2B" },
        { "publish to #", "30 05 0003 612F23" },
        { "publish to U+0000", "30 03 0001 00" },
        { "publish to a surrogate", "30 05 0003 EDBFBF" },
        { "publish to nothing", "30 02 0000" },
        { "publish with a topic cut short", "30 03 0005 61" },
        { "publish with identifier 0", "32 05 0001 61 0000" },
        { "publish without identifier", "34 03 0001 61" },
        { "puback with flags", "42 02 0001" },
        { "puback for identifier 0", "40 02 0000" },
        { "puback with bytes too many", "40 03 0001 00" },
        { "pubrec with flags", "51 02 0001" },
        { "pubrel without its flag", "60 02 0001" },
        { "pubrel with another flag", "63 02 0001" },
        { "pubcomp with flags", "74 02 0001" },
        { "subscribe without its flag", "80 06 0001 0001 61 00" },
        { "subscribe with another flag", "83 06 0001 0001 61 00" },
        { "subscribe with identifier 0", "82 06 0000 0001 61 00" },
        { "subscribe to nothing", "82 02 0001" },
        { "subscribe without a QoS", "82 05 0001 0001 61" },
        { "subscribe with QoS 3", "82 06 0001 0001 61 03" },
        { "subscribe with reserved bits", "82 06 0001 0001 61 04" },
        { "filter that is not UTF-8", "82 06 0001 0001 FF 00" },
        { "unsubscribe without its flag", "A0 05 0001 0001 61" },
        { "unsubscribe with identifier 0", "A2 05 0000 0001 61" },
        { "unsubscribe from nothing", "A2 02 0001" },
        { "unsubscribe from no UTF-8", "A2 05 0001 0001 C0" },
        { "pingreq with flags", "C2 00" },
        { "pingreq with a body", "C0 01 00" },
        { "disconnect with flags", "E1 00" },
        { "disconnect with a body", "E0 01 00" },
    };

    [Theory]
    [MemberData(nameof(V5))]
    public async Task Of_5_0_is_answered_with_its_reason_and_closed(string title, string hex, int reason)
    {
        await using var server = await TestServer.StartAsync();
        using var watcher = await server.RawAsync();
        await watcher.OpenAsync("watcher");
        await watcher.SubscribeAsync("#");
        using var client = await server.RawAsync();
        await client.OpenAsync("c", will: new MqttWill { Topic = "will", Payload = "lost"u8.ToArray() });
        await client.SendAsync(Hex(hex));
        var answer = await client.ReadAsync();
        Assert.True(answer is not null && answer[0] == 0xE0, title);
        Assert.Equal(reason, answer[2]);
        Assert.Null(await client.ReadAsync());
        Assert.Equal("will", (await watcher.ReadMessageAsync()).Topic);
    }

    [Theory]
    [MemberData(nameof(V311))]
    public async Task Of_3_1_1_closes_the_connection(string title, string hex)
    {
        await using var server = await TestServer.StartAsync();
        using var watcher = await server.RawAsync();
        await watcher.ConnectAsync("watcher");
        await watcher.SubscribeAsync("#", 2, MqttVersion.V311);
        using var client = await server.RawAsync();
        await client.OpenAsync(new MqttConnect
        {
            Version = MqttVersion.V311,
            ClientId = "c",
            CleanStart = true,
            Will = new MqttWill { Topic = "will", Payload = "lost"u8.ToArray() },
        });
        await client.SendAsync(Hex(hex));
        Assert.True(await client.ReadAsync() is null, title);
        Assert.Equal("will", (await watcher.ReadMessageAsync(MqttVersion.V311)).Topic);
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
}
