using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// The detectors of what several series of a district say together: neighbours, aggregates, combinations. Runs after all others and
/// walks a batch message by message: first what they found in a message, then its values, then the combinations that either
/// concerns. So what it finds follows from the log alone, however that is cut into batches.
/// </summary>
/// <remarks>Event time here is measured-at, but never after receipt: a device whose clock is ahead would otherwise make everyone
/// else's values look old.</remarks>
internal sealed partial class DistrictDetector
{
    /// <summary>A tick this far below the newest says that the clock was set back, as silence takes it.</summary>
    private const long JitterMs = 60_000;
    private readonly AddressBook _addresses;
    private readonly DetectionOptions _options;
    private readonly Func<SensorAddress, SensorDefinition?> _definitionOf;
    private readonly DistrictPlan _plan;
    private readonly DistrictFindings _findings = new();
    private readonly NeighbourDetector _neighbours;
    private readonly AggregateDetector _aggregates;
    private readonly CombinationDetector _combinations;
    private readonly Dictionary<string, District> _bySlug = new(StringComparer.Ordinal);
    private readonly List<District> _districts = [];
    private readonly List<District> _touched = [];
    private Member?[] _members = [];

    // Sensors that no rule here concerns, by ordinal.
    private bool[] _passed = [];

    public DistrictDetector(Catalogue catalogue, AddressBook addresses, DetectionOptions options, Func<SensorAddress, SensorDefinition?> definitionOf)
    {
        _addresses = addresses;
        _options = options;
        _definitionOf = definitionOf;
        _plan = new DistrictPlan(catalogue);
        var names = catalogue.Rules.ToDictionary(r => r.Id, r => r.Name, StringComparer.Ordinal);
        _neighbours = new NeighbourDetector(_plan.Properties, _findings);
        _aggregates = new AggregateDetector(_plan.Properties, _findings);
        _combinations = new CombinationDetector(_plan.Properties, _findings, names.GetValueOrDefault);
        _findings.Added = Note;
    }

    /// <summary>Time by the ticks, Unix ms.</summary>
    public long NowMs { get; set; } = Series.Never;

    /// <summary>Whether there is nothing to do for any batch.</summary>
    public bool IsIdle => _plan.IsEmpty;

    /// <summary>Takes a batch with what the other detectors found in it, sorted, and adds what it finds.</summary>
    public void Process(TelemetryBatch batch, List<PlacedFinding> found)
    {
        var others = found.Count;
        var next = 0;
        var messages = batch.Messages;
        for (var i = 0; i < messages.Length; i++)
        {
            ref readonly var message = ref messages[i];
            for (; next < others && found[next].Message == i; next++)
            {
                Note(found[next].Finding);
            }

            var at = new DistrictEvent(Series.Never, message.ReceivedAtMs, i, -1);
            District? sender = null;
            if (message.Sensor is null)
            {
                Tick(message.MeasuredAtMs, message.Kind == MessageKind.Resumed, i);
            }
            else if (message.Kind == MessageKind.Readings || message.Online)
            {
                sender = Hear(batch, in message, ref at);
            }

            if (_touched.Count > 0)
            {
                RunCombinations(sender, in at);
            }
        }

        found.AddRange(_findings.Placed);
        _findings.Placed.Clear();
    }

    private District? Hear(TelemetryBatch batch, in TelemetryMessage message, ref DistrictEvent at)
    {
        if (MemberOf(message.Sensor!) is not { } member)
        {
            return null;
        }

        var values = batch.ValuesOf(in message);
        var eventMs = Math.Min(message.MeasuredAtMs, message.ReceivedAtMs);
        at = at with { EventMs = values.Length > 0 ? eventMs : Series.Never };
        var isNews = false;
        var isCombined = false;
        for (var i = 0; i < values.Length; i++)
        {
            ref readonly var value = ref values[i];
            if (!member.TryFind(value.Property, i, out var series))
            {
                series = member.District.AddSeries(member, value.Property);
            }

            if (series is null || message.MeasuredAtMs <= series.NewestMs)
            {
                continue;
            }

            series.NewestMs = message.MeasuredAtMs;
            series.EventMs = eventMs;
            series.Value = value.Value;
            series.IsGood = value.Quality == Quality.Ok;
            isNews = true;
            isCombined |= series.IsCombined;
            Judge(series, new DistrictEvent(eventMs, message.ReceivedAtMs, at.Message, message.FirstValue + i));
        }

        if (isNews)
        {
            member.EventMs = Math.Max(member.EventMs, eventMs);
            member.District.ClockMs = Math.Max(member.District.ClockMs, eventMs);
            member.District.Dirty = true;
        }

        if (isCombined)
        {
            TouchValues(member, eventMs);
        }

        return member.District;
    }

    private void Judge(MemberSeries series, in DistrictEvent at)
    {
        if (series.IsGood && series.HasNeighbours)
        {
            _neighbours.Judge(series, in at);
        }

        foreach (var aggregate in series.Aggregates)
        {
            aggregate.HasNews = true;
            if (AggregateDetector.IsDue(aggregate, at.EventMs))
            {
                _aggregates.Judge(aggregate, in at);
            }
        }
    }

    private void Tick(long nowMs, bool resumed, int message)
    {
        var anew = resumed || NowMs > nowMs && NowMs - nowMs > JitterMs;
        var before = NowMs;
        NowMs = anew ? nowMs : Math.Max(NowMs, nowMs);
        var isDue = anew || before == Series.Never || before / AggregateDetector.StepMs != NowMs / AggregateDetector.StepMs;
        foreach (var district in _districts)
        {
            if (anew)
            {
                BeginAnew(district);
            }

            foreach (var aggregate in district.Aggregates)
            {
                if (isDue && (aggregate.IsSilence || aggregate.HasNews))
                {
                    _aggregates.Judge(aggregate, new DistrictEvent(aggregate.IsSilence ? NowMs : district.ClockMs, NowMs, message, -1));
                    district.Dirty = true;
                }
            }

            foreach (var combination in district.Combinations)
            {
                if (combination.Pending > 0 && combination.Rule.IsPure)
                {
                    TouchPending(combination);
                }
            }
        }
    }

    private void BeginAnew(District district)
    {
        district.Dirty = true;
        district.ClockMs = Math.Min(district.ClockMs, NowMs);
        Array.ForEach(district.Aggregates, a => AggregateDetector.BeginAnew(a, NowMs));
        foreach (var combination in district.Combinations)
        {
            combination.NextNamedMs = Series.Never;
            foreach (var state in combination.States)
            {
                state.LastMs = Math.Min(state.LastMs, NowMs);
                if (state.IsPending && combination.Rule.IsPure)
                {
                    // Alerts could neither come nor go while the host was down.
                    state.IsPending = false;
                    Touch(state);
                }
            }
        }
    }

    /// <summary>Takes a finding that combinations or shares of silent sensors may ask for.</summary>
    private void Note(Finding finding)
    {
        var watched = _plan.WatchedIndex(finding.RuleId);
        var silence = _plan.HasSilentShare && _plan.Silence.Contains(finding.RuleId);
        if (watched < 0 && !silence)
        {
            return;
        }

        var change = finding.Transition == FindingTransition.Raised ? 1 : -1;
        if (finding.Sensor is { } address)
        {
            if (MemberOf(address) is { } member)
            {
                Note(member, watched, silence, change);
                TouchDependents(member.District, member, watched);
            }
        }
        else if (finding.Subject.Kind == SubjectKind.Asset && silence)
        {
            // A gateway's silence stands for that of the sensors behind it.
            foreach (var member in DistrictOf(finding.Subject.District).Members)
            {
                if (member.Definition?.Assets.Contains(finding.Subject.Id, StringComparer.Ordinal) == true)
                {
                    Note(member, watched: -1, silence: true, change);
                }
            }
        }
        else if (finding.Subject.Kind == SubjectKind.District && watched >= 0)
        {
            var district = DistrictOf(finding.Subject.District);
            district.Raised[watched] = Math.Max(0, district.Raised[watched] + change);
            TouchDependents(district, member: null, watched);
        }
    }

    private static void Note(Member member, int watched, bool silence, int change)
    {
        if (silence)
        {
            member.Silent = Math.Max(0, member.Silent + change);
        }

        if (watched >= 0)
        {
            member.Raised[watched] = Math.Max(0, member.Raised[watched] + change);
        }
    }

    private void TouchValues(Member member, long eventMs)
    {
        foreach (var state in member.Combinations)
        {
            TouchIf(!state.Combination.Rule.IsPure, state);
        }

        foreach (var combination in member.NamedBy)
        {
            if (!combination.Rule.IsPure && eventMs >= combination.NextNamedMs)
            {
                combination.NextNamedMs = eventMs + CombinationDetector.StepMs;
                TouchAll(combination);
            }
        }
    }

    /// <summary>Touches what asks for a rule about a member, or about the whole district.</summary>
    private void TouchDependents(District district, Member? member, int watched)
    {
        if (watched < 0)
        {
            return;
        }

        foreach (var combination in district.Combinations)
        {
            foreach (var leaf in combination.Rule.Leaves)
            {
                if (leaf is not RaisedCondition raised || raised.Watched != watched)
                {
                    continue;
                }

                if (member is null || raised.Raised.Sensor == member.Address.Sensor)
                {
                    TouchAll(combination);
                }
                else if (raised.Raised.Sensor is null && Array.Find(member.Combinations, s => s.Combination == combination) is { } state)
                {
                    Touch(state);
                }
            }
        }
    }

    private void TouchAll(Combination combination)
    {
        foreach (var state in combination.States)
        {
            Touch(state);
        }
    }

    private void TouchPending(Combination combination)
    {
        foreach (var state in combination.States)
        {
            TouchIf(state.IsPending, state);
        }
    }

    private void TouchIf(bool condition, CombinationState state)
    {
        if (condition)
        {
            Touch(state);
        }
    }

    private void Touch(CombinationState state)
    {
        state.Combination.Touch(state);
        var district = state.Member.District;
        if (!district.IsTouched)
        {
            district.IsTouched = true;
            _touched.Add(district);
        }
    }

    private void RunCombinations(District? sender, in DistrictEvent at)
    {
        for (var i = 0; i < _touched.Count; i++)
        {
            var district = _touched[i];
            // After all else of the message: it may be what they ask for.
            var place = at with { EventMs = district == sender ? at.EventMs : Series.Never, Value = int.MaxValue };
            foreach (var combination in district.Combinations)
            {
                // What a combination raises touches only combinations after it.
                foreach (var state in combination.Touched)
                {
                    state.IsTouched = false;
                    _combinations.Judge(district, state, in place);
                }

                combination.Touched.Clear();
            }

            district.IsTouched = false;
            district.Dirty = true;
        }

        _touched.Clear();
    }
}
