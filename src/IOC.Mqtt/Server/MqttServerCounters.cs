using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>What the endpoint has done since it started. Connections count in batches: a figure lags by one read at most.</summary>
public sealed class MqttServerCounters
{
    private readonly long[] _publishesIn = new long[3];
    private readonly long[] _refused = new long[256];
    private readonly long[] _refusedConnects = new long[256];
    private readonly long[] _closed = new long[256];
    private long _connectionsOpened;
    private long _connectionsOpen;
    private long _connectionsMost;
    private long _sessionsExpired;
    private long _packetsIn;
    private long _packetsOut;
    private long _payloadBytesIn;
    private long _payloadBytesOut;
    private long _acksOut;
    private long _bytesIn;
    private long _bytesOut;
    private long _publishesOut;
    private long _droppedQos0;
    private long _droppedQueued;
    private long _durableFailures;
    private long _willsPublished;
    private long _retainedRefused;
    private long _throttled;
    private long _holds;

    /// <summary>Connections that were opened.</summary>
    public long ConnectionsOpened => Volatile.Read(ref _connectionsOpened);

    /// <summary>Connections that are open now.</summary>
    public long ConnectionsOpen => Volatile.Read(ref _connectionsOpen);

    /// <summary>Most connections that were open at once.</summary>
    public long ConnectionsMost => Volatile.Read(ref _connectionsMost);

    /// <summary>Stored sessions whose life was over.</summary>
    public long SessionsExpired => Volatile.Read(ref _sessionsExpired);

    /// <summary>Packets received.</summary>
    public long PacketsIn => Volatile.Read(ref _packetsIn);

    /// <summary>Packets sent.</summary>
    public long PacketsOut => Volatile.Read(ref _packetsOut);

    /// <summary>Payload bytes of the messages received.</summary>
    public long PayloadBytesIn => Volatile.Read(ref _payloadBytesIn);

    /// <summary>Payload bytes of the messages sent.</summary>
    public long PayloadBytesOut => Volatile.Read(ref _payloadBytesOut);

    /// <summary>Answers sent to publishes: PUBACK and PUBREC.</summary>
    public long AcksOut => Volatile.Read(ref _acksOut);

    /// <summary>Bytes received.</summary>
    public long BytesIn => Volatile.Read(ref _bytesIn);

    /// <summary>Bytes sent.</summary>
    public long BytesOut => Volatile.Read(ref _bytesOut);

    /// <summary>Messages sent to subscribers.</summary>
    public long PublishesOut => Volatile.Read(ref _publishesOut);

    /// <summary>QoS 0 messages dropped because a subscriber was too slow or all queues together were full.</summary>
    public long DroppedQos0 => Volatile.Read(ref _droppedQos0);

    /// <summary>QoS 1 and 2 messages dropped because a session's queue or all queues together were full, a message expired or is too large for its client.</summary>
    public long DroppedQueued => Volatile.Read(ref _droppedQueued);

    /// <summary>Messages that were not acknowledged because their durable task failed.</summary>
    public long DurableFailures => Volatile.Read(ref _durableFailures);

    /// <summary>Wills published.</summary>
    public long WillsPublished => Volatile.Read(ref _willsPublished);

    /// <summary>Messages not retained because there are too many, in number or in bytes.</summary>
    public long RetainedRefused => Volatile.Read(ref _retainedRefused);

    /// <summary>Times that a connection was read no further for a while because it or its credential had used up its rate.</summary>
    public long Throttles => Volatile.Read(ref _throttled);

    /// <summary>Times that publishers were held back because a subscriber's queue was filling.</summary>
    public long Holds => Volatile.Read(ref _holds);

    /// <summary>Messages received with a QoS; wills do not count.</summary>
    public long PublishesIn(MqttQos qos) => Volatile.Read(ref _publishesIn[(int)qos]);

    /// <summary>Messages refused by reason.</summary>
    public IReadOnlyDictionary<MqttReasonCode, long> RefusedPublishes => ByReason(_refused);

    /// <summary>CONNECTs refused by reason.</summary>
    public IReadOnlyDictionary<MqttReasonCode, long> RefusedConnects => ByReason(_refusedConnects);

    /// <summary>Connections that the server closed, by reason.</summary>
    public IReadOnlyDictionary<MqttReasonCode, long> ClosedByServer => ByReason(_closed);

    internal void Opened()
    {
        Interlocked.Increment(ref _connectionsOpened);
        var open = Interlocked.Increment(ref _connectionsOpen);
        var most = ConnectionsMost;
        while (open > most && Interlocked.CompareExchange(ref _connectionsMost, open, most) is var seen && seen != most)
        {
            most = seen;
        }
    }

    internal void Ended() => Interlocked.Decrement(ref _connectionsOpen);

    internal void Received(long bytes, in QosCounts publishes)
    {
        Interlocked.Add(ref _bytesIn, bytes);
        Add(ref _publishesIn[0], publishes.Qos0);
        Add(ref _publishesIn[1], publishes.Qos1);
        Add(ref _publishesIn[2], publishes.Qos2);
    }

    internal void Sent(long bytes, int acks, int publishes)
    {
        Add(ref _bytesOut, bytes);
        Add(ref _acksOut, acks);
        Add(ref _publishesOut, publishes);
    }

    internal void Drop(MqttQos qos) => Interlocked.Increment(ref qos == MqttQos.AtMostOnce ? ref _droppedQos0 : ref _droppedQueued);

    internal void ReceivedPackets(int packets, long payloadBytes)
    {
        Add(ref _packetsIn, packets);
        Add(ref _payloadBytesIn, payloadBytes);
    }

    internal void SentPackets(int packets, long payloadBytes)
    {
        Add(ref _packetsOut, packets);
        Add(ref _payloadBytesOut, payloadBytes);
    }

    internal void SessionExpired() => Interlocked.Increment(ref _sessionsExpired);

    internal void DurableFailed(int count) => Add(ref _durableFailures, count);

    internal void WillPublished() => Interlocked.Increment(ref _willsPublished);

    internal void RetainRefused() => Interlocked.Increment(ref _retainedRefused);

    internal void Held() => Interlocked.Increment(ref _holds);

    internal void Throttled() => Interlocked.Increment(ref _throttled);

    internal void Refuse(MqttReasonCode reason) => Interlocked.Increment(ref _refused[(byte)reason]);

    internal void RefuseConnect(MqttReasonCode reason) => Interlocked.Increment(ref _refusedConnects[(byte)reason]);

    internal void Close(MqttReasonCode reason) => Interlocked.Increment(ref _closed[(byte)reason]);

    private static void Add(ref long counter, long by)
    {
        if (by != 0)
        {
            Interlocked.Add(ref counter, by);
        }
    }

    private static Dictionary<MqttReasonCode, long> ByReason(long[] counts)
    {
        var result = new Dictionary<MqttReasonCode, long>();
        for (var i = 0; i < counts.Length; i++)
        {
            if (Volatile.Read(ref counts[i]) is > 0 and var n)
            {
                result[(MqttReasonCode)i] = n;
            }
        }

        return result;
    }
}

/// <summary>Publishes of one read, by QoS.</summary>
internal struct QosCounts
{
    public int Qos0;
    public int Qos1;
    public int Qos2;
}
