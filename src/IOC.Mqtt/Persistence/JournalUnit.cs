namespace IOC.Mqtt;

/// <summary>What one publish changes: it comes into one commit, whole. One for each thread, used again and again.</summary>
internal sealed class JournalUnit
{
    [ThreadStatic]
    private static JournalUnit? t_unit;

    public static JournalUnit OfThread => t_unit ??= new JournalUnit();

    /// <summary>The journal that gathers into it; null when none does.</summary>
    public MqttJournal? Journal { get; set; }

    public List<KeptDelivery> Deliveries { get; } = [];

    public List<byte[]> Topics { get; } = [];

    public List<MqttStoreChange> Changes { get; } = [];

    public bool IsEmpty => Deliveries.Count == 0 && Topics.Count == 0 && Changes.Count == 0;

    public void Clear()
    {
        Journal = null;
        Deliveries.Clear();
        Topics.Clear();
        Changes.Clear();
    }
}
