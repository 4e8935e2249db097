using System.Globalization;
using IOC.Ingest.Decoding;
using IOC.Ingest.Sparkplug.Wire;
using IOC.Ingest.Topics;
using IOC.Telemetry;

namespace IOC.Ingest.Sparkplug;

/// <summary>One message of an edge node, while the node is held.</summary>
internal ref struct SparkplugTurn
{
    private const int Sequences = 256;

    /// <summary>Longest name of a metric that is kept, characters.</summary>
    private const int MaxName = 512;

    private readonly SparkplugNode _node;
    private readonly SparkplugSource _source;
    private readonly Payload _payload;
    private readonly DecodeContext _context;
    private readonly TopicTable _table;
    private readonly SparkplugMapping _mapping;
    private readonly SparkplugCounters _counters;
    private readonly int _maxMetrics;
    private readonly ReadingGatherer _into;

    public SparkplugTurn(
        SparkplugNode node, SparkplugSource source, Payload payload, in DecodeContext context, TopicTable table, SparkplugMapping mapping,
        SparkplugCounters counters, int maxMetrics, ReadingGatherer into)
    {
        _node = node;
        _source = source;
        _payload = payload;
        _context = context;
        _table = table;
        _mapping = mapping;
        _counters = counters;
        _maxMetrics = maxMetrics;
        _into = into;
    }

    /// <summary>Whether the node should be asked for its births: something before this message was missed.</summary>
    public bool Astray { get; private set; }

    /// <summary>Takes the message.</summary>
    public void Take(SparkplugMessage message)
    {
        switch (message)
        {
            case SparkplugMessage.NBirth:
                NodeBirth();
                break;
            case SparkplugMessage.DBirth:
                DeviceBirth();
                break;
            case SparkplugMessage.NDeath:
                NodeDeath();
                break;
            case SparkplugMessage.DDeath:
                DeviceDeath();
                break;
            default:
                Data();
                break;
        }
    }

    private void NodeBirth()
    {
        if (!HasSequence())
        {
            return;
        }

        _node.Begin();
        _node.Sequence = (int)_payload.Seq;
        _node.SessionNumber = SessionNumber();
        Birth(_node.Own);
    }

    private void DeviceBirth()
    {
        if (!HasSequence() || !IsInSession())
        {
            return;
        }

        if (_node.Devices.Count >= _maxMetrics && !_node.Devices.ContainsKey(_source.Device!))
        {
            _into.Problems.AddProblem(RefusalReason.TooManyValues, "device");
            return;
        }

        if (_node.Device(_source.Device!) is not { } device)
        {
            _into.Problems.AddProblem(RefusalReason.TooManyValues, "device");
            return;
        }

        _node.Forget(device);
        Birth(device);
    }

    private void Birth(SparkplugUnit unit)
    {
        _counters.Born();
        unit.Online = true;
        unit.Sensors.Clear();
        if (_mapping.PlaceOf(_table, in _source) is { } whole)
        {
            unit.Sensors.Add(whole);
        }

        foreach (var metric in _payload.Metrics)
        {
            if (Define(unit, metric) is not { } defined)
            {
                continue;
            }

            var target = defined.Target(_table, _mapping);
            if (target.Place is { } place)
            {
                unit.Sensors.Add(place);
            }

            // A birth lists every metric; one without a value yet is nothing wrong.
            if (!metric.IsNull)
            {
                Value(metric, defined, in target);
            }
        }

        foreach (var sensor in unit.Sensors)
        {
            _into.AddStatus(sensor, online: true);
        }
    }

    private readonly SparkplugMetric? Define(SparkplugUnit unit, Metric metric)
    {
        if (!metric.HasName || metric.Name.Length == 0)
        {
            Problem(RefusalReason.MalformedPayload, metric, "a birth names its metrics");
            return null;
        }

        if (metric.Name.Length > MaxName)
        {
            Problem(RefusalReason.MalformedPayload, metric, $"a name of more than {MaxName.ToString(CultureInfo.InvariantCulture)} characters");
            return null;
        }

        if (_node.MetricCount >= _maxMetrics)
        {
            Problem(RefusalReason.TooManyValues, metric, null);
            return null;
        }

        if (unit.Metrics.ContainsKey(metric.Name))
        {
            Problem(RefusalReason.MalformedPayload, metric, "named twice");
            return null;
        }

        if (!_node.TryCount())
        {
            Problem(RefusalReason.TooManyValues, metric, "too many of all nodes");
            return null;
        }

        var defined = new SparkplugMetric(_source, metric.Name, metric.Datatype);
        unit.Metrics.Add(metric.Name, defined);
        if (metric.HasAlias)
        {
            defined.Alias = metric.Alias;
            if (!_node.Aliases.TryAdd(metric.Alias, defined))
            {
                Problem(RefusalReason.MalformedPayload, metric, "its alias is another metric's");
            }
        }

        return defined;
    }

    private readonly void NodeDeath()
    {
        // The will of an earlier session may come after the birth of a later one, which goes on.
        if (SessionNumber() is { } number && _node.SessionNumber is { } current && number != current)
        {
            return;
        }

        _counters.Died();
        Offline(_node.Own, in _source);
        foreach (var (id, device) in _node.Devices)
        {
            Offline(device, _source with { Device = id });
        }

        _node.End();
    }

    private void DeviceDeath()
    {
        if (!HasSequence())
        {
            return;
        }

        Follow();
        _counters.Died();
        var device = _node.Devices.GetValueOrDefault(_source.Device!) ?? new SparkplugUnit();
        Offline(device, in _source);
        device.Online = false;
    }

    private readonly void Offline(SparkplugUnit unit, in SparkplugSource source)
    {
        if (unit.Sensors.Count == 0 && _mapping.PlaceOf(_table, in source) is { } whole)
        {
            _into.AddStatus(whole, online: false);
        }

        foreach (var sensor in unit.Sensors)
        {
            _into.AddStatus(sensor, online: false);
        }
    }

    private void Data()
    {
        if (!HasSequence())
        {
            return;
        }

        Follow();
        var unit = _source.Device is null ? _node.Own : _node.Devices.GetValueOrDefault(_source.Device);
        Astray |= unit is not { Online: true };
        if (_payload.Metrics.Count == 0)
        {
            _into.Problems.AddProblem(RefusalReason.Empty, "");
        }

        foreach (var metric in _payload.Metrics)
        {
            if (Find(unit, metric) is not { } defined)
            {
                continue;
            }

            var target = defined.Target(_table, _mapping);
            if (metric.IsNull && !target.Ignored)
            {
                Problem(target.Reason ?? RefusalReason.NotFinite, metric, "null");
                continue;
            }

            Value(metric, defined, in target);
        }
    }

    /// <summary>The metric that a data message means. By name it is itself; an alias holds only while nothing was missed since
    /// the birth.</summary>
    private SparkplugMetric? Find(SparkplugUnit? unit, Metric metric)
    {
        if (metric.HasName && metric.Name.Length > 0)
        {
            return unit is not null && unit.Metrics.TryGetValue(metric.Name, out var named)
                ? named
                : new SparkplugMetric(_source, metric.Name, 0);
        }

        if (!metric.HasAlias)
        {
            Problem(RefusalReason.MalformedPayload, metric, "neither name nor alias");
            return null;
        }

        if (_node.Complete && _node.Aliases.TryGetValue(metric.Alias, out var defined))
        {
            if (defined.Source.Device == _source.Device)
            {
                return defined;
            }

            Problem(RefusalReason.MalformedPayload, metric, "its alias is another device's");
            return null;
        }

        Astray = true;
        Problem(RefusalReason.AwaitingBirth, metric, null);
        return null;
    }

    private void Value(Metric metric, SparkplugMetric defined, in SparkplugTarget target)
    {
        // Transient values are not to be stored, says their sender.
        if (target.Ignored || metric.IsTransient)
        {
            return;
        }

        if (target.Reason is { } why)
        {
            Problem(why, metric, defined.Name);
            return;
        }

        var datatype = metric.HasDatatype && metric.Datatype != 0 ? metric.Datatype : defined.Datatype;
        var reason = SparkplugValue.Read(metric, datatype, out var mantissa, out var scale);
        if (reason is not null)
        {
            Astray |= reason == RefusalReason.AwaitingBirth;
            Problem(reason.Value, metric, defined.Name);
            return;
        }

        if (!SparkplugValue.TryQuality(metric, out var quality))
        {
            Problem(RefusalReason.MalformedPayload, metric, "properties");
            return;
        }

        var stamp = metric.HasTimestamp ? metric.Timestamp : _payload.HasTimestamp ? _payload.Timestamp : (ulong)_context.ReceivedAtMs;
        var measuredAt = (long)Math.Min(stamp, long.MaxValue);
        if (measuredAt < DecodeContext.EarliestMs || measuredAt > _context.LatestMs)
        {
            ReadingTimes.Check(measuredAt, in _context, _into.Problems, defined.Name);
            return;
        }

        if (target.Unit is { } unit)
        {
            Units.Convert(ref mantissa, ref scale, unit, _table.Properties.UnitOf(target.Property)!);
        }

        _into.Add(target.Place!, measuredAt, in _table.Properties.At(target.Property), mantissa, scale, quality);
    }

    private readonly bool HasSequence()
    {
        if (_payload.HasSeq && _payload.Seq < Sequences)
        {
            return true;
        }

        _into.Problems.AddProblem(RefusalReason.MalformedPayload, "seq", _payload.HasSeq ? _payload.Seq.ToString(CultureInfo.InvariantCulture) : "missing");
        return false;
    }

    /// <summary>A device's birth counts only within a session of its node.</summary>
    private bool IsInSession()
    {
        Follow();
        if (_node.Online)
        {
            return true;
        }

        _into.Problems.AddProblem(RefusalReason.AwaitingBirth, "node");
        return false;
    }

    /// <summary>Checks that this message is the next one. One sent again is no gap.</summary>
    private void Follow()
    {
        if (!_node.Online)
        {
            Astray = true;
            return;
        }

        var sequence = (int)_payload.Seq;
        if (sequence == (_node.Sequence + 1) % Sequences)
        {
            _node.Sequence = sequence;
        }
        else if (sequence != _node.Sequence)
        {
            _counters.Gap();
            _node.Sequence = sequence;
            _node.Complete = false;
        }

        // Until the births come, every message asks for them; how often that is sent is limited elsewhere.
        Astray |= !_node.Complete;
    }

    private readonly ulong? SessionNumber()
    {
        foreach (var metric in _payload.Metrics)
        {
            if (metric.HasName && metric.Name == "bdSeq")
            {
                return metric.ValueCase switch
                {
                    Metric.ValueOneofCase.LongValue => metric.LongValue,
                    Metric.ValueOneofCase.IntValue => metric.IntValue,
                    _ => null,
                };
            }
        }

        return null;
    }

    private readonly void Problem(RefusalReason reason, Metric metric, string? given)
    {
        if (!_into.Problems.DetailIsFull)
        {
            var name = metric.HasName && metric.Name.Length > 0
                ? metric.Name[..Math.Min(metric.Name.Length, 64)]
                : string.Create(CultureInfo.InvariantCulture, $"alias {metric.Alias}");
            _into.Problems.AddProblem(reason, name, given == name ? null : given?[..Math.Min(given.Length, 64)]);
        }
    }
}
