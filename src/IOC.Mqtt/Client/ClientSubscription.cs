using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>A subscription and its handler.</summary>
internal sealed class ClientSubscription(MqttTopicFilter filter, uint identifier, Func<MqttReceivedMessage, ValueTask> handler)
{
    private const string SharePrefix = "$share/";

    public MqttTopicFilter Filter => filter;

    /// <summary>Subscription identifier, from 1; 0 is none.</summary>
    public uint Identifier => identifier;

    public Func<MqttReceivedMessage, ValueTask> Handler => handler;

    /// <summary>What topics are compared with: the filter without the name of its share.</summary>
    public byte[] Match { get; } = MqttUtf8.GetBytes(Plain(filter.Filter));

    public bool IsShared { get; } = filter.Filter.StartsWith(SharePrefix, StringComparison.Ordinal);

    public bool HasWildcards => Match.AsSpan().IndexOfAny((byte)'+', (byte)'#') >= 0;

    /// <summary>Whether a server has granted it, so that its session has it.</summary>
    public bool Granted { get; set; }

    public MqttSubscribe ToPacket(ushort packetId, MqttVersion version) => new()
    {
        PacketId = packetId,
        Filters = [filter],
        Properties = version == MqttVersion.V500 && identifier > 0 ? new MqttProperties { SubscriptionIdentifiers = [identifier] } : null,
    };

    /// <summary>"$share/name/filter" without its first two levels (5.0, 4.8.2).</summary>
    private static string Plain(string filter)
    {
        if (!filter.StartsWith(SharePrefix, StringComparison.Ordinal))
        {
            return filter;
        }

        var end = filter.IndexOf('/', SharePrefix.Length);
        return end < 0 ? filter : filter[(end + 1)..];
    }
}
