using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>Topic aliases of one connection, a table for each direction (5.0, 3.3.2.3.4).</summary>
internal sealed class TopicAliases(int inbound, int outbound)
{
    private readonly byte[]?[] _in = new byte[inbound][];
    private readonly Dictionary<byte[], ushort> _out = new(ByteComparer.Instance);

    /// <summary>Whether publishes may go out with aliases.</summary>
    public bool SendsAliases => outbound > 0;

    /// <summary>The topic of a received publish.</summary>
    /// <exception cref="MqttConnectionException">The alias is too high or stands for nothing.</exception>
    public ReadOnlySpan<byte> Resolve(in MqttPublishView publish)
    {
        if (publish.TopicAlias == 0)
        {
            return publish.Topic;
        }

        if (publish.TopicAlias > _in.Length)
        {
            throw Invalid("is higher than the client takes");
        }

        ref var known = ref _in[publish.TopicAlias - 1];
        if (publish.Topic.IsEmpty)
        {
            return known ?? throw Invalid("stands for no topic");
        }

        if (known is null || !publish.Topic.SequenceEqual(known))
        {
            known = publish.Topic.ToArray();
        }

        return known;
    }

    /// <summary>The alias to send for a topic, 0 for none; <paramref name="isNew"/>: the topic must go along.</summary>
    public ushort AliasOf(ReadOnlySpan<byte> topic, out bool isNew)
    {
        var lookup = _out.GetAlternateLookup<ReadOnlySpan<byte>>();
        isNew = false;
        if (lookup.TryGetValue(topic, out var alias))
        {
            return alias;
        }

        if (_out.Count >= outbound)
        {
            return 0;
        }

        isNew = true;
        alias = (ushort)(_out.Count + 1);
        _out.Add(topic.ToArray(), alias);
        return alias;
    }

    private static MqttConnectionException Invalid(string how) =>
        new($"The server's topic alias {how}.", MqttReasonCode.TopicAliasInvalid);
}
