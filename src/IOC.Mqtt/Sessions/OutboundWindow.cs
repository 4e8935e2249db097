using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>QoS 1 and 2 messages sent to a client and not yet answered, by packet identifier (slot + 1). Not thread-safe.</summary>
internal sealed class OutboundWindow
{
    private readonly int _capacity;
    private readonly Queue<int> _free = new();
    private readonly Queue<int> _resend = new();
    private Slot[] _slots = [];
    private long _sequence;
    private int _limit;

    /// <summary>Makes an empty window of at most <paramref name="capacity"/> messages.</summary>
    public OutboundWindow(int capacity)
    {
        _capacity = capacity;
        _limit = capacity;
    }

    /// <summary>Messages in the window, those that wait to be sent again included.</summary>
    public int Count { get; private set; }

    public bool CanResend => _resend.Count > 0 && Sent < _limit;

    /// <summary>Whether a new message may be sent: never past one that is to be sent again.</summary>
    public bool CanSend => _resend.Count == 0 && Sent < _limit && Count < _capacity;

    private int Sent => Count - _resend.Count;

    /// <summary>A connection begins: everything unanswered is to be sent again, in its first order (4.4, 4.6).</summary>
    public void Restart(int limit)
    {
        _limit = Math.Min(limit, _capacity);
        _resend.Clear();
        foreach (var index in Enumerable.Range(0, _slots.Length).Where(i => _slots[i].InUse).OrderBy(i => _slots[i].Sequence))
        {
            _resend.Enqueue(index);
        }
    }

    /// <summary>Messages of one QoS that were sent and not answered, in the order of their sending.</summary>
    public IEnumerable<Delivery> Unanswered(MqttQos qos) =>
        _slots.Where(s => s.InUse && s.Delivery.Qos == qos).OrderBy(s => s.Sequence).Select(s => s.Delivery);

    public ushort Add(in Delivery delivery)
    {
        if (_free.Count == 0)
        {
            GrowSlots();
        }

        var index = _free.Dequeue();
        _slots[index] = new Slot { Delivery = delivery, InUse = true, Sequence = _sequence++ };
        Count++;
        return (ushort)(index + 1);
    }

    /// <summary>The next message to be sent again; <paramref name="released"/> when it is the PUBREL that is due.</summary>
    public ushort Resend(out Delivery delivery, out bool released)
    {
        var index = _resend.Dequeue();
        delivery = _slots[index].Delivery;
        released = _slots[index].Released;
        return (ushort)(index + 1);
    }

    /// <summary>A PUBREC: the message will not be sent again. False when the identifier is unknown.</summary>
    public bool Release(ushort packetId)
    {
        if (!IsInUse(packetId, MqttQos.ExactlyOnce))
        {
            return false;
        }

        _slots[packetId - 1].Released = true;
        return true;
    }

    /// <summary>Whether a PUBREL went out, or is due: only then a PUBCOMP can end the message.</summary>
    public bool IsReleased(ushort packetId) => IsInUse(packetId, MqttQos.ExactlyOnce) && _slots[packetId - 1].Released;

    /// <summary>The last answer of a message came, whose size is <paramref name="bytes"/>. False when it does not fit a message in the
    /// window.</summary>
    public bool Complete(ushort packetId, MqttQos qos, out int bytes)
    {
        bytes = 0;
        if (!IsInUse(packetId, qos))
        {
            return false;
        }

        bytes = _slots[packetId - 1].Delivery.Message.Size;
        _slots[packetId - 1] = default;
        _free.Enqueue(packetId - 1);
        Count--;
        return true;
    }

    private bool IsInUse(ushort packetId, MqttQos qos) =>
        packetId <= _slots.Length && _slots[packetId - 1].InUse && _slots[packetId - 1].Delivery.Qos == qos
        && !_resend.Contains(packetId - 1);

    private void GrowSlots()
    {
        var first = _slots.Length;
        Array.Resize(ref _slots, Math.Min(_capacity, Math.Max(8, first * 2)));
        for (var i = first; i < _slots.Length; i++)
        {
            _free.Enqueue(i);
        }
    }

    private struct Slot
    {
        public Delivery Delivery;
        public long Sequence;
        public bool InUse;
        public bool Released;
    }
}
