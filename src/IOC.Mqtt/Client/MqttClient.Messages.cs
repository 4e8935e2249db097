using System.Text;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>The part that publishes, subscribes and handles packets.</summary>
public sealed partial class MqttClient
{
    /// <summary>Identifiers up to here are publishes, those above requests.</summary>
    private const int MaxWindow = 32_767;

    private readonly PublishWindow _window;
    private readonly SemaphoreSlim _windowRoom;
    private readonly List<(MqttTopicFilter Filter, byte[] Utf8, Action<MqttReceivedMessage> Handler)> _subscriptions = [];
    private readonly Dictionary<ushort, TaskCompletionSource<MqttSubAck>> _requests = [];
    private readonly HashSet<ushort> _received = [];
    private int _nextRequest = MaxWindow;
    private int _reserved;

    /// <summary>Publishes; QoS 1 completes with its PUBACK, QoS 0 when it is handed to the network.</summary>
    /// <param name="topic">Topic name.</param>
    /// <param name="payload">The message; copied before the first wait ends.</param>
    /// <param name="qos">QoS 0 or 1.</param>
    /// <param name="retain">Whether the server is to retain it.</param>
    /// <param name="properties">Properties, 5.0 only.</param>
    /// <param name="cancellationToken">Ends the wait for room in the window, not a publish that was sent.</param>
    /// <returns>The server's reason code; Success in 3.1.1. <see cref="MqttReasonCode.ServerUnavailable"/> for a QoS 0 message that
    /// was dropped because the client is between two connections. Await it once.</returns>
    /// <exception cref="MqttConnectionException">There is no connection, or it was lost for good before the PUBACK.</exception>
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
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)qos, (int)MqttQos.AtLeastOnce, nameof(qos));
        if (qos == MqttQos.AtMostOnce)
        {
            return PublishQos0Async(topicUtf8, payload, retain, properties);
        }

        // The window has room most of the time: no state machine then.
        return _windowRoom.Wait(0, CancellationToken.None)
            ? PublishQos1(topicUtf8, payload, retain, properties)
            : PublishWhenRoomAsync(topicUtf8, payload, retain, properties, cancellationToken);
    }

    /// <summary>The bytes of a topic name.</summary>
    /// <exception cref="ArgumentException">It is not one.</exception>
    public static byte[] ToTopic(string topic)
    {
        var utf8 = MqttUtf8.GetBytes(topic);
        return MqttTopic.IsValidName(utf8) ? utf8 : throw new ArgumentException("Not a topic name.", nameof(topic));
    }

    /// <summary>Subscribes. The handler runs on the client's read loop, before the message is acknowledged: it must not block.</summary>
    /// <returns>The granted QoS, or why not: 0x80 or higher.</returns>
    /// <exception cref="MqttConnectionException">There is no connection, or it was lost before the SUBACK.</exception>
    public async Task<MqttReasonCode> SubscribeAsync(
        MqttTopicFilter filter, Action<MqttReceivedMessage> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        lock (_gate)
        {
            // Before the SUBSCRIBE: retained messages may come with the SUBACK.
            _subscriptions.Add((filter, MqttUtf8.GetBytes(filter.Filter), handler));
        }

        var subAck = await RequestAsync(
            (id, link) => link.Send(w => new MqttSubscribe { PacketId = id, Filters = [filter] }.Encode(w, _options.Version)),
            cancellationToken);
        var reason = subAck.Reasons[0];
        if ((int)reason >= 0x80)
        {
            lock (_gate)
            {
                _subscriptions.RemoveAll(s => ReferenceEquals(s.Filter, filter));
            }
        }

        return reason;
    }

    /// <summary>Subscribes to <paramref name="filter"/>.</summary>
    /// <inheritdoc cref="SubscribeAsync(MqttTopicFilter, Action{MqttReceivedMessage}, CancellationToken)"/>
    public Task<MqttReasonCode> SubscribeAsync(
        string filter, MqttQos qos, Action<MqttReceivedMessage> handler, CancellationToken cancellationToken = default) =>
        SubscribeAsync(new MqttTopicFilter(filter, qos), handler, cancellationToken);

    /// <summary>Unsubscribes; the filter's handlers get nothing any more.</summary>
    public async Task UnsubscribeAsync(string filter, CancellationToken cancellationToken = default)
    {
        await RequestAsync(
            (id, link) => link.Send(w => new MqttUnsubscribe { PacketId = id, Filters = [filter] }.Encode(w, _options.Version)),
            cancellationToken);
        lock (_gate)
        {
            _subscriptions.RemoveAll(s => s.Filter.Filter == filter);
        }
    }

    private static MqttPublishParts Parts(
        ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> payload, bool retain, MqttProperties? properties) => new()
        {
            Topic = topic.Span,
            Payload = payload.Span,
            Retain = retain,
            PropertyBlock = MqttPublishEncoder.EncodeProperties(properties),
        };

    private async ValueTask<MqttReasonCode> PublishQos0Async(
        ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> payload, bool retain, MqttProperties? properties)
    {
        var link = Volatile.Read(ref _link);
        if (link is null)
        {
            if (!_options.Reconnect || _disconnecting)
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

        link.Send(w => MqttPublishEncoder.Write(w, _options.Version, Parts(topic, payload, retain, properties)));
        Interlocked.Increment(ref Counters.PublishedCount);
        return MqttReasonCode.Success;
    }

    private ValueTask<MqttReasonCode> PublishQos1(
        ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> payload, bool retain, MqttProperties? properties)
    {
        lock (_gate)
        {
            if (_link is null && (!_options.Reconnect || _disconnecting || _firstConnection))
            {
                _windowRoom.Release();
                return ValueTask.FromException<MqttReasonCode>(new MqttConnectionException());
            }

            var operation = _window.Add(_options.Version, Parts(topic, payload, retain, properties), out var packet, out var packetId);
            Counters.PublishedCount++;
            if (_link is { } link)
            {
                link.Send(packet.Span);
                _window.MarkSent(packetId);
            }

            return operation.Task;
        }
    }

    private async ValueTask<MqttReasonCode> PublishWhenRoomAsync(
        ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> payload, bool retain, MqttProperties? properties, CancellationToken cancellationToken)
    {
        await _windowRoom.WaitAsync(cancellationToken);
        return await PublishQos1(topic, payload, retain, properties);
    }

    /// <summary>Keeps to the server's receive maximum.</summary>
    private void LimitWindow(int receiveMaximum)
    {
        var reserve = Math.Max(0, _options.MaxInFlight - receiveMaximum);
        for (; _reserved > reserve; _reserved--)
        {
            _windowRoom.Release();
        }

        for (; _reserved < reserve; _reserved++)
        {
            // Taken as the window empties, should it be full after a reconnect.
            _ = _windowRoom.WaitAsync(CancellationToken.None);
        }
    }

    private async Task<MqttSubAck> RequestAsync(Action<ushort, ClientLink> send, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<MqttSubAck>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            var link = _link ?? throw new MqttConnectionException();
            var id = NextRequestLocked();
            _requests.Add(id, done);
            send(id, link);
        }

        return await done.Task.WaitAsync(cancellationToken);
    }

    private ushort NextRequestLocked()
    {
        do
        {
            _nextRequest = _nextRequest >= ushort.MaxValue ? MaxWindow + 1 : _nextRequest + 1;
        }
        while (_requests.ContainsKey((ushort)_nextRequest));
        return (ushort)_nextRequest;
    }

    private void ResubscribeLocked(ClientLink link)
    {
        _received.Clear();
        foreach (var (filter, _, _) in _subscriptions)
        {
            var id = NextRequestLocked();
            _requests.Add(id, new TaskCompletionSource<MqttSubAck>());
            link.Send(w => new MqttSubscribe { PacketId = id, Filters = [filter] }.Encode(w, _options.Version));
        }
    }

    private void FailRequests(Exception error)
    {
        lock (_gate)
        {
            foreach (var request in _requests.Values)
            {
                request.TrySetException(error);
                _ = request.Task.Exception;
            }

            _requests.Clear();
        }
    }

    private void FailPublishes(Exception error)
    {
        List<PublishOperation> waiting;
        lock (_gate)
        {
            waiting = _window.Clear();
            _disconnecting = true;
        }

        foreach (var operation in waiting)
        {
            operation.Fail(error);
            _windowRoom.Release();
        }
    }

    private void OnFrame(ClientLink link, in MqttFrame frame)
    {
        Volatile.Write(ref _lastReceived, _options.Time.GetTimestamp());
        switch (frame.Type)
        {
            case MqttPacketType.PubAck or MqttPacketType.PubRel:
                OnAck(link, frame);
                break;
            case MqttPacketType.Publish:
                OnPublish(link, frame);
                break;
            case MqttPacketType.ConnAck:
                Check(MqttConnAck.TryDecode(frame, _options.Version, out var connAck, out var error), error);
                Start(link, connAck!);
                break;
            case MqttPacketType.SubAck or MqttPacketType.UnsubAck:
                OnSubAck(frame);
                break;
            case MqttPacketType.Disconnect:
                Check(MqttDisconnect.TryDecode(frame, _options.Version, out var disconnect, out error), error);
                link.ServerReason = disconnect!.Reason;
                break;
            case MqttPacketType.PingResp:
                break;
            default:
                throw new MqttConnectionException($"The server sent {frame.Type}.", MqttReasonCode.ProtocolError);
        }
    }

    private void OnAck(ClientLink link, in MqttFrame frame)
    {
        Check(MqttAck.TryDecode(frame, _options.Version, out var ack, out var error), error);
        if (ack.Type == MqttPacketType.PubRel)
        {
            _received.Remove(ack.PacketId);
            SendAck(link, MqttPacketType.PubComp, ack.PacketId);
            return;
        }

        PublishOperation? operation;
        lock (_gate)
        {
            operation = _window.Complete(ack.PacketId);
        }

        if (operation is null)
        {
            return;
        }

        Interlocked.Increment(ref Counters.AcknowledgedCount);
        if ((int)ack.Reason >= 0x80)
        {
            Interlocked.Increment(ref Counters.RefusedCount);
        }

        _windowRoom.Release();
        operation.Complete(ack.Reason);
    }

    private void OnPublish(ClientLink link, in MqttFrame frame)
    {
        Check(MqttPublishView.TryDecode(frame, _options.Version, fromServer: true, out var publish, out var error), error);
        if (publish.Qos != MqttQos.ExactlyOnce || _received.Add(publish.PacketId))
        {
            Dispatch(publish);
        }

        if (publish.Qos != MqttQos.AtMostOnce)
        {
            var type = publish.Qos == MqttQos.AtLeastOnce ? MqttPacketType.PubAck : MqttPacketType.PubRec;
            SendAck(link, type, publish.PacketId);
        }
    }

    private void Dispatch(in MqttPublishView publish)
    {
        Interlocked.Increment(ref Counters.ReceivedCount);
        MqttReceivedMessage? message = null;
        foreach (var handler in HandlersOf(publish.Topic))
        {
            message ??= new MqttReceivedMessage(
                Encoding.UTF8.GetString(publish.Topic),
                publish.Payload.ToArray(),
                publish.Qos,
                publish.Retain,
                publish.Dup,
                publish.ReadProperties());
            handler(message);
        }
    }

    private List<Action<MqttReceivedMessage>> HandlersOf(ReadOnlySpan<byte> topic)
    {
        var handlers = new List<Action<MqttReceivedMessage>>(1);
        lock (_gate)
        {
            foreach (var (_, filter, handler) in _subscriptions)
            {
                if (MqttTopic.Matches(filter, topic))
                {
                    handlers.Add(handler);
                }
            }
        }

        return handlers;
    }

    private void OnSubAck(in MqttFrame frame)
    {
        Check(MqttSubAck.TryDecode(frame, _options.Version, out var subAck, out var error), error);
        TaskCompletionSource<MqttSubAck>? request;
        lock (_gate)
        {
            _requests.Remove(subAck!.PacketId, out request);
        }

        request?.TrySetResult(subAck);
    }

    private void SendAck(ClientLink link, MqttPacketType type, ushort packetId)
    {
        Span<byte> packet = stackalloc byte[MqttAck.MaxSize];
        link.Send(packet[..MqttAck.Write(packet, _options.Version, type, packetId, MqttReasonCode.Success)]);
    }

    private static void Check(bool decoded, MqttError error)
    {
        if (!decoded)
        {
            throw new MqttConnectionException(error.Text, error.Reason);
        }
    }
}
