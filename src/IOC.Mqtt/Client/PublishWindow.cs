using System.Collections.Concurrent;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>QoS 1 and 2 publishes that are not answered; packet identifier = slot + 1. Each slot keeps its encoded packet, in a
/// buffer that it keeps too, to send it again after a reconnect. Not thread-safe.</summary>
internal sealed class PublishWindow(int capacity)
{
    /// <summary>Identifiers up to here are publishes, those above are requests.</summary>
    public const int MaxCapacity = 32_767;

    private const byte DupFlag = 0x08;

    private readonly ConcurrentBag<PublishOperation> _pool = [];
    private readonly Queue<int> _free = new();
    private readonly Queue<int> _waiting = new();
    private Slot[] _slots = [];
    private long _sequence;

    private enum Stage : byte
    {
        /// <summary>Not sent yet on any connection of the session.</summary>
        Queued,

        /// <summary>Sent; PUBACK or PUBREC is pending.</summary>
        Sent,

        /// <summary>QoS 2: PUBREL sent; PUBCOMP is pending.</summary>
        Released,
    }

    /// <summary>Sent and not answered.</summary>
    public int InFlight { get; private set; }

    /// <summary>Takes a slot; the caller has made sure that there is one.</summary>
    public PublishOperation Add(MqttVersion version, in MqttPublishParts parts, out ushort packetId)
    {
        if (_free.Count == 0)
        {
            GrowSlots();
        }

        var index = _free.Dequeue();
        ref var slot = ref _slots[index];
        packetId = (ushort)(index + 1);
        var own = new MqttPublishParts
        {
            Topic = parts.Topic,
            Payload = parts.Payload,
            PropertyBlock = parts.PropertyBlock,
            Qos = parts.Qos,
            Retain = parts.Retain,
            PacketId = packetId,
        };
        var size = MqttPublishEncoder.GetSize(version, own);
        if (slot.Packet is null || slot.Packet.Length < size)
        {
            slot.Packet = new byte[size + (size / 4)];
        }

        slot.Length = MqttPublishEncoder.Write(slot.Packet, version, own);
        slot.Sequence = _sequence++;
        slot.Stage = Stage.Queued;
        slot.Operation = _pool.TryTake(out var pooled) ? pooled : new PublishOperation(_pool);
        return slot.Operation;
    }

    /// <summary>Whether the new publish goes out at once; otherwise it waits for <see cref="TryNext"/>.</summary>
    /// <param name="packetId">From <see cref="Add"/>.</param>
    /// <param name="limit">The server's receive maximum.</param>
    /// <param name="packet">The packet to send.</param>
    public bool TrySend(ushort packetId, int limit, out ReadOnlyMemory<byte> packet)
    {
        ref var slot = ref _slots[packetId - 1];
        packet = slot.Packet.AsMemory(0, slot.Length);
        if (_waiting.Count > 0 || InFlight >= limit)
        {
            _waiting.Enqueue(packetId - 1);
            return false;
        }

        slot.Stage = Stage.Sent;
        InFlight++;
        return true;
    }

    /// <summary>The next publish that waited and may be sent now.</summary>
    /// <param name="limit">The server's receive maximum.</param>
    /// <param name="packet">The packet to send.</param>
    /// <param name="packetId">Its identifier.</param>
    public bool TryNext(int limit, out ReadOnlyMemory<byte> packet, out ushort packetId)
    {
        packet = default;
        packetId = 0;
        if (_waiting.Count == 0 || InFlight >= limit)
        {
            return false;
        }

        var index = _waiting.Dequeue();
        ref var slot = ref _slots[index];
        slot.Stage = Stage.Sent;
        InFlight++;
        packet = slot.Packet.AsMemory(0, slot.Length);
        packetId = (ushort)(index + 1);
        return true;
    }

    /// <summary>QoS 2: the server has the message; from now on its PUBREL is what is sent again. False when it is not waited for.</summary>
    public bool Release(ushort packetId)
    {
        if (!IsOpen(packetId) || QosOf(packetId) != MqttQos.ExactlyOnce || _slots[packetId - 1].Stage == Stage.Queued)
        {
            return false;
        }

        _slots[packetId - 1].Stage = Stage.Released;
        return true;
    }

    /// <summary>Frees a slot; null when this answer is not waited for.</summary>
    /// <param name="packetId">Identifier.</param>
    /// <param name="answer">PUBACK, PUBREC (a refusal) or PUBCOMP.</param>
    public PublishOperation? Complete(ushort packetId, MqttPacketType answer)
    {
        if (!IsOpen(packetId) || _slots[packetId - 1].Stage == Stage.Queued
            || (QosOf(packetId) == MqttQos.AtLeastOnce) != (answer == MqttPacketType.PubAck))
        {
            return null;
        }

        return Free(packetId);
    }

    /// <summary>Gives up on a publish, whatever its stage.</summary>
    public PublishOperation Free(ushort packetId)
    {
        ref var slot = ref _slots[packetId - 1];
        var operation = slot.Operation!;
        InFlight -= slot.Stage == Stage.Queued ? 0 : 1;
        slot.Operation = null;
        _free.Enqueue(packetId - 1);
        return operation;
    }

    /// <summary>
    /// A new connection begins. With the session, what was sent before is sent again as it is with DUP, and PUBREL for what the
    /// server has; without it, everything is a new message, and what the server had is done [MQTT-4.4.0-1]. <see cref="TryNext"/>
    /// hands the publishes out, in their first order.
    /// </summary>
    /// <param name="sessionPresent">Whether the server has kept the session.</param>
    /// <param name="release">Called for each PUBREL to send.</param>
    /// <param name="done">Called for each publish that is complete.</param>
    /// <returns>How many publishes will be sent again.</returns>
    public int Restart(bool sessionPresent, Action<ushort> release, Action<PublishOperation> done)
    {
        var again = 0;
        _waiting.Clear();
        InFlight = 0;
        foreach (var index in Enumerable.Range(0, _slots.Length).Where(i => _slots[i].Operation is not null).OrderBy(i => _slots[i].Sequence))
        {
            ref var slot = ref _slots[index];
            if (slot.Stage == Stage.Released)
            {
                InFlight++;
                if (sessionPresent)
                {
                    release((ushort)(index + 1));
                }
                else
                {
                    done(Free((ushort)(index + 1)));
                }

                continue;
            }

            if (slot.Stage == Stage.Sent)
            {
                again++;
                slot.Packet![0] |= DupFlag;
            }

            if (!sessionPresent)
            {
                slot.Packet![0] &= 0xFF ^ DupFlag;
            }

            slot.Stage = Stage.Queued;
            _waiting.Enqueue(index);
        }

        return again;
    }

    /// <summary>Frees every slot and returns what waited.</summary>
    public List<PublishOperation> Clear()
    {
        var waiting = new List<PublishOperation>();
        for (var id = 1; id <= _slots.Length; id++)
        {
            if (IsOpen((ushort)id))
            {
                waiting.Add(Free((ushort)id));
            }
        }

        _waiting.Clear();
        return waiting;
    }

    private bool IsOpen(ushort packetId) => packetId > 0 && packetId <= _slots.Length && _slots[packetId - 1].Operation is not null;

    private MqttQos QosOf(ushort packetId) => (MqttQos)(_slots[packetId - 1].Packet![0] >> 1 & 3);

    private void GrowSlots()
    {
        var first = _slots.Length;
        Array.Resize(ref _slots, Math.Min(capacity, Math.Max(4, first * 2)));
        for (var i = first; i < _slots.Length; i++)
        {
            _free.Enqueue(i);
        }
    }

    private struct Slot
    {
        public PublishOperation? Operation;
        public byte[]? Packet;
        public int Length;
        public long Sequence;
        public Stage Stage;
    }
}
