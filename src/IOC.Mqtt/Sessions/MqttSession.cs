using System.Buffers;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>What the server keeps for a client identifier: subscriptions, queues and unanswered messages (4.1). It outlives
/// its connections when it is stored.</summary>
internal sealed partial class MqttSession(string clientId, MqttServerOptions options, MqttServerCounters counters, ByteBudget total)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly Queue<Delivery> _qos0 = new();
    private readonly Queue<Delivery> _reliable = new();
    private readonly OutboundWindow _window = new(options.MaxOutboundInFlight);
    private readonly Dictionary<ushort, Task?> _received = [];
    private readonly List<RetainedFeed> _feeds = [];
    private MqttConnection? _connection;
    private long _queuedBytes;
    private long _takenBytes;
    private bool _ended;
    private long _dropped;

    public string ClientId => clientId;

    /// <summary>The credential that it belongs to; null for nobody's. Guarded by the registry.</summary>
    public string? Principal { get; set; }

    /// <summary>Life after its connection, seconds; 0 ends with it. Set by the connection that has it.</summary>
    public uint ExpirySeconds { get; set; }

    /// <summary>On the server's clock; <see cref="long.MaxValue"/> while connected or without end.</summary>
    public long ExpiresAtMs { get; set; } = long.MaxValue;

    /// <summary>The connection that has claimed the session, from before its CONNACK to its end; guarded by the registry.</summary>
    public MqttConnection? Owner { get; set; }

    /// <summary>A will that waits for its delay; guarded by the registry.</summary>
    public PendingWill? Will { get; set; }

    /// <summary>The connection that has the session, if any.</summary>
    public MqttConnection? Connection => Volatile.Read(ref _connection);

    /// <summary>Messages dropped because a queue of this session was full.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Messages queued.</summary>
    public int Queued
    {
        get
        {
            lock (_gate)
            {
                return _qos0.Count + _reliable.Count;
            }
        }
    }

    public int SubscriptionCount
    {
        get
        {
            lock (_gate)
            {
                return _subscriptions.Count;
            }
        }
    }

    public string[] Filters()
    {
        lock (_gate)
        {
            return [.. _subscriptions.Keys];
        }
    }

    public bool HasSubscription(string filter)
    {
        lock (_gate)
        {
            return _subscriptions.ContainsKey(filter);
        }
    }

    public void Remember(Subscription subscription)
    {
        lock (_gate)
        {
            _subscriptions[subscription.Filter.Filter] = subscription;
        }
    }

    public bool Forget(string filter)
    {
        lock (_gate)
        {
            _feeds.RemoveAll(f => f.Filter.Filter == filter);
            ForgetSubscription(filter);
            return _subscriptions.Remove(filter);
        }
    }

    public void Attach(MqttConnection connection, int receiveMaximum)
    {
        lock (_gate)
        {
            _window.Restart(receiveMaximum);
            Volatile.Write(ref _connection, connection);
            ExpiresAtMs = long.MaxValue;
        }
    }

    public void Detach()
    {
        lock (_gate)
        {
            Volatile.Write(ref _connection, null);
            foreach (var delivery in _qos0)
            {
                _queuedBytes -= delivery.Message.Size;
                Give(delivery.Message.Size);
            }

            _qos0.Clear();
            StopHolding();
        }
    }

    /// <summary>The session is gone: gives back what its messages take of all queues' bytes, and takes no more. Whoever has found it
    /// as a subscriber before may still deliver to it.</summary>
    /// <returns>Messages of shared subscriptions that another member should get: those that were not sent, and those of QoS 1 that were
    /// not answered. One of QoS 2 that was sent must go to nobody else (5.0, 4.8.2-5).</returns>
    public List<Delivery> End()
    {
        lock (_gate)
        {
            _ended = true;
            Give(_takenBytes);
            ForgetAll();
            return [.. _window.Unanswered(MqttQos.AtLeastOnce).Concat(_reliable).Where(d => d.Share is not null)];
        }
    }

    /// <summary>Sends retained messages as the client takes them: a wide filter may match far more than a queue holds.</summary>
    public void Feed(IEnumerable<MqttMessage> retained, Subscription subscription)
    {
        lock (_gate)
        {
            _feeds.RemoveAll(f => f.Filter.Filter == subscription.Filter.Filter);
            _feeds.Add(new RetainedFeed(retained.GetEnumerator(), subscription.Filter, subscription.Identifiers));
        }
    }

    /// <summary>Queues a message. Never blocks: what does not fit is dropped and counted, unless another member of a shared subscription
    /// may take it.</summary>
    /// <param name="delivery">The message.</param>
    /// <param name="outbox">Where to note whom to wake after the batch; null is at once.</param>
    public DeliveryResult Deliver(in Delivery delivery, Outbox? outbox)
    {
        MqttConnection? wake;
        lock (_gate)
        {
            wake = _connection;
            var qos0 = delivery.Qos == MqttQos.AtMostOnce;
            if (_ended || (wake is null && (qos0 || ExpirySeconds == 0)))
            {
                return DeliveryResult.NotTaken;
            }

            var queue = qos0 ? _qos0 : _reliable;
            var limit = qos0 ? options.MaxQueuedQos0Messages : options.MaxQueuedMessages;
            if (queue.Count >= limit || _queuedBytes + delivery.Message.Size > options.MaxQueuedBytes || !TryTake(delivery.Message.Size))
            {
                if (delivery.Share is null)
                {
                    Drop(delivery.Qos);
                }

                return DeliveryResult.Full;
            }

            queue.Enqueue(qos0 ? delivery : Keep(delivery));
            _queuedBytes += delivery.Message.Size;
            if (wake is not null && outbox is not null && outbox.Owner != wake)
            {
                Hold(wake, outbox);
            }

            if (queue.Count > 1)
            {
                // Whoever queued the first has woken the pump, or an answer of the client will.
                wake = null;
            }
        }

        if (outbox is null)
        {
            wake?.Schedule();
        }
        else if (wake is not null)
        {
            outbox.Wake(wake);
        }

        return DeliveryResult.Queued;
    }

    /// <summary>Writes queued messages up to <paramref name="budget"/> bytes; returns their number.</summary>
    public int WriteTo(IBufferWriter<byte> output, MqttConnection connection, int budget, long nowMs, out int bytes)
    {
        bytes = 0;
        var count = 0;
        lock (_gate)
        {
            if (_connection != connection)
            {
                return 0;
            }

            while (bytes < budget && _window.CanResend)
            {
                bytes += Resend(output, connection, nowMs);
                count++;
            }

            while (bytes < budget && _window.CanSend && _reliable.TryPeek(out var delivery) && _window.IsFree(delivery.Sequence))
            {
                _reliable.Dequeue();
                _queuedBytes -= delivery.Message.Size;
                count += Send(output, connection, delivery, nowMs, ref bytes);
            }

            while (bytes < budget && _qos0.TryDequeue(out var delivery))
            {
                _queuedBytes -= delivery.Message.Size;
                Give(delivery.Message.Size);
                count += Send(output, connection, delivery, nowMs, ref bytes);
            }

            while (bytes < budget && _feeds.Count > 0 && ((_window.CanSend && _window.IsFree(_sequence + 1)) || _feeds[0].Filter.Qos == MqttQos.AtMostOnce))
            {
                count += SendRetained(output, connection, nowMs, ref bytes);
            }

            ReleaseIfRoom();
        }

        return count;
    }

    /// <summary>PUBACK, PUBREC or PUBCOMP of the client. False when it fits no message.</summary>
    /// <param name="ack">The answer.</param>
    /// <param name="durable">The PUBREL must not leave before this completes: else the message could be sent once more after a restart,
    /// to a client that has forgotten it.</param>
    public bool Acknowledge(in MqttAck ack, out Task durable)
    {
        durable = Task.CompletedTask;
        lock (_gate)
        {
            return ack.Type switch
            {
                MqttPacketType.PubAck => Complete(ack.PacketId, MqttQos.AtLeastOnce),
                MqttPacketType.PubRec when (int)ack.Reason < 0x80 => Release(ack.PacketId, out durable),
                MqttPacketType.PubComp when !_window.IsReleased(ack.PacketId) => false,
                _ => Complete(ack.PacketId, MqttQos.ExactlyOnce),
            };
        }
    }

    /// <summary>A QoS 2 message was taken; its PUBREC waits for <paramref name="durable"/>. From here on a copy of it is not taken
    /// again, on a later connection either.</summary>
    public void BeginReceive(ushort packetId, Task? durable)
    {
        lock (_gate)
        {
            _received[packetId] = durable;
        }
    }

    /// <summary>Its PUBREC was written.</summary>
    public void NoteReceived(ushort packetId)
    {
        lock (_gate)
        {
            if (_received.ContainsKey(packetId))
            {
                _received[packetId] = null;
            }
        }
    }

    /// <summary>Whether a QoS 2 message with this identifier was taken and not released by a PUBREL; then the PUBREC of its copy
    /// waits for <paramref name="durable"/> too. A message that could not be stored counts as never received.</summary>
    public bool WasReceived(ushort packetId, out Task? durable)
    {
        lock (_gate)
        {
            if (!_received.TryGetValue(packetId, out durable))
            {
                return false;
            }

            if (durable is { IsCompleted: true, IsCompletedSuccessfully: false })
            {
                _received.Remove(packetId);
                return false;
            }

            return true;
        }
    }

    public bool ReleaseReceived(ushort packetId) => ReleaseReceived(packetId, out _);

    /// <summary>A PUBREL came.</summary>
    /// <param name="packetId">Packet identifier.</param>
    /// <param name="durable">The PUBCOMP must not leave before this completes: else the client's next message with this identifier could
    /// be taken for a copy after a restart.</param>
    public bool ReleaseReceived(ushort packetId, out Task durable)
    {
        lock (_gate)
        {
            durable = ForgetReceipt(packetId);
            return _received.Remove(packetId);
        }
    }

    private int SendRetained(IBufferWriter<byte> output, MqttConnection connection, long nowMs, ref int bytes)
    {
        var feed = _feeds[0];
        if (!feed.Messages.MoveNext())
        {
            _feeds.RemoveAt(0);
            return 0;
        }

        var message = feed.Messages.Current;
        var qos = (MqttQos)Math.Min((int)message.Qos, (int)feed.Filter.Qos);
        if (qos != MqttQos.AtMostOnce && !TryTake(message.Size))
        {
            Drop(qos);
            return 0;
        }

        var delivery = new Delivery(message, qos, Retain: true, feed.Identifiers);
        return Send(output, connection, qos == MqttQos.AtMostOnce ? delivery : Keep(delivery), nowMs, ref bytes);
    }

    private int Resend(IBufferWriter<byte> output, MqttConnection connection, long nowMs)
    {
        var packetId = _window.Resend(out var delivery, out var released);
        if (released)
        {
            var size = MqttAck.Write(output.GetSpan(MqttAck.MaxSize), connection.Version, MqttPacketType.PubRel, packetId, MqttReasonCode.Success);
            output.Advance(size);
            return size;
        }

        var written = Write(output, connection, delivery, packetId, dup: true, nowMs);
        if (written == 0)
        {
            // Too large for what the client takes now: as if it had been sent and answered (5.0, 3.1.2.11.4).
            Complete(packetId, delivery.Qos);
            Drop(delivery.Qos);
        }

        return written;
    }

    /// <summary>Sends for the first time. A message that wants an answer keeps its bytes taken until that comes.</summary>
    private int Send(IBufferWriter<byte> output, MqttConnection connection, in Delivery delivery, long nowMs, ref int bytes)
    {
        var qos0 = delivery.Qos == MqttQos.AtMostOnce;
        var written = 0;
        if (delivery.Message.ExpiresAtMs > nowMs)
        {
            var packetId = qos0 ? (ushort)0 : _window.Add(delivery);
            written = Write(output, connection, delivery, packetId, dup: false, nowMs);
            if (written == 0 && !qos0)
            {
                _window.Complete(packetId, delivery.Qos, out _);
            }
            else
            {
                Move(delivery.Kept, StoredDeliveryState.Sent);
            }
        }

        bytes += written;
        if (written > 0)
        {
            return 1;
        }

        Give(qos0 ? 0 : delivery.Message.Size);
        Drop(delivery.Qos);
        Finish(delivery.Kept);
        return 0;
    }

    /// <summary>Writes a PUBLISH; 0, and nothing is written, when it is larger than the client takes.</summary>
    private static int Write(
        IBufferWriter<byte> output, MqttConnection connection, in Delivery delivery, ushort packetId, bool dup, long nowMs)
    {
        var isNew = false;
        var aliases = connection.OutboundAliases;
        var alias = aliases is null ? (ushort)0 : aliases.Find(delivery.Message.Topic, out isNew);
        var parts = Parts(delivery, packetId, dup, nowMs, alias, isNew);
        var size = MqttPublishEncoder.GetSize(connection.Version, parts);
        if (isNew && size > connection.ClientMaxPacketSize)
        {
            // Setting an alias takes more room than doing without.
            isNew = false;
            parts = Parts(delivery, packetId, dup, nowMs, alias: 0, withTopic: true);
            size = MqttPublishEncoder.GetSize(connection.Version, parts);
        }

        if (size > connection.ClientMaxPacketSize)
        {
            return 0;
        }

        if (isNew)
        {
            aliases!.Set(delivery.Message.Topic);
        }

        MqttPublishEncoder.Write(output, connection.Version, parts);
        connection.PayloadSent += delivery.Message.Payload.Length;
        return size;
    }

    private static MqttPublishParts Parts(in Delivery delivery, ushort packetId, bool dup, long nowMs, ushort alias, bool withTopic)
    {
        var message = delivery.Message;
        return new MqttPublishParts
        {
            Topic = alias == 0 || withTopic ? message.Topic : [],
            TopicAlias = alias,
            Payload = message.Payload,
            PropertyBlock = message.PropertyBlock,
            SubscriptionIdentifiers = delivery.SubscriptionIds,

            // What is left of it (5.0, 3.3.2.3.3). A message that is sent again may be past it (4.3.3-7).
            MessageExpiryInterval = message.ExpiresAtMs == long.MaxValue
                ? null
                : (uint)Math.Max(0, (message.ExpiresAtMs - nowMs + 999) / 1000),
            PacketId = packetId,
            Qos = delivery.Qos,
            Retain = delivery.Retain,
            Dup = dup,
        };
    }

    private bool Complete(ushort packetId, MqttQos qos)
    {
        if (!_window.Complete(packetId, qos, out var delivery))
        {
            return false;
        }

        Give(delivery.Message.Size);
        Finish(delivery.Kept);
        return true;
    }

    private bool TryTake(int bytes)
    {
        if (!total.TryTake(bytes))
        {
            return false;
        }

        _takenBytes += bytes;
        return true;
    }

    private void Give(long bytes)
    {
        total.Give(bytes);
        _takenBytes -= bytes;
    }

    private void Drop(MqttQos qos)
    {
        _dropped++;
        counters.Drop(qos);
    }
}

/// <summary>Retained messages that a new subscription is still to get.</summary>
internal sealed record RetainedFeed(IEnumerator<MqttMessage> Messages, MqttTopicFilter Filter, uint[]? Identifiers);

/// <summary>A will of a connection that is gone, waiting for its delay.</summary>
/// <param name="Client">Whose will.</param>
/// <param name="Will">The will.</param>
/// <param name="DueAtMs">When to publish it, on the server's clock.</param>
internal sealed record PendingWill(MqttClientContext Client, MqttWill Will, long DueAtMs);
