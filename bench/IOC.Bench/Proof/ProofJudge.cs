using IOC.Alerts;
using IOC.FirmwareSim.Faults;
using IOC.FirmwareSim.World;
using IOC.Telemetry;

namespace IOC.Bench.Proof;

/// <summary>What an annunciation was worth.</summary>
internal enum Worth
{
    /// <summary>It tells of an injected fault or event.</summary>
    Fault,

    /// <summary>What the sensor should have read was beyond the rule's limit: true, though nobody injected it.</summary>
    Real,

    /// <summary>Neither.</summary>
    False,
}

/// <summary>An alert that was raised, or raised again after it had ended: what an operator hears.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="EventMs">Event time.</param>
/// <param name="KnownMs">When it was raised by the clock.</param>
/// <param name="Worth">What it was worth.</param>
/// <param name="Faults">Faults that it tells of.</param>
internal sealed record Annunciation(Alert Alert, long EventMs, long KnownMs, Worth Worth, IReadOnlyList<Fault> Faults);

/// <summary>A fault as judged.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="FirstMs">When the first alert told of it; null when none did.</param>
/// <param name="FoundBy">Rules that told of it, the first first.</param>
/// <param name="FoundUrgently">Whether one of them was P1 or P2.</param>
/// <param name="RefusedMs">When the first of its payloads was refused and listed; null when none was.</param>
internal sealed record JudgedFault(Fault Fault, long? FirstMs, IReadOnlyList<string> FoundBy, bool FoundUrgently, long? RefusedMs);

/// <summary>
/// Compares alerts with the truth. The rules of the comparison are in docs/benchmarks-detection.md: an alert tells of a fault when it
/// is about the same sensor and the same property (or one of them is about the whole sensor), and is raised between the
/// fault's start and its end plus a tolerance, by the time of the clock or by event time.
/// </summary>
internal sealed class ProofJudge
{
    // Some readings of a mean are missing where a sensor was silent.
    private const double MeanTolerance = 0.02;

    private readonly ProofOptions _options;
    private readonly Dictionary<string, DetectionRule> _rules;
    private readonly ILookup<string, Fault> _faults;
    private readonly Dictionary<string, SensorDefinition> _sensors;
    private readonly Dictionary<string, string?> _parents;
    private readonly Dictionary<string, SensorModel> _clean;
    private readonly ReportTimes _times;

    /// <summary>Judges a run.</summary>
    public ProofJudge(ProofOptions options, ProofOutcome outcome)
    {
        _options = options;
        _rules = outcome.Catalogue.Rules.ToDictionary(r => r.Id, StringComparer.Ordinal);
        _sensors = outcome.Catalogue.Sensors.ToDictionary(s => s.Address.Sensor, StringComparer.Ordinal);
        _parents = outcome.Catalogue.Assets.ToDictionary(a => a.Id, a => a.ParentId, StringComparer.Ordinal);
        _faults = outcome.Faults.ToLookup(f => f.Sensor.Sensor.Id, StringComparer.Ordinal);
        _clean = new City(options.Seed, outcome.Sensors).Sensors.ToDictionary(s => s.Sensor.Id, StringComparer.Ordinal);
        _times = new ReportTimes(options.StartMs, periodScale: 1);
        Annunciations = [.. outcome.Alerts.SelectMany(a => a.Acts.Where(IsAnnunciation).Select(act => Judge(a.Alert, act)))];
        Faults = [.. outcome.Faults.Where(IsJudged).Select(f => Judge(f, outcome))];
    }

    /// <summary>Everything an operator heard.</summary>
    public IReadOnlyList<Annunciation> Annunciations { get; }

    /// <summary>The faults that had a fair chance to be found: they end, with their tolerance, before the run does.</summary>
    public IReadOnlyList<JudgedFault> Faults { get; }

    /// <summary>Time after a fault's end in which an alert may still tell of it: what comes back jumps once more, and detectors that
    /// smooth need some reports.</summary>
    public static long ToleranceMs(FaultKind kind) => 60_000L * (kind switch
    {
        FaultKind.Spike or FaultKind.Sentinel or FaultKind.NoiseBurst or FaultKind.Malformed => 10,
        FaultKind.Silence or FaultKind.Offline or FaultKind.ClockAhead or FaultKind.LateDelivery
            or FaultKind.FeederOutage or FaultKind.GatewayOutage => 10,
        FaultKind.PollutionEpisode or FaultKind.Congestion => 30,
        _ => 20,
    });

    private static bool IsAnnunciation(AlertAct act) => act.Kind is AlertActKind.Raised or AlertActKind.ReRaised;

    private bool IsJudged(Fault fault) => fault.EndMs + ToleranceMs(fault.Kind) < _options.EndMs;

    private Annunciation Judge(Alert alert, AlertAct act)
    {
        List<Fault> told = [.. Under(alert.Subject).Where(f => Tells(alert, act, f))];
        var isTrue = (told.Count == 0 || IsOfMean(alert)) && IsTrue(alert, act);
        if (isTrue)
        {
            // A polluted day is no news of the hour's smoke in it.
            told.Clear();
        }

        var worth = told.Count > 0 ? Worth.Fault : isTrue ? Worth.Real : Worth.False;
        return new Annunciation(alert, act.AtMs, act.RecordedAtMs, worth, told);
    }

    private JudgedFault Judge(Fault fault, ProofOutcome outcome)
    {
        List<Annunciation> told = [.. Annunciations.Where(a => a.Faults.Contains(fault)).OrderBy(a => a.KnownMs)];
        var refused = outcome.Refused.FirstOrDefault(r => r.Sensor == fault.Sensor.Sensor.Id && r.AtMs >= fault.StartMs && r.AtMs <= fault.EndMs + ToleranceMs(fault.Kind));
        return new JudgedFault(fault, told.FirstOrDefault()?.KnownMs, [.. told.Select(a => a.Alert.RuleId).Distinct(StringComparer.Ordinal)], told.Exists(a => a.Alert.Severity <= Severity.P2), refused?.AtMs);
    }

    // The faults of a sensor, of the sensors that depend on an asset, or of a district's.
    private IEnumerable<Fault> Under(Subject subject) => subject.Kind switch
    {
        SubjectKind.Sensor => _faults[subject.Id],
        SubjectKind.Asset => _sensors.Values.Where(s => DependsOn(s, subject.Id)).SelectMany(s => _faults[s.Address.Sensor]),
        _ => _sensors.Values.Where(s => s.Address.District == subject.District && (subject.Domain is null || s.Address.Domain == subject.Domain)).SelectMany(s => _faults[s.Address.Sensor]),
    };

    private bool DependsOn(SensorDefinition sensor, string asset)
    {
        foreach (var own in sensor.Assets)
        {
            for (var id = own; id is not null; id = _parents.GetValueOrDefault(id))
            {
                if (id == asset)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool Tells(Alert alert, AlertAct act, Fault fault)
    {
        var until = fault.EndMs + ToleranceMs(fault.Kind) + WindowMs(alert);
        bool Within(long ms) => ms >= fault.StartMs && ms <= until;
        return (Within(act.RecordedAtMs) || Within(act.AtMs)) && IsAbout(alert, fault);
    }

    private bool IsAbout(Alert alert, Fault fault)
    {
        if (fault.PropertyCode is not { } property)
        {
            // Readings that are missing move no mean beyond a limit.
            return !IsOfMean(alert);
        }

        // A rule for every property tells of the sensor; which property it was is in the alert's life, not in its name.
        var rule = _rules.GetValueOrDefault(alert.RuleId);
        return rule?.Property is { } watched
            ? watched == property || AlsoShownBy(fault.Kind).Contains(watched, StringComparer.Ordinal)
            : alert.Kind is not FindingKind.Silence;
    }

    private bool IsOfMean(Alert alert) => _rules.GetValueOrDefault(alert.RuleId)?.Average is not null;

    // What one cause moves besides the property that the truth names.
    private static string[] AlsoShownBy(FaultKind kind) => kind switch
    {
        FaultKind.PollutionEpisode => ["pm10"],
        FaultKind.Congestion => ["flow", "occupancy"],
        FaultKind.LampByDay or FaultKind.LampDark => ["current", "dim"],
        _ => [],
    };

    // What a rule has to look back over: a fault stays in a mean until the window has passed it.
    private long WindowMs(Alert alert) => _rules.GetValueOrDefault(alert.RuleId) is not { } rule
        ? 0
        : (long)(rule.Kind == FindingKind.Limit ? rule.Duration + (rule.Average?.Length ?? TimeSpan.Zero) : rule.Window).TotalMilliseconds;

    // Whether a sensor without a fault would have read beyond the limit too, for as long as the rule asks.
    private bool IsTrue(Alert alert, AlertAct act)
    {
        if (alert.Kind != FindingKind.Limit || alert.Limit is not { } limit || _rules.GetValueOrDefault(alert.RuleId) is not { Property: { } property } rule
            || !_clean.TryGetValue(alert.Subject.Id, out var model))
        {
            return false;
        }

        var looksBack = rule.Average?.Length.TotalMilliseconds ?? Math.Max(rule.Duration.TotalMilliseconds, 3 * _times.PeriodMs(model));
        var clean = Clean(model, property, act.AtMs - (long)looksBack, act.AtMs);
        if (clean.Count == 0)
        {
            return false;
        }

        // Above or below: the limit lies between what was read and what is usual.
        var above = alert.Value >= limit;
        return rule.Average is null
            ? clean.Count(v => above ? v >= limit : v <= limit) >= 0.9 * clean.Count
            : above ? clean.Average() >= limit - (MeanTolerance * Math.Abs(limit)) : clean.Average() <= limit + (MeanTolerance * Math.Abs(limit));
    }

    private List<double> Clean(SensorModel model, string property, long fromMs, long untilMs)
    {
        var values = new double[model.Specs.Count];
        var index = model.Specs.Select(s => s.Code).ToList().IndexOf(property);
        List<double> clean = [];
        for (var report = _times.FirstAtOrAfter(model, Math.Max(fromMs, _options.StartMs)); _times.TimeOf(model, report) <= untilMs; report++)
        {
            var at = _times.TimeOf(model, report);
            model.Measure(at, values);
            clean.Add(Real(model.Sensor.Id, model, index, at, values[index]));
        }

        return clean;
    }

    private double Real(string sensor, SensorModel model, int index, long atMs, double value)
    {
        var code = model.Specs[index].Code;
        var happening = _faults[sensor].FirstOrDefault(f => FaultShapes.IsEvent(f.Kind) && f.StartMs <= atMs && f.EndMs >= atMs && (f.PropertyCode == code || AlsoShownBy(f.Kind).Contains(code, StringComparer.Ordinal)));
        return happening is null ? value : FaultShapes.Apply(happening, value, model.Specs[index], atMs, stuckAt: 0);
    }
}
