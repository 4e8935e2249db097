using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>
/// Received messages whose handlers have not ended. The answers to QoS 1 and 2 go out in the order in which the messages came
/// [MQTT-4.6.0-2, -3], each when its handler has ended and those before it have. A message that is delivered again over a new
/// connection of the same session while the first delivery is still in work is not handed out twice. Thread-safe.
/// </summary>
internal sealed class InboundWindow(MqttClientOptions options)
{
    private readonly Lock _gate = new();

    /// <summary>Not answered yet, by identifier: the handler runs, or it ended when there was no connection to say so.</summary>
    private readonly Dictionary<ushort, Entry> _open = [];

    /// <summary>QoS 2: from the first PUBLISH to PUBREL.</summary>
    private readonly HashSet<ushort> _held = [];

    /// <summary>Unanswered messages of the current connection, in order.</summary>
    private readonly Queue<Entry> _order = new();

    /// <summary>QoS 2 identifiers that the current connection waits for PUBREL of.</summary>
    private readonly HashSet<ushort> _awaitingRelease = [];

    private ClientLink? _link;
    private int _running;
    private TaskCompletionSource? _room;

    /// <summary>A new connection begins.</summary>
    public void Begin(ClientLink link, bool sessionPresent)
    {
        lock (_gate)
        {
            _link = link;
            _order.Clear();
            _awaitingRelease.Clear();
            if (!sessionPresent)
            {
                _open.Clear();
                _held.Clear();
            }
        }
    }

    /// <summary>What the reader must wait for before it takes more; completed when there is room.</summary>
    public Task WhenRoom()
    {
        lock (_gate)
        {
            // A 5.0 server stops by itself before this; reading goes on then, for the answers to the client's own publishes.
            return _running <= options.ReceiveMaximum
                ? Task.CompletedTask
                : (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>True when this QoS 1 or 2 message is known already, so that it is not handed out again but only answered.</summary>
    /// <exception cref="MqttConnectionException">The server exceeds the receive maximum.</exception>
    public bool IsKnown(ClientLink link, in MqttPublishView publish)
    {
        lock (_gate)
        {
            if (options.EnforceReceiveMaximum && options.Version == MqttVersion.V500 && _order.Count + _awaitingRelease.Count >= options.ReceiveMaximum
                && !_awaitingRelease.Contains(publish.PacketId))
            {
                throw new MqttConnectionException("The server exceeds the receive maximum.", MqttReasonCode.ReceiveMaximumExceeded);
            }

            if (_open.TryGetValue(publish.PacketId, out var entry) && (publish.Dup || publish.Qos == MqttQos.ExactlyOnce))
            {
                if (entry.Link != link)
                {
                    entry.Link = link;
                    _order.Enqueue(entry);
                    FlushLocked();
                }

                return true;
            }

            if (publish.Qos == MqttQos.ExactlyOnce && _held.Contains(publish.PacketId))
            {
                _order.Enqueue(new Entry(publish.PacketId, publish.Qos) { Link = link, IsDone = true });
                FlushLocked();
                return true;
            }

            return false;
        }
    }

    /// <summary>Takes note of a message that was handed out.</summary>
    /// <param name="link">Its connection.</param>
    /// <param name="publish">The message.</param>
    /// <param name="handling">The handler; completed when it has ended well.</param>
    /// <param name="failed">Called when the handler fails.</param>
    public void Track(ClientLink link, in MqttPublishView publish, Task handling, Action<ClientLink, Exception> failed)
    {
        var isDone = handling.IsCompletedSuccessfully;
        if (publish.Qos == MqttQos.AtMostOnce && isDone)
        {
            return;
        }

        var entry = new Entry(publish.PacketId, publish.Qos) { Link = link, IsDone = isDone };
        lock (_gate)
        {
            _running += isDone ? 0 : 1;
            if (publish.Qos == MqttQos.ExactlyOnce)
            {
                _held.Add(publish.PacketId);
            }

            if (publish.Qos == MqttQos.AtLeastOnce && isDone && _order.Count == 0 && SendAnswer(entry))
            {
                return;
            }

            if (publish.Qos != MqttQos.AtMostOnce)
            {
                _open[publish.PacketId] = entry;
                _order.Enqueue(entry);
                FlushLocked();
            }
        }

        if (!isDone)
        {
            _ = FollowAsync(entry, handling, failed);
        }
    }

    /// <summary>PUBREL came: the identifier is free again. False when it was not held.</summary>
    public bool Release(ushort packetId)
    {
        lock (_gate)
        {
            _awaitingRelease.Remove(packetId);
            _open.Remove(packetId);
            return _held.Remove(packetId);
        }
    }

    private async Task FollowAsync(Entry entry, Task handling, Action<ClientLink, Exception> failed)
    {
        Exception? failure = null;
        try
        {
            await handling;
        }
        catch (Exception e)
        {
            // Whatever the application's handler throws: the message is not acknowledged.
            failure = e;
        }

        lock (_gate)
        {
            _running--;
            _room?.TrySetResult();
            _room = null;
            if (failure is null)
            {
                entry.IsDone = true;
                FlushLocked();
            }
            else if (entry.Qos != MqttQos.AtMostOnce && _open.GetValueOrDefault(entry.PacketId) == entry)
            {
                // A delivery to come is a first one for the application.
                _open.Remove(entry.PacketId);
                _held.Remove(entry.PacketId);
            }
        }

        if (failure is not null)
        {
            failed(entry.Link, failure);
        }
    }

    private void FlushLocked()
    {
        while (_order.TryPeek(out var first) && first.IsDone)
        {
            if (!SendAnswer(first))
            {
                // The connection is gone: the answer is given when the message comes again.
                return;
            }

            _order.Dequeue();
            _open.Remove(first.PacketId);
            if (first.Qos == MqttQos.ExactlyOnce)
            {
                _awaitingRelease.Add(first.PacketId);
            }
        }
    }

    private bool SendAnswer(Entry entry)
    {
        Span<byte> packet = stackalloc byte[MqttAck.MaxSize];
        var type = entry.Qos == MqttQos.AtLeastOnce ? MqttPacketType.PubAck : MqttPacketType.PubRec;
        return _link!.Send(packet[..MqttAck.Write(packet, options.Version, type, entry.PacketId, MqttReasonCode.Success)]);
    }

    private sealed class Entry(ushort packetId, MqttQos qos)
    {
        public ushort PacketId => packetId;

        public MqttQos Qos => qos;

        public required ClientLink Link { get; set; }

        public bool IsDone { get; set; }
    }
}
