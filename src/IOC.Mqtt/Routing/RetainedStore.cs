using System.Collections.Concurrent;
using System.Text;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>The last retained message of each topic.</summary>
internal sealed class RetainedStore(int limit, long byteLimit, MqttServerCounters counters)
{
    private readonly ConcurrentDictionary<byte[], MqttMessage> _messages = new(ByteComparer.Instance);
    private readonly ByteBudget _bytes = new(byteLimit);
    private int _count;

    /// <summary>Where changes are told; null when nothing is stored.</summary>
    public MqttJournal? Journal { get; set; }

    public int Count => Volatile.Read(ref _count);

    /// <summary>Bytes of all messages.</summary>
    public long Bytes => _bytes.Used;

    /// <summary>Keeps a message; an empty payload removes the topic's (3.3.1.3). One that does not fit is counted, and the topic then
    /// has none: its former one would be taken for the present state.</summary>
    public void Set(MqttMessage message)
    {
        if (message.Payload.Length == 0)
        {
            Remove(message.Topic);
        }
        else if (!TryPut(message))
        {
            Remove(message.Topic);
            counters.RetainRefused();
        }
        else
        {
            Journal?.MarkRetained(message.Topic);
        }
    }

    /// <summary>The message of a topic.</summary>
    public MqttMessage? Find(byte[] topic) => _messages.GetValueOrDefault(topic);

    /// <summary>Takes up a message that a store holds.</summary>
    public void Restore(MqttMessage message) => TryPut(message);

    /// <summary>The messages that a filter matches and that have not expired.</summary>
    public IEnumerable<MqttMessage> Match(string filter, long nowMs)
    {
        var utf8 = Encoding.UTF8.GetBytes(filter);
        if (utf8.AsSpan().IndexOfAny((byte)'+', (byte)'#') < 0)
        {
            // The common case: a device asks for its own topic.
            if (_messages.TryGetValue(utf8, out var exact) && exact.ExpiresAtMs > nowMs)
            {
                yield return exact;
            }

            yield break;
        }

        foreach (var (topic, message) in _messages)
        {
            if (message.ExpiresAtMs > nowMs && MqttTopic.Matches(utf8, topic))
            {
                yield return message;
            }
        }
    }

    public void DropExpired(long nowMs)
    {
        foreach (var (topic, message) in _messages)
        {
            if (message.ExpiresAtMs <= nowMs && _messages.TryRemove(new KeyValuePair<byte[], MqttMessage>(topic, message)))
            {
                Removed(message);
            }
        }
    }

    private void Remove(byte[] topic)
    {
        if (_messages.TryRemove(topic, out var message))
        {
            Removed(message);
        }
    }

    private void Removed(MqttMessage message)
    {
        Interlocked.Decrement(ref _count);
        _bytes.Give(message.Size);
        Journal?.MarkRetained(message.Topic);
    }

    private bool TryPut(MqttMessage message)
    {
        while (true)
        {
            var isNew = !_messages.TryGetValue(message.Topic, out var former);
            long growth = message.Size - (former?.Size ?? 0);
            if ((isNew && Count >= limit) || !_bytes.TryTake(growth))
            {
                return false;
            }

            if (isNew ? _messages.TryAdd(message.Topic, message) : _messages.TryUpdate(message.Topic, message, former!))
            {
                Interlocked.Add(ref _count, isNew ? 1 : 0);
                return true;
            }

            // Somebody else changed the topic meanwhile.
            _bytes.Give(growth);
        }
    }
}
