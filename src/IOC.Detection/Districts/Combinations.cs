using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>A combination rule in one district.</summary>
internal sealed class Combination(CombinationRule rule)
{
    public CombinationRule Rule { get; } = rule;

    /// <summary>One per sensor that it covers.</summary>
    public List<CombinationState> States { get; } = [];

    /// <summary>Those to be judged.</summary>
    public List<CombinationState> Touched { get; } = [];

    /// <summary>Event time from which values of a sensor that it names make it be judged again for all.</summary>
    public long NextNamedMs { get; set; } = Series.Never;

    /// <summary>States that wait for their duration.</summary>
    public int Pending { get; set; }

    public CombinationState Add(Member member)
    {
        var state = new CombinationState(this, member);
        States.Add(state);
        return state;
    }

    public void Touch(CombinationState state)
    {
        if (!state.IsTouched)
        {
            state.IsTouched = true;
            Touched.Add(state);
        }
    }
}

/// <summary>A combination rule about one sensor.</summary>
internal sealed class CombinationState(Combination combination, Member member)
{
    private bool _pending;

    public Combination Combination { get; } = combination;

    public Member Member { get; } = member;

    public bool Raised { get; set; }

    /// <summary>It holds, but not yet for long enough.</summary>
    public bool IsPending
    {
        get => _pending;
        set
        {
            Combination.Pending += value == _pending ? 0 : value ? 1 : -1;
            _pending = value;
        }
    }

    public long SinceMs { get; set; }

    /// <summary>Time of the last judgement.</summary>
    public long LastMs { get; set; } = Series.Never;

    public bool IsTouched { get; set; }
}

/// <summary>
/// Several conditions at once for the rule's duration. It is judged when something that it asks for has changed: a value of the
/// sensor, an alert about it, a value of a sensor that it names (for all that it covers at most once in <see cref="StepMs"/>).
/// Unknown never raises and never clears, and begins the duration anew.
/// </summary>
internal sealed class CombinationDetector(PropertyCatalogue properties, DistrictFindings findings, Func<string, LocalText?> ruleName)
{
    /// <summary>Least time between two judgements of all sensors for the values of one that is named, ms.</summary>
    public const long StepMs = 10_000;

    /// <summary>Judges a sensor. <paramref name="at"/> has the event time of the message that asked for it, or
    /// <see cref="Series.Never"/> when it was none with values.</summary>
    public void Judge(District district, CombinationState state, in DistrictEvent at)
    {
        var rule = state.Combination.Rule;
        var now = TimeOf(district, state, in at);
        var gap = !rule.IsPure && state.LastMs != Series.Never && now - state.LastMs > state.Member.CurrentMs;
        state.LastMs = now;
        var truth = rule.Rule.IsInForce(now) ? rule.Condition.Of(district, state.Member, now) : Truth.False;
        if (truth != Truth.True)
        {
            state.IsPending = false;
            if (truth == Truth.False && state.Raised)
            {
                state.Raised = false;
                Report(FindingTransition.Cleared, district, state, now, in at);
            }

            return;
        }

        if (state.Raised)
        {
            return;
        }

        if (!state.IsPending || gap || now < state.SinceMs)
        {
            state.IsPending = true;
            state.SinceMs = now;
        }

        if (now - state.SinceMs >= rule.Rule.DurationMs)
        {
            state.IsPending = false;
            state.Raised = true;
            Report(FindingTransition.Raised, district, state, now, in at);
        }
    }

    private static long TimeOf(District district, CombinationState state, in DistrictEvent at)
    {
        if (state.Combination.Rule.IsPure)
        {
            return at.ReceivedAtMs;
        }

        var asked = at.EventMs != Series.Never ? at.EventMs : state.Member.EventMs != Series.Never ? state.Member.EventMs : district.ClockMs;
        return Math.Max(asked, state.LastMs);
    }

    private void Report(FindingTransition transition, District district, CombinationState state, long nowMs, in DistrictEvent at)
    {
        var rule = state.Combination.Rule;
        findings.Add(at.Message, at.Value, rule.Rule, rule.Rule.Finding(transition, state.Member.Address, property: null, nowMs, at.ReceivedAtMs) with
        {
            Reason = transition == FindingTransition.Raised
                ? DistrictTexts.Combination(rule, district, state.Member, nowMs, properties, ruleName)
                : null,
        });
    }
}
