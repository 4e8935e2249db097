using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>QoS 1 and 2 messages sent to a client and not yet answered. A message's packet identifier follows from its place in the
/// session, so that it is the same after a restart even when the disk does not know yet that it was sent: a client that has the
/// message of QoS 2 already recognises it by that. Not thread-safe.</summary>
internal sealed class OutboundWindow
{
    private const int Identifiers = 65_535;

    private readonly Queue<ushort> _resend = new();
    private Dictionary<ushort, Slot>? _slots;
    private readonly int _capacity;
    private int _limit;

    /// <summary>Makes an empty window of at most <paramref name="capacity"/> messages.</summary>
    public OutboundWindow(int capacity)
    {
        _capacity = capacity;
        _limit = capacity;
    }

    /// <summary>Messages in the window, those that wait to be sent again included.</summary>
    public int Count => _slots?.Count ?? 0;

    public bool CanResend => _resend.Count > 0 && Sent < _limit;

    /// <summary>Whether a new message may be sent: never past one that is to be sent again.</summary>
    public bool CanSend => _resend.Count == 0 && Sent < _limit && Count < _capacity;

    private int Sent => Count - _resend.Count;

    /// <summary>Packet identifier of the message at a place in the session, from 1.</summary>
    public static ushort IdentifierOf(long sequence) => (ushort)(((sequence - 1) % Identifiers) + 1);

    /// <summary>Whether the identifier is free: one full round ago a message had it, which may still be unanswered.</summary>
    public bool IsFree(long sequence) => _slots is null || !_slots.ContainsKey(IdentifierOf(sequence));

    /// <summary>A connection begins: everything unanswered is to be sent again, in its first order (4.4, 4.6).</summary>
    public void Restart(int limit)
    {
        _limit = Math.Min(limit, _capacity);
        _resend.Clear();
        foreach (var id in InOrder().Select(s => IdentifierOf(s.Delivery.Sequence)).ToList())
        {
            _resend.Enqueue(id);
            _slots![id] = _slots[id] with { Waits = true };
        }
    }

    /// <summary>Messages of one QoS that were sent and not answered, in the order of their sending.</summary>
    public IEnumerable<Delivery> Unanswered(MqttQos qos) => InOrder().Where(s => s.Delivery.Qos == qos).Select(s => s.Delivery);

    /// <summary>Adds a message that is sent now, or was sent before a restart.</summary>
    public ushort Add(in Delivery delivery, bool released = false)
    {
        var id = IdentifierOf(delivery.Sequence);
        (_slots ??= []).Add(id, new Slot(delivery, released, Waits: false));
        return id;
    }

    /// <summary>The next message to be sent again; <paramref name="released"/> when it is the PUBREL that is due.</summary>
    public ushort Resend(out Delivery delivery, out bool released)
    {
        var id = _resend.Dequeue();
        var slot = _slots![id];
        _slots[id] = slot with { Waits = false };
        delivery = slot.Delivery;
        released = slot.Released;
        return id;
    }

    /// <summary>A PUBREC: the message will not be sent again. False when the identifier is unknown.</summary>
    public bool Release(ushort packetId, out KeptDelivery? kept)
    {
        var known = TryGet(packetId, MqttQos.ExactlyOnce, out var slot);
        kept = slot.Delivery.Kept;
        if (known)
        {
            _slots![packetId] = slot with { Released = true };
        }

        return known;
    }

    /// <summary>Whether a PUBREL went out, or is due: only then a PUBCOMP can end the message.</summary>
    public bool IsReleased(ushort packetId) => TryGet(packetId, MqttQos.ExactlyOnce, out var slot) && slot.Released;

    /// <summary>The last answer of a message came. False when it does not fit a message in the window.</summary>
    public bool Complete(ushort packetId, MqttQos qos, out Delivery delivery)
    {
        var known = TryGet(packetId, qos, out var slot);
        delivery = slot.Delivery;
        return known && _slots!.Remove(packetId);
    }

    private IEnumerable<Slot> InOrder() => _slots is null ? [] : _slots.Values.OrderBy(s => s.Delivery.Sequence);

    private bool TryGet(ushort packetId, MqttQos qos, out Slot slot)
    {
        slot = default;
        return _slots is not null && _slots.TryGetValue(packetId, out slot) && slot.Delivery.Qos == qos && !slot.Waits;
    }

    private readonly record struct Slot(Delivery Delivery, bool Released, bool Waits);
}
