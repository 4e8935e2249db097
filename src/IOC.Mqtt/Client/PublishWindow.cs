using System.Collections.Concurrent;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>QoS 1 publishes without a PUBACK; packet identifier = slot + 1. Each slot keeps its encoded packet, in a buffer
/// that it keeps too, to send it again after a reconnect. Not thread-safe.</summary>
internal sealed class PublishWindow(int capacity)
{
    private readonly ConcurrentBag<PublishOperation> _pool = [];
    private readonly Queue<int> _free = new();
    private Slot[] _slots = [];
    private long _sequence;

    public int Count { get; private set; }

    /// <summary>Takes a slot; the caller has made sure that there is one.</summary>
    public PublishOperation Add(MqttVersion version, MqttPublishParts parts, out ReadOnlyMemory<byte> packet, out ushort packetId)
    {
        if (_free.Count == 0)
        {
            GrowSlots();
        }

        var index = _free.Dequeue();
        ref var slot = ref _slots[index];
        packetId = (ushort)(index + 1);
        parts = new MqttPublishParts
        {
            Topic = parts.Topic,
            Payload = parts.Payload,
            PropertyBlock = parts.PropertyBlock,
            Qos = MqttQos.AtLeastOnce,
            Retain = parts.Retain,
            PacketId = packetId,
        };
        var size = MqttPublishEncoder.GetSize(version, parts);
        if (slot.Packet is null || slot.Packet.Length < size)
        {
            slot.Packet = new byte[size + (size / 4)];
        }

        slot.Length = MqttPublishEncoder.Write(slot.Packet, version, parts);
        slot.Sequence = _sequence++;
        slot.Sent = false;
        slot.Operation = _pool.TryTake(out var pooled) ? pooled : new PublishOperation(_pool);
        packet = slot.Packet.AsMemory(0, slot.Length);
        Count++;
        return slot.Operation;
    }

    public void MarkSent(ushort packetId) => _slots[packetId - 1].Sent = true;

    /// <summary>Frees a slot; null when the identifier is not in use.</summary>
    public PublishOperation? Complete(ushort packetId)
    {
        if (packetId == 0 || packetId > _slots.Length || _slots[packetId - 1].Operation is not { } operation)
        {
            return null;
        }

        _slots[packetId - 1].Operation = null;
        _free.Enqueue(packetId - 1);
        Count--;
        return operation;
    }

    /// <summary>Hands out every packet in its first order, with DUP on those that were sent before; returns how many were.</summary>
    public int Resend(Action<ReadOnlyMemory<byte>> send)
    {
        var again = 0;
        foreach (var index in Enumerable.Range(0, _slots.Length).Where(i => _slots[i].Operation is not null).OrderBy(i => _slots[i].Sequence))
        {
            ref var slot = ref _slots[index];
            if (slot.Sent)
            {
                slot.Packet![0] |= 0x08;
                again++;
            }

            slot.Sent = true;
            send(slot.Packet.AsMemory(0, slot.Length));
        }

        return again;
    }

    /// <summary>Frees every slot and returns what waited.</summary>
    public List<PublishOperation> Clear()
    {
        var waiting = new List<PublishOperation>();
        for (var i = 0; i < _slots.Length; i++)
        {
            if (Complete((ushort)(i + 1)) is { } operation)
            {
                waiting.Add(operation);
            }
        }

        return waiting;
    }

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
        public bool Sent;
    }
}
