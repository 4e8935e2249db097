using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>An open finding whose rule is gone, or no longer concerns its series.</summary>
internal readonly record struct Orphan(string RuleId, FindingKind Kind, Severity Severity, string? Property);

/// <summary>
/// Bytes of the detectors' state of one sensor. Version 2, little-endian; slugs as length byte and ASCII:
/// version (1), flags (1: something open in a series, 2: the sensor is registered), last receipt (8), receipt interval (4, single), the
/// learned rules it was primed for (4, not in version 1), number of silence rules
/// raised (1), per each rule id and severity (1); number of series (2), per each the property code, newest (8), last good
/// (8), interval (4), baseline, number of rule states (1), per each rule id, kind (1), severity (1), raised (1) and what
/// its kind needs. A rule state that says nothing is left out. Learned: usual readings in
/// a row (1), whether the learner follows (1), and its bytes (<see cref="SeriesLearner"/>). At the end, whether the comparison within
/// the station follows (1), and its bytes (<see cref="Station"/>); version 1 had none. Flag 4: something waits for time to
/// pass. The series of a whole sensor has an empty code. Kinds above 63 are states that are no kind of rule by themselves
/// (<see cref="StoredKind"/>); those that look back write their own bytes.
/// </summary>
internal sealed partial class SensorCodec
{
    private const byte Version = 2;
    private const byte WithoutStation = 1;
    private const int OpenFlag = 1;
    private const int RegisteredFlag = 2;
    private const int WaitingFlag = 4;
    private readonly StateWriter _writer = new();

    public byte[] Encode(in SensorSlot slot, SensorSeries series)
    {
        _writer.Reset();
        _writer.Byte(Version);
        _writer.Byte((byte)((series.HasOpen ? OpenFlag : 0) | (slot.Definition is null ? 0 : RegisteredFlag) | (series.Waits ? WaitingFlag : 0)));
        _writer.Int64(slot.LastReceivedMs);
        _writer.Single(slot.ReceiveIntervalMs);
        _writer.Int32(slot.PrimedFor);
        EncodeSilence(in slot);
        var count = 0;
        foreach (var (_, one) in series.Entries)
        {
            count += one is null ? 0 : 1;
        }

        _writer.UInt16((ushort)count);
        foreach (var (_, one) in series.Entries)
        {
            if (one is not null)
            {
                Encode(one, one.Rules.Property.Code);
            }
        }

        _writer.Byte(series.Station is null ? (byte)0 : (byte)1);
        series.Station?.Write(_writer);

        return _writer.ToArray();
    }

    /// <summary>Reads the part that stays in memory. Returns true when a series has an open finding, or waits for time to pass.</summary>
    public static bool DecodeHeader(ReadOnlySpan<byte> bytes, ref SensorSlot slot, List<Orphan> orphans)
    {
        var reader = new StateReader(bytes);
        return DecodeHeader(ref reader, ref slot, orphans).HasOpen;
    }

    /// <summary>Reads everything. States whose rule is gone are dropped; open ones among them become orphans.</summary>
    /// <exception cref="InvalidDataException">The bytes are of another version or cut short.</exception>
    public static SensorSeries Decode(ReadOnlySpan<byte> bytes, ref SensorSlot slot, RulePlan plan, long periodMs, List<Orphan> orphans)
    {
        var reader = new StateReader(bytes);
        var version = DecodeHeader(ref reader, ref slot, orphans).Version;
        var sensor = new SensorSeries();
        for (var left = reader.UInt16(); left > 0; left--)
        {
            var code = reader.Slug();
            var known = plan.TryGetStream(code, out var property);
            var rules = known ? plan.For(slot.Address, property) : null;
            var series = rules is null ? null : new Series(slot.Address, periodMs, rules);
            DecodeSeries(ref reader, series, code.Length == 0 ? null : code, orphans);
            if (known)
            {
                sensor.Add(property, series);
            }
        }

        if (version != WithoutStation && reader.Byte() != 0)
        {
            // Read even when no rule asks for it any more: what was raised must be let go.
            var asked = plan.StationOf(slot.Address, periodMs);
            var station = Station.Read(ref reader, asked ?? new Station(slot.Address, periodMs, []), plan.Properties, orphans);
            sensor.Station = asked is null ? null : station;
            sensor.StationKnown = true;
        }

        return sensor;
    }

    private static (byte Version, bool HasOpen) DecodeHeader(ref StateReader reader, ref SensorSlot slot, List<Orphan> orphans)
    {
        var version = reader.Byte();
        if (version is not (Version or WithoutStation))
        {
            throw new InvalidDataException("The detector state is of an unknown version.");
        }

        var flags = reader.Byte();
        slot.Gone |= (flags & RegisteredFlag) != 0 && slot.Definition is null;
        slot.LastReceivedMs = reader.Int64();
        slot.ReceiveIntervalMs = reader.Single();
        slot.PrimedFor = version == WithoutStation ? 0 : reader.Int32();
        slot.SilenceRaised = 0;
        for (var left = reader.Byte(); left > 0; left--)
        {
            var id = reader.Slug();
            var severity = (Severity)reader.Byte();
            var at = Array.FindIndex(slot.SilenceRules, r => r.Rule.Id == id);
            if (at >= 0)
            {
                slot.SilenceRaised |= 1UL << at;
            }
            else
            {
                orphans.Add(new Orphan(id, FindingKind.Silence, severity, Property: null));
            }
        }

        return (version, (flags & (OpenFlag | WaitingFlag)) != 0);
    }

    private void EncodeSilence(in SensorSlot slot)
    {
        _writer.Byte((byte)ulong.PopCount(slot.SilenceRaised));
        for (var i = 0; i < slot.SilenceRules.Length; i++)
        {
            if ((slot.SilenceRaised & (1UL << i)) != 0)
            {
                _writer.Slug(slot.SilenceRules[i].Rule.Id);
                _writer.Byte((byte)slot.SilenceRules[i].Rule.Severity);
            }
        }
    }

    private void Encode(Series series, string code)
    {
        _writer.Slug(code);
        _writer.Int64(series.NewestMs);
        _writer.Int64(series.LastGoodMs);
        _writer.Single(series.IntervalMs);
        ref var b = ref series.Baseline;
        _writer.UInt16(b.Learned);
        if (b.Learned > 0)
        {
            _writer.Double(b.Level);
            _writer.Double(b.Last);
            _writer.Single(b.Scale);
            _writer.Single(b.Step);
            _writer.UInt16(b.RunLength);
            _writer.Double(b.RunLevel);
            _writer.Single(b.RunSpread);
        }

        EncodeRules(series);
    }

    private void EncodeRules(Series series)
    {
        var countAt = _writer.Position;
        var count = 0;
        _writer.Byte(0);
        for (var i = 0; i < series.Limits.Length; i++)
        {
            ref var s = ref series.Limits[i];
            if (s.Side != 0)
            {
                count += Begin(series.Rules.Limits[i], s.Raised);
                _writer.Byte((byte)s.Side);
                _writer.Int64(s.SinceMs);
            }
        }

        for (var i = 0; i < series.Spikes.Length; i++)
        {
            if (series.Spikes[i].Raised)
            {
                count += Begin(series.Rules.Spikes[i], raised: true);
                _writer.Byte(series.Spikes[i].Inside);
            }
        }

        for (var i = 0; i < series.Flatlines.Length; i++)
        {
            ref var s = ref series.Flatlines[i];
            if (s.Count > 0)
            {
                count += Begin(series.Rules.Flatlines[i], s.Raised);
                _writer.Double(s.Anchor);
                _writer.Int64(s.SinceMs);
                _writer.Int32(s.Count);
            }
        }

        for (var i = 0; i < series.Implausibles.Length; i++)
        {
            ref var s = ref series.Implausibles[i];
            if (s.Raised || s.InRow > 0)
            {
                count += Begin(series.Rules.Implausibles[i], s.Raised);
                _writer.UInt16(s.InRow);
            }
        }

        count += EncodeLearned(series) + EncodePast(series) + EncodeSilences(series);
        _writer.PatchByte(countAt, checked((byte)count));
    }

    /// <summary>Every learned rule; the learner, which they share, is with the first.</summary>
    private int EncodeLearned(Series series)
    {
        for (var i = 0; i < series.Learned.Length; i++)
        {
            Begin(series.Rules.Learned[i], series.Learned[i].Raised);
            _writer.Byte(series.Learned[i].Quiet);
            _writer.Byte(i == 0 ? (byte)1 : (byte)0);
            if (i == 0)
            {
                series.Learner!.Write(_writer);
            }
        }

        return series.Learned.Length;
    }

    private static LearnedState DecodeLearned(ref StateReader reader, Series? series, bool raised)
    {
        var state = new LearnedState { Raised = raised, Quiet = reader.Byte() };
        if (reader.Byte() != 0)
        {
            // Rules may be gone, and others have come: what was learned of the series stays.
            var learner = SeriesLearner.Read(ref reader);
            if (series?.Learner is not null)
            {
                series.Learner = learner;
            }
        }

        return state;
    }

    private int Begin(CompiledRule rule, bool raised) => Begin(rule, raised, (StoredKind)rule.Rule.Kind);

    private int Begin(CompiledRule rule, bool raised, StoredKind kind)
    {
        _writer.Slug(rule.Rule.Id);
        _writer.Byte((byte)kind);
        _writer.Byte((byte)rule.Rule.Severity);
        _writer.Byte(raised ? (byte)1 : (byte)0);
        return 1;
    }

    private static void DecodeSeries(ref StateReader reader, Series? series, string? property, List<Orphan> orphans)
    {
        var newest = reader.Int64();
        var lastGood = reader.Int64();
        var interval = reader.Single();
        var baseline = default(SpikeBaseline);
        baseline.Learned = reader.UInt16();
        if (baseline.Learned > 0)
        {
            baseline.Level = reader.Double();
            baseline.Last = reader.Double();
            baseline.Scale = reader.Single();
            baseline.Step = reader.Single();
            baseline.RunLength = reader.UInt16();
            baseline.RunLevel = reader.Double();
            baseline.RunSpread = reader.Single();
        }

        if (series is not null)
        {
            series.NewestMs = newest;
            series.LastGoodMs = lastGood;
            series.IntervalMs = interval;
            series.Baseline = baseline;
        }

        for (var left = reader.Byte(); left > 0; left--)
        {
            DecodeRule(ref reader, series, property, orphans);
        }
    }

    private static void DecodeRule(ref StateReader reader, Series? series, string? property, List<Orphan> orphans)
    {
        var id = reader.Slug();
        var stored = (StoredKind)reader.Byte();
        var severity = (Severity)reader.Byte();
        var raised = reader.Byte() != 0;
        var kept = stored switch
        {
            StoredKind.Limit => Put(series?.Limits, series?.Rules.Limits, id, new LimitState
            {
                Raised = raised,
                Side = (sbyte)reader.Byte(),
                SinceMs = reader.Int64(),
            }),
            StoredKind.Spike => Put(series?.Spikes, series?.Rules.Spikes, id, new SpikeState { Raised = raised, Inside = reader.Byte() }),
            StoredKind.Flatline => Put(series?.Flatlines, series?.Rules.Flatlines, id, new FlatlineState
            {
                Raised = raised,
                Anchor = reader.Double(),
                SinceMs = reader.Int64(),
                Count = reader.Int32(),
            }),
            StoredKind.Implausible => Put(series?.Implausibles, series?.Rules.Implausibles, id, new ImplausibleState { Raised = raised, InRow = reader.UInt16() }),
            StoredKind.Learned => Put(series?.Learned, series?.Rules.Learned, id, DecodeLearned(ref reader, series, raised)),
            _ => DecodePast(ref reader, stored, series, id, raised),
        };
        if (raised && !kept)
        {
            orphans.Add(new Orphan(id, StoredKinds.FindingOf(stored), severity, property));
        }
    }

    private static bool Put<T>(T[]? states, CompiledRule[]? rules, string id, T state)
    {
        var at = rules is null ? -1 : Array.FindIndex(rules, r => r.Rule.Id == id);
        if (at >= 0)
        {
            states![at] = state;
        }

        return at >= 0;
    }
}
