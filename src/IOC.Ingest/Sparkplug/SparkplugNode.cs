using IOC.Ingest.Topics;

namespace IOC.Ingest.Sparkplug;

/// <summary>A metric as a birth certificate told it.</summary>
internal sealed class SparkplugMetric(SparkplugSource source, string name, uint datatype)
{
    private TopicTable? _table;
    private SparkplugTarget _target;

    /// <summary>Whose it is.</summary>
    public SparkplugSource Source { get; } = source;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its alias; null when it has none.</summary>
    public ulong? Alias { get; set; }

    /// <summary>Its type, as the specification numbers them; 0 when none was told.</summary>
    public uint Datatype { get; } = datatype;

    /// <summary>What it means under a catalogue.</summary>
    public SparkplugTarget Target(TopicTable table, SparkplugMapping mapping)
    {
        if (_table != table)
        {
            _target = mapping.Resolve(table, Source, Name);
            _table = table;
        }

        return _target;
    }
}

/// <summary>A device of an edge node, or the node's own part.</summary>
internal sealed class SparkplugUnit
{
    /// <summary>Whether it was born and has not died since.</summary>
    public bool Online { get; set; }

    /// <summary>Its metrics by name.</summary>
    public Dictionary<string, SparkplugMetric> Metrics { get; } = new(StringComparer.Ordinal);

    /// <summary>Sensors that it is, or speaks for.</summary>
    public HashSet<SensorPlace> Sensors { get; } = [];
}

/// <summary>
/// What is known of an edge node since its last birth. It lives in memory only: an edge node has to send its births whenever
/// its connection begins, and where the connection outlives this process (another broker lies between) the first message asks for
/// them again. All members are guarded by <see cref="Gate"/>.
/// </summary>
internal sealed class SparkplugNode
{
    /// <summary>Held while a message of the node is taken: they may come by several connections.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Whether it was born and has not died since.</summary>
    public bool Online { get; set; }

    /// <summary>Whether every message since the birth has come. Afterwards aliases are not trusted: a birth that gave them anew
    /// may be among what was missed.</summary>
    public bool Complete { get; set; }

    /// <summary>Number of its session, by which a death is told from one of an earlier session; null when none was told.</summary>
    public ulong? SessionNumber { get; set; }

    /// <summary>Sequence number of the message that came last.</summary>
    public int Sequence { get; set; }

    /// <summary>Metrics by alias; aliases are unique in a node, its devices included.</summary>
    public Dictionary<ulong, SparkplugMetric> Aliases { get; } = [];

    /// <summary>The node's own part.</summary>
    public SparkplugUnit Own { get; private set; } = new();

    /// <summary>Its devices by id.</summary>
    public Dictionary<string, SparkplugUnit> Devices { get; } = new(StringComparer.Ordinal);

    /// <summary>Number of metrics known.</summary>
    public int MetricCount { get; set; }

    /// <summary>The part that a message is about; made when it is not known.</summary>
    public SparkplugUnit Unit(string? device)
    {
        if (device is null)
        {
            return Own;
        }

        if (!Devices.TryGetValue(device, out var unit))
        {
            unit = new SparkplugUnit();
            Devices.Add(device, unit);
        }

        return unit;
    }

    /// <summary>Drops the metrics of a device that is born again.</summary>
    public void Forget(SparkplugUnit device)
    {
        foreach (var metric in device.Metrics.Values)
        {
            if (metric.Alias is { } alias && Aliases.TryGetValue(alias, out var holder) && holder == metric)
            {
                Aliases.Remove(alias);
            }
        }

        MetricCount -= device.Metrics.Count;
        device.Metrics.Clear();
    }

    /// <summary>Begins a session: what an earlier one told is void. Sensors are kept, so that the death of the node reaches
    /// those of a device that was not born again.</summary>
    public void Begin()
    {
        Aliases.Clear();
        Own.Metrics.Clear();
        foreach (var device in Devices.Values)
        {
            device.Metrics.Clear();
            device.Online = false;
        }

        MetricCount = 0;
        Online = true;
        Complete = true;
    }

    /// <summary>Ends a session.</summary>
    public void End()
    {
        Online = false;
        Complete = false;
        Own.Online = false;
        foreach (var device in Devices.Values)
        {
            device.Online = false;
        }
    }
}
