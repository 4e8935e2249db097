namespace IOC.Mqtt;

/// <summary>A message of a stored session on its way to the client, as the journal sees it. Only its latest state is ever written:
/// one that is answered before the next commit never reaches the disk.</summary>
internal sealed class KeptDelivery(MqttSession session, Delivery delivery)
{
    private int _state;

    public MqttSession Session => session;

    public Delivery Delivery => delivery;

    /// <summary>How far it has got.</summary>
    public StoredDeliveryState State
    {
        get => (StoredDeliveryState)Volatile.Read(ref _state);
        set => Volatile.Write(ref _state, (int)value);
    }

    /// <summary>Answered or dropped.</summary>
    public bool IsOver
    {
        get => Volatile.Read(ref _state) < 0;
        set => Volatile.Write(ref _state, value ? -1 : 0);
    }

    /// <summary>Whether the next commit looks at it. Guarded by the journal.</summary>
    public bool IsMarked { get; set; }

    /// <summary>Whether it is in the store, or on its way there. Guarded by the journal.</summary>
    public bool IsStored { get; set; }
}
