using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>The part that publishes.</summary>
public sealed partial class MqttClient
{
    private readonly PublishWindow _window;
    private readonly SemaphoreSlim _windowRoom;

    /// <summary>QoS 1 and 2 publishes that were sent and are not answered.</summary>
    public int InFlight
    {
        get
        {
            lock (_gate)
            {
                return _window.InFlight;
            }
        }
    }

    /// <summary>Publishes. QoS 0 completes when it is handed to the network, QoS 1 with its PUBACK, QoS 2 with its PUBCOMP.</summary>
    /// <param name="topic">Topic name.</param>
    /// <param name="payload">The message; copied before the first wait ends.</param>
    /// <param name="qos">Quality of service.</param>
    /// <param name="retain">Whether the server is to retain it.</param>
    /// <param name="properties">Properties, 5.0 only.</param>
    /// <param name="cancellationToken">Ends the wait for room in the window, not a publish that was sent.</param>
    /// <returns>The server's reason code; Success in 3.1.1. The client itself answers <see cref="MqttReasonCode.ServerUnavailable"/>
    /// for a QoS 0 message that was dropped because it is between two connections, and what the server's limits forbid:
    /// <see cref="MqttReasonCode.PacketTooLarge"/>, <see cref="MqttReasonCode.QosNotSupported"/>,
    /// <see cref="MqttReasonCode.RetainNotSupported"/>. Await it once.</returns>
    /// <exception cref="MqttConnectionException">There is no connection, or it was lost for good before the answer.</exception>
    public ValueTask<MqttReasonCode> PublishAsync(
        string topic,
        ReadOnlyMemory<byte> payload,
        MqttQos qos = MqttQos.AtLeastOnce,
        bool retain = false,
        MqttProperties? properties = null,
        CancellationToken cancellationToken = default) =>
        PublishAsync(ToTopic(topic), payload, qos, retain, properties, cancellationToken);

    /// <summary>As the other one, with a topic that was made once by <see cref="ToTopic"/>: for many publishes to one topic.</summary>
    public ValueTask<MqttReasonCode> PublishAsync(
        ReadOnlyMemory<byte> topicUtf8,
        ReadOnlyMemory<byte> payload,
        MqttQos qos = MqttQos.AtLeastOnce,
        bool retain = false,
        MqttProperties? properties = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)qos, (int)MqttQos.ExactlyOnce, nameof(qos));
        if (qos == MqttQos.AtMostOnce)
        {
            return PublishQos0Async(topicUtf8, payload, retain, properties);
        }

        // The window has room most of the time: no state machine then.
        return _windowRoom.Wait(0, CancellationToken.None)
            ? PublishInWindow(topicUtf8, payload, qos, retain, properties)
            : PublishWhenRoomAsync(topicUtf8, payload, qos, retain, properties, cancellationToken);
    }

    /// <summary>The bytes of a topic name.</summary>
    /// <exception cref="ArgumentException">It is not one.</exception>
    public static byte[] ToTopic(string topic)
    {
        var utf8 = MqttUtf8.GetBytes(topic);
        return MqttTopic.IsValidName(utf8) ? utf8 : throw new ArgumentException("Not a topic name.", nameof(topic));
    }

    private static MqttPublishParts Parts(
        ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> payload, MqttQos qos, bool retain, MqttProperties? properties) => new()
        {
            Topic = topic.Span,
            Payload = payload.Span,
            Qos = qos,
            Retain = retain,
            PropertyBlock = MqttPublishEncoder.EncodeProperties(properties),
        };

    private async ValueTask<MqttReasonCode> PublishQos0Async(
        ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> payload, bool retain, MqttProperties? properties)
    {
        var link = Volatile.Read(ref _link);
        if (link is null)
        {
            if (!KeepsPublishes)
            {
                throw new MqttConnectionException();
            }

            Interlocked.Increment(ref Counters.DroppedCount);
            return MqttReasonCode.ServerUnavailable;
        }

        if (link.Buffered > _options.MaxBufferedBytes)
        {
            await link.WhenDrainedAsync();
        }

        return SendQos0(link, Parts(topic, payload, MqttQos.AtMostOnce, retain, properties));
    }

    private MqttReasonCode SendQos0(ClientLink link, in MqttPublishParts parts)
    {
        var refusal = Check(link.Limits, parts);
        if (refusal != MqttReasonCode.Success)
        {
            return refusal;
        }

        link.Send(parts);
        Interlocked.Increment(ref Counters.PublishedCount);
        return MqttReasonCode.Success;
    }

    private MqttReasonCode Check(ServerLimits limits, in MqttPublishParts parts)
    {
        var refusal = limits.Check(parts.Qos, parts.Retain);
        return refusal == MqttReasonCode.Success && MqttPublishEncoder.GetSize(_options.Version, parts) > limits.MaximumPacketSize
            ? MqttReasonCode.PacketTooLarge
            : refusal;
    }

    private ValueTask<MqttReasonCode> PublishInWindow(
        ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> payload, MqttQos qos, bool retain, MqttProperties? properties)
    {
        var parts = Parts(topic, payload, qos, retain, properties);
        lock (_gate)
        {
            if (_link is null && !KeepsPublishes)
            {
                _windowRoom.Release();
                return ValueTask.FromException<MqttReasonCode>(new MqttConnectionException());
            }

            var refusal = Check(_limits, parts);
            if (refusal != MqttReasonCode.Success)
            {
                _windowRoom.Release();
                return ValueTask.FromResult(refusal);
            }

            var operation = _window.Add(_options.Version, parts, out var packetId);
            Counters.PublishedCount++;
            if (_link is { } link && _window.TrySend(packetId, _limits.ReceiveMaximum, out var packet))
            {
                Send(link, parts, packet, packetId);
            }

            return operation.Task;
        }
    }

    private static void Send(ClientLink link, in MqttPublishParts parts, ReadOnlyMemory<byte> packet, ushort packetId)
    {
        if (!link.Aliases.SendsAliases)
        {
            link.Send(packet.Span);
            return;
        }

        link.Send(new MqttPublishParts
        {
            Topic = parts.Topic,
            Payload = parts.Payload,
            PropertyBlock = parts.PropertyBlock,
            Qos = parts.Qos,
            Retain = parts.Retain,
            PacketId = packetId,
        });
    }

    private async ValueTask<MqttReasonCode> PublishWhenRoomAsync(
        ReadOnlyMemory<byte> topic,
        ReadOnlyMemory<byte> payload,
        MqttQos qos,
        bool retain,
        MqttProperties? properties,
        CancellationToken cancellationToken)
    {
        await _windowRoom.WaitAsync(cancellationToken);
        return await PublishInWindow(topic, payload, qos, retain, properties);
    }

    /// <summary>Sends what waits for the server's receive maximum.</summary>
    private void SendWaitingLocked(ClientLink link)
    {
        while (_window.TryNext(_limits.ReceiveMaximum, out var packet, out var packetId))
        {
            if (packet.Length > _limits.MaximumPacketSize)
            {
                // Taken under the limits of an earlier connection.
                Finish(_window.Free(packetId), MqttReasonCode.PacketTooLarge);
                continue;
            }

            link.Send(packet.Span);
        }
    }

    /// <summary>Takes up the publishes of the session on a new connection.</summary>
    private void RestartPublishesLocked(ClientLink link, bool sessionPresent)
    {
        var again = _window.Restart(
            sessionPresent,
            id => SendAck(link, MqttPacketType.PubRel, id, MqttReasonCode.Success),
            operation => Finish(operation, MqttReasonCode.Success));
        Interlocked.Add(ref Counters.ResentCount, again);
        SendWaitingLocked(link);
    }

    private void OnPublishAnswer(ClientLink link, in MqttAck ack)
    {
        lock (_gate)
        {
            var failed = (int)ack.Reason >= 0x80;
            if (ack.Type == MqttPacketType.PubRec && !failed)
            {
                var known = _window.Release(ack.PacketId);
                SendAck(link, MqttPacketType.PubRel, ack.PacketId, known ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound);
                return;
            }

            if (_window.Complete(ack.PacketId, ack.Type) is not { } operation)
            {
                return;
            }

            Interlocked.Increment(ref Counters.AcknowledgedCount);
            Interlocked.Add(ref Counters.RefusedCount, failed ? 1 : 0);
            SendWaitingLocked(link);
            Finish(operation, ack.Reason);
        }
    }

    // Its continuations run elsewhere, so that this may be called with the lock held.
    private void Finish(PublishOperation operation, MqttReasonCode reason)
    {
        _windowRoom.Release();
        operation.Complete(reason);
    }

    private void FailPublishes(Exception error)
    {
        List<PublishOperation> waiting;
        lock (_gate)
        {
            waiting = _window.Clear();
            _ended = true;
        }

        foreach (var operation in waiting)
        {
            operation.Fail(error);
            _windowRoom.Release();
        }
    }
}
