using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// Bytes of a district's state. Version 1, little-endian; slugs as length byte and ASCII, an empty one for none:
/// version (1), newest event time (8); number of aggregates (2), per each rule id, domain, property, severity (1), flags (1: raised, 2: values
/// came since it was judged), side (1), since (8), last judged (8), figure (8), how long it is current (8), whether a mean follows (1) and its bytes; number of combinations
/// (2), per each rule id and when values of a named sensor count again (8); number of sensors (4), per each domain, sensor, newest event
/// time (8), number of series (2), per each property, newest (8), event time (8), value (8), good (1), next judgement (8), number of
/// neighbour rules (1), per each rule id, severity (1), raised (1), side (1), since (8), last judged (8); number of combinations (2),
/// per each rule id, severity (1), flags (1: raised, 2: pending, 4: to be judged), since (8), last judged (8).
/// </summary>
internal sealed class DistrictCodec(PropertyCatalogue properties)
{
    private const byte Version = 1;
    private const int RaisedFlag = 1;
    private const int NewsFlag = 2;
    private const int PendingFlag = 2;
    private const int TouchedFlag = 4;
    private readonly StateWriter _writer = new();

    public byte[] Encode(District district)
    {
        _writer.Reset();
        _writer.Byte(Version);
        _writer.Int64(district.ClockMs);
        _writer.UInt16((ushort)district.Aggregates.Length);
        Array.ForEach(district.Aggregates, Encode);
        _writer.UInt16((ushort)district.Combinations.Length);
        foreach (var combination in district.Combinations)
        {
            _writer.Slug(combination.Rule.Rule.Rule.Id);
            _writer.Int64(combination.NextNamedMs);
        }

        _writer.Int32(district.Members.Count);
        district.Members.ForEach(Encode);
        return _writer.ToArray();
    }

    /// <summary>Reads a district. States whose rule is gone are dropped; open ones among them become orphans.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="district">The district, new.</param>
    /// <param name="memberOf">Address and member of a domain and sensor; no member when no rule concerns it any more.</param>
    /// <param name="touch">Takes a combination that is still to be judged.</param>
    /// <param name="orphans">Takes what is open of rules that are gone.</param>
    /// <exception cref="InvalidDataException">The bytes are of another version or cut short.</exception>
    public void Decode(
        ReadOnlySpan<byte> bytes, District district, Func<string, string, (SensorAddress Address, Member? Member)> memberOf,
        Action<CombinationState> touch, List<(Subject Subject, Orphan Orphan)> orphans)
    {
        var reader = new StateReader(bytes);
        if (reader.Byte() != Version)
        {
            throw new InvalidDataException("The district state is of an unknown version.");
        }

        district.ClockMs = reader.Int64();
        for (var left = reader.UInt16(); left > 0; left--)
        {
            DecodeAggregate(ref reader, district, orphans);
        }

        for (var left = reader.UInt16(); left > 0; left--)
        {
            var id = reader.Slug();
            var next = reader.Int64();
            if (Array.Find(district.Combinations, c => c.Rule.Rule.Rule.Id == id) is { } combination)
            {
                combination.NextNamedMs = next;
            }
        }

        for (var left = reader.Int32(); left > 0; left--)
        {
            var (address, member) = memberOf(reader.Slug(), reader.Slug());
            DecodeMember(ref reader, address, member, touch, orphans);
        }
    }

    private void Encode(Aggregate aggregate)
    {
        var rule = aggregate.Rule.Rule;
        _writer.Slug(rule.Id);
        _writer.Slug(rule.Domain ?? string.Empty);
        _writer.Slug(rule.Property ?? string.Empty);
        _writer.Byte((byte)rule.Severity);
        _writer.Byte((byte)((aggregate.Raised ? RaisedFlag : 0) | (aggregate.HasNews ? NewsFlag : 0)));
        _writer.Byte((byte)aggregate.Side);
        _writer.Int64(aggregate.SinceMs);
        _writer.Int64(aggregate.LastMs);
        _writer.Double(aggregate.Figure);
        _writer.Int64(aggregate.HoldMs);
        _writer.Byte(aggregate.Mean is null ? (byte)0 : (byte)1);
        aggregate.Mean?.Write(_writer);
    }

    private static void DecodeAggregate(ref StateReader reader, District district, List<(Subject, Orphan)> orphans)
    {
        var (id, domain, property) = (reader.Slug(), NullIfEmpty(reader.Slug()), NullIfEmpty(reader.Slug()));
        var severity = (Severity)reader.Byte();
        var flags = reader.Byte();
        var raised = (flags & RaisedFlag) != 0;
        var kept = Array.Find(district.Aggregates, a => a.Rule.Rule.Id == id && a.Rule.Rule.Domain == domain && a.Rule.Rule.Property == property);
        var into = kept ?? new Aggregate(new DistrictRule(Unknown, 0), district.Slug);
        into.Raised = raised;
        into.HasNews = (flags & NewsFlag) != 0;
        into.Side = (sbyte)reader.Byte();
        into.SinceMs = reader.Int64();
        into.LastMs = reader.Int64();
        into.Figure = reader.Double();
        into.HoldMs = reader.Int64();
        if (reader.Byte() != 0)
        {
            TimeMean.Read(ref reader, into.Mean);
        }

        if (raised && kept is null)
        {
            orphans.Add((Subject.OfDistrict(district.Slug, domain), new Orphan(id, FindingKind.Aggregate, severity, property)));
        }
    }

    private void Encode(Member member)
    {
        _writer.Slug(member.Address.Domain);
        _writer.Slug(member.Address.Sensor);
        _writer.Int64(member.EventMs);
        var count = 0;
        foreach (var (_, series) in member.Entries)
        {
            count += series is null ? 0 : 1;
        }

        _writer.UInt16((ushort)count);
        foreach (var (property, series) in member.Entries)
        {
            if (series is not null)
            {
                Encode(series, properties[property].Code);
            }
        }

        _writer.UInt16((ushort)member.Combinations.Length);
        foreach (var state in member.Combinations)
        {
            _writer.Slug(state.Combination.Rule.Rule.Rule.Id);
            _writer.Byte((byte)state.Combination.Rule.Rule.Rule.Severity);
            _writer.Byte((byte)((state.Raised ? RaisedFlag : 0) | (state.IsPending ? PendingFlag : 0) | (state.IsTouched ? TouchedFlag : 0)));
            _writer.Int64(state.SinceMs);
            _writer.Int64(state.LastMs);
        }
    }

    private void Encode(MemberSeries series, string code)
    {
        _writer.Slug(code);
        _writer.Int64(series.NewestMs);
        _writer.Int64(series.EventMs);
        _writer.Double(series.Value);
        _writer.Byte(series.IsGood ? (byte)1 : (byte)0);
        _writer.Int64(series.NextNeighbourMs);
        _writer.Byte((byte)series.Neighbours.Length);
        foreach (var state in series.Neighbours)
        {
            _writer.Slug(state.Rule.Rule.Id);
            _writer.Byte((byte)state.Rule.Rule.Severity);
            _writer.Byte(state.Raised ? (byte)1 : (byte)0);
            _writer.Byte((byte)state.Side);
            _writer.Int64(state.SinceMs);
            _writer.Int64(state.LastMs);
        }
    }

    private void DecodeMember(
        ref StateReader reader, SensorAddress address, Member? member, Action<CombinationState> touch, List<(Subject, Orphan)> orphans)
    {
        var eventMs = reader.Int64();
        if (member is not null)
        {
            member.EventMs = eventMs;
        }

        for (var left = reader.UInt16(); left > 0; left--)
        {
            DecodeSeries(ref reader, address, member, orphans);
        }

        for (var left = reader.UInt16(); left > 0; left--)
        {
            var (id, severity, flags) = (reader.Slug(), (Severity)reader.Byte(), reader.Byte());
            var (since, last) = (reader.Int64(), reader.Int64());
            var raised = (flags & RaisedFlag) != 0;
            if (member is not null && Array.Find(member.Combinations, s => s.Combination.Rule.Rule.Rule.Id == id) is { } state)
            {
                (state.Raised, state.IsPending, state.SinceMs, state.LastMs) = (raised, (flags & PendingFlag) != 0, since, last);
                if ((flags & TouchedFlag) != 0)
                {
                    touch(state);
                }
            }
            else if (raised)
            {
                orphans.Add((address, new Orphan(id, FindingKind.Combination, severity, Property: null)));
            }
        }
    }

    private void DecodeSeries(ref StateReader reader, SensorAddress address, Member? member, List<(Subject, Orphan)> orphans)
    {
        var code = reader.Slug();
        var series = member is not null && properties.TryGetIndex(code, out var property) ? member.District.AddSeries(member, property) : null;
        var (newest, eventMs, value, good, next) = (reader.Int64(), reader.Int64(), reader.Double(), reader.Byte() != 0, reader.Int64());
        if (series is not null)
        {
            (series.NewestMs, series.EventMs, series.Value, series.IsGood, series.NextNeighbourMs) = (newest, eventMs, value, good, next);
        }

        for (var left = reader.Byte(); left > 0; left--)
        {
            var (id, severity, raised, side) = (reader.Slug(), (Severity)reader.Byte(), reader.Byte() != 0, (sbyte)reader.Byte());
            var (since, last) = (reader.Int64(), reader.Int64());
            if (series is not null && Array.Find(series.Neighbours, n => n.Rule.Rule.Id == id) is { } state)
            {
                (state.Raised, state.Side, state.SinceMs, state.LastMs) = (raised, side, since, last);
            }
            else if (raised)
            {
                orphans.Add((address, new Orphan(id, FindingKind.Neighbour, severity, code)));
            }
        }
    }

    private static string? NullIfEmpty(string slug) => slug.Length == 0 ? null : slug;

    /// <summary>Takes the bytes of a rule that is gone.</summary>
    private static DetectionRule Unknown { get; } = new()
    {
        Id = "gone",
        Kind = FindingKind.Aggregate,
        Name = new LocalText(string.Empty, string.Empty),
        Severity = Severity.P4,
        Aggregate = new RuleAggregate(AggregateFunction.Mean, 1),
    };
}
