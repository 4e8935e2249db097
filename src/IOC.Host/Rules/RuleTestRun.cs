using IOC.Detection;
using IOC.Telemetry;

namespace IOC.Host.Rules;

/// <summary>A version of a rule that runs over history: the host's own detection over batches made of stored readings.</summary>
internal sealed class RuleTestRun : IDisposable
{
    private readonly DetectionPipeline _pipeline;
    private readonly DetectionRule _rule;
    private readonly RuleTestTally _tally;
    private readonly List<Finding> _findings = [];

    public RuleTestRun(DetectionRule rule, IEnumerable<DetectionRule> needed, Catalogue catalogue, AddressBook addresses, DetectionOptions options, RuleTestTally tally)
    {
        (_rule, _tally) = (rule, tally);
        _pipeline = new DetectionPipeline(0, catalogue with { Rules = [.. needed.Where(r => r.Id != rule.Id), rule] }, addresses, new NothingStored(), options);
    }

    public void Process(TelemetryBatch batch)
    {
        _findings.Clear();
        _pipeline.Process(batch, _findings);
        foreach (var finding in _findings)
        {
            if (finding.RuleId == _rule.Id)
            {
                _tally.Add(finding);
            }
        }
    }

    public RuleTestResult Result() => _tally.Result(_rule.Version == 0 ? null : _rule.Version);

    public void Dispose() => _pipeline.Dispose();

    private sealed class NothingStored : ISeriesStateStore
    {
        public byte[]? Load(int partition, string key) => null;

        public IEnumerable<(string Key, byte[] State)> LoadAll(int partition) => [];
    }
}

/// <summary>Counts what a rule raises between two instants.</summary>
/// <param name="fromMs">First instant.</param>
/// <param name="toMs">First instant no longer asked for.</param>
/// <param name="zone">The city's zone, for days.</param>
/// <param name="subjects">Subjects that the rule covers.</param>
/// <param name="most">Most findings to list.</param>
internal sealed class RuleTestTally(long fromMs, long toMs, TimeZoneInfo zone, int subjects, int most)
{
    private readonly Dictionary<Subject, State> _subjects = [];
    private readonly SortedDictionary<DateOnly, int> _days = [];
    private readonly List<RuleTestFinding> _listed = [];
    private int _total;

    public void Add(Finding finding)
    {
        if (!_subjects.TryGetValue(finding.Subject, out var state))
        {
            _subjects.Add(finding.Subject, state = new State());
        }

        var key = finding.Property ?? "";
        if (finding.Transition == FindingTransition.Raised)
        {
            Raise(finding, state, key);
        }
        else if (state.Open.Remove(key, out var listed))
        {
            if (listed >= 0)
            {
                _listed[listed] = _listed[listed] with { ClearedAt = finding.AtMs };
            }

            if (state.Open.Count == 0)
            {
                state.ActiveMs += Within(state.SinceMs, finding.AtMs);
            }
        }
    }

    public RuleTestResult Result(int? version)
    {
        var all = _subjects.Select(s => (Subject: s.Key.ToString(), s.Value, Active: s.Value.ActiveMs + (s.Value.Open.Count > 0 ? Within(s.Value.SinceMs, toMs) : 0)))
            .Where(s => s.Value.Alerts > 0 || s.Active > 0).ToList();
        var active = all.Sum(s => s.Active);
        return new RuleTestResult(
            version, all.Sum(s => s.Value.Alerts), all.Count(s => s.Value.Open.Count > 0), active, subjects == 0 ? 0 : active / ((double)(toMs - fromMs) * subjects),
            [.. all.OrderByDescending(s => s.Value.Alerts).ThenBy(s => s.Subject, StringComparer.Ordinal).Select(s => new RuleTestSubject(s.Subject, s.Value.Alerts, s.Active))],
            [.. _days.Select(d => new RuleTestDay(d.Key, d.Value))], _listed, _total);
    }

    private void Raise(Finding finding, State state, string key)
    {
        var listed = -1;
        if (finding.AtMs >= fromMs && finding.AtMs < toMs)
        {
            _total++;
            if (_listed.Count < most)
            {
                listed = _listed.Count;
                _listed.Add(new RuleTestFinding(finding.Subject.ToString(), finding.Property, finding.AtMs, null, finding.Value, finding.Limit, finding.Reason));
            }

            if (state.Open.Count == 0)
            {
                state.Alerts++;
                var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(finding.AtMs), zone).DateTime);
                _days[day] = _days.GetValueOrDefault(day) + 1;
            }
        }

        if (state.Open.Count == 0)
        {
            state.SinceMs = finding.AtMs;
        }

        state.Open.TryAdd(key, listed);
    }

    private long Within(long sinceMs, long untilMs) => Math.Max(0, Math.Min(untilMs, toMs) - Math.Max(sinceMs, fromMs));

    private sealed class State
    {
        /// <summary>What is open, by property, with its place in the list (-1: not listed).</summary>
        public Dictionary<string, int> Open { get; } = new(StringComparer.Ordinal);

        public long SinceMs { get; set; }

        public long ActiveMs { get; set; }

        public int Alerts { get; set; }
    }
}
