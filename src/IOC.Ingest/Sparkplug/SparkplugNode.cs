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

/// <summary>Counts what births have made of all edge nodes, up to a limit. Safe for use from any thread.</summary>
internal sealed class SparkplugBudget(int limit)
{
    private int _used;

    /// <summary>Metrics and devices known.</summary>
    public int Used => Volatile.Read(ref _used);

    /// <summary>Counts one more; false when there are as many as may be.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _used) <= limit)
        {
            return true;
        }

        Interlocked.Decrement(ref _used);
        return false;
    }

    /// <summary>Counts some less.</summary>
    public void Return(int count) => Interlocked.Add(ref _used, -count);
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
internal sealed class SparkplugNode(SparkplugBudget budget)
{
    /// <summary>Held while a message of the node is taken: they may come by several connections.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Whether another node has taken its place in the book: who holds this one has to look again.</summary>
    public bool IsEvicted { get; private set; }

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
    public int MetricCount { get; private set; }

    /// <summary>A device; made when it is not known, null when there are too many of all nodes.</summary>
    public SparkplugUnit? Device(string device)
    {
        if (!Devices.TryGetValue(device, out var unit) && budget.TryTake())
        {
            unit = new SparkplugUnit();
            Devices.Add(device, unit);
        }

        return unit;
    }

    /// <summary>Counts a metric in; false when there are too many of all nodes.</summary>
    public bool TryCount()
    {
        if (!budget.TryTake())
        {
            return false;
        }

        MetricCount++;
        return true;
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

        Uncount(device.Metrics.Count);
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

        Uncount(MetricCount);
        Online = true;
        Complete = true;
    }

    /// <summary>Ends a session. Nothing of it is kept: all its sensors have been told, and only a birth begins another.</summary>
    public void End()
    {
        Online = false;
        Complete = false;
        Uncount(MetricCount);
        budget.Return(Devices.Count);
        Aliases.Clear();
        Devices.Clear();
        Own = new SparkplugUnit();
    }

    /// <summary>Gives its place to another node; it has ended, or was never born.</summary>
    public void Evict()
    {
        End();
        IsEvicted = true;
    }

    private void Uncount(int metrics)
    {
        MetricCount -= metrics;
        budget.Return(metrics);
    }
}
