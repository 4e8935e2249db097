using System.Text;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt.Tests;

/// <summary>A PUBLISH as it came.</summary>
public sealed record RawMessage(string Topic, string Payload, int Qos, bool Retain, bool Dup, ushort Id, int Alias, MqttProperties? Properties);

/// <summary>What the conformance tests do with a socket over and over.</summary>
internal static class RawClientExtensions
{
    /// <summary>Sends a CONNECT and reads its CONNACK.</summary>
    public static async Task<MqttConnAck> OpenAsync(this RawClient client, MqttConnect connect)
    {
        await client.SendAsync(connect.Encode);
        var packet = await client.ReadAsync() ?? throw new InvalidOperationException("Closed instead of a CONNACK.");
        return MqttConnAck.TryDecode(Frame(packet), connect.Version, out var ack, out var error) ? ack! : throw new InvalidOperationException(error.Text);
    }

    /// <summary>Connects with MQTT 5.</summary>
    public static Task<MqttConnAck> OpenAsync(
        this RawClient client, string id, bool clean = true, uint expiry = 0, MqttWill? will = null, MqttProperties? properties = null)
    {
        properties ??= new MqttProperties();
        properties.SessionExpiryInterval ??= expiry;
        return client.OpenAsync(new MqttConnect { Version = MqttVersion.V500, ClientId = id, CleanStart = clean, Will = will, Properties = properties });
    }

    /// <summary>Subscribes and returns the reason code of the SUBACK.</summary>
    public static async Task<int> SubscribeAsync(
        this RawClient client, MqttTopicFilter filter, MqttVersion version = MqttVersion.V500, uint identifier = 0, ushort id = 77)
    {
        await client.SendAsync(w => new MqttSubscribe
        {
            PacketId = id,
            Filters = [filter],
            Properties = identifier == 0 ? null : new MqttProperties { SubscriptionIdentifiers = [identifier] },
        }.Encode(w, version));
        var packet = await client.ReadAsync() ?? throw new InvalidOperationException("Closed instead of a SUBACK.");
        if (!MqttSubAck.TryDecode(Frame(packet), version, out var ack, out var error) || ack!.PacketId != id)
        {
            throw new InvalidOperationException(error.Text);
        }

        return (int)ack.Reasons.Single();
    }

    public static Task<int> SubscribeAsync(this RawClient client, string filter, int qos = 2, MqttVersion version = MqttVersion.V500, uint identifier = 0) =>
        client.SubscribeAsync(new MqttTopicFilter(filter, (MqttQos)qos), version, identifier);

    public static async Task<int> UnsubscribeAsync(this RawClient client, string filter, MqttVersion version = MqttVersion.V500)
    {
        await client.SendAsync(w => new MqttUnsubscribe { PacketId = 78, Filters = [filter] }.Encode(w, version));
        var packet = await client.ReadAsync() ?? throw new InvalidOperationException("Closed instead of an UNSUBACK.");
        return MqttSubAck.TryDecode(Frame(packet), version, out var ack, out var error) && ack!.PacketId == 78
            ? (int)ack.Reasons.Single()
            : throw new InvalidOperationException(error.Text);
    }

    public static Task SendMessageAsync(
        this RawClient client,
        string topic,
        string payload,
        int qos = 0,
        ushort id = 0,
        bool retain = false,
        bool dup = false,
        ushort alias = 0,
        MqttProperties? properties = null,
        MqttVersion version = MqttVersion.V500) =>
        client.SendAsync(w => MqttPublishEncoder.Write(w, version, new MqttPublishParts
        {
            Topic = Encoding.UTF8.GetBytes(topic),
            Payload = Encoding.UTF8.GetBytes(payload),
            PacketId = id,
            Qos = (MqttQos)qos,
            Retain = retain,
            Dup = dup,
            TopicAlias = alias,
            PropertyBlock = MqttPublishEncoder.EncodeProperties(properties),
        }));

    /// <summary>The next packet, which must be a PUBLISH.</summary>
    public static async Task<RawMessage> ReadMessageAsync(this RawClient client, MqttVersion version = MqttVersion.V500) =>
        Message(await client.ReadAsync() ?? throw new InvalidOperationException("Closed instead of a PUBLISH."), version);

    /// <summary>What was received up to now, which must be PUBLISHes.</summary>
    public static async Task<RawMessage[]> MessagesAsync(this RawClient client, MqttVersion version = MqttVersion.V500) =>
        [.. (await client.PingAsync()).Select(p => Message(p, version))];

    public static RawMessage Message(byte[] packet, MqttVersion version)
    {
        if (packet[0] >> 4 != (int)MqttPacketType.Publish || !MqttPublishView.TryDecode(Frame(packet), version, fromServer: true, out var p, out _))
        {
            throw new InvalidOperationException("Not a PUBLISH: " + Convert.ToHexString(packet));
        }

        return new RawMessage(
            Encoding.UTF8.GetString(p.Topic), Encoding.UTF8.GetString(p.Payload), (int)p.Qos, p.Retain, p.Dup, p.PacketId, p.TopicAlias, p.ReadProperties());
    }

    private static MqttFrame Frame(byte[] packet)
    {
        MqttFrameReader.ReadHeader(packet, int.MaxValue, out var header, out _, out _);
        return new MqttFrame(packet[0], packet.AsSpan(header));
    }
}
