namespace IOC.Mqtt;

/// <summary>Topic aliases that the server has set on one connection (5.0, 3.3.2.3.4): the first topics that are sent get them, and
/// keep them. Guarded by the session.</summary>
internal sealed class OutboundAliases(int limit)
{
    private readonly Dictionary<byte[], ushort> _numbers = new(ByteComparer.Instance);

    /// <summary>The alias of a topic, or a free one that the client does not know yet; 0 when all are in use.</summary>
    public ushort Find(byte[] topic, out bool isNew)
    {
        isNew = !_numbers.TryGetValue(topic, out var number);
        if (isNew)
        {
            isNew = _numbers.Count < limit;
            return isNew ? (ushort)(_numbers.Count + 1) : (ushort)0;
        }

        return number;
    }

    /// <summary>The topic is on its way to the client together with its new alias.</summary>
    public void Set(byte[] topic) => _numbers.Add(topic, (ushort)(_numbers.Count + 1));
}
