using System.Collections.Concurrent;
using System.Text;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>The last retained message of each topic.</summary>
internal sealed class RetainedStore(int limit, MqttServerCounters counters)
{
    private readonly ConcurrentDictionary<byte[], MqttMessage> _messages = new(ByteComparer.Instance);
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Keeps a message; an empty payload removes the topic's (3.3.1.3).</summary>
    public void Set(MqttMessage message)
    {
        if (message.Payload.Length == 0)
        {
            Remove(message.Topic);
        }
        else if (Count >= limit && !_messages.ContainsKey(message.Topic))
        {
            counters.RetainRefused();
        }
        else
        {
            Put(message);
        }
    }

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
                Interlocked.Decrement(ref _count);
            }
        }
    }

    private void Remove(byte[] topic)
    {
        if (_messages.TryRemove(topic, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private void Put(MqttMessage message)
    {
        while (true)
        {
            if (_messages.TryAdd(message.Topic, message))
            {
                Interlocked.Increment(ref _count);
                return;
            }

            if (_messages.TryGetValue(message.Topic, out var former) && _messages.TryUpdate(message.Topic, message, former))
            {
                return;
            }
        }
    }
}
