using IOC.Detection;
using IOC.History;
using IOC.Host.Settings;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Rules;

/// <summary>What is to be tried.</summary>
/// <param name="Candidate">The rule.</param>
/// <param name="Present">The present version of the same rule; null when there is none.</param>
/// <param name="Needed">Rules that they name.</param>
/// <param name="FromMs">First instant.</param>
/// <param name="ToMs">First instant no longer asked for.</param>
/// <param name="Sensors">Sensors that are read.</param>
/// <param name="Subjects">What the rule covers: sensors or districts.</param>
/// <param name="Properties">Properties that are read; none = all.</param>
internal sealed record RuleTestPlan(
    DetectionRule Candidate, DetectionRule? Present, IReadOnlyList<DetectionRule> Needed, long FromMs, long ToMs,
    IReadOnlyList<SensorDefinition> Sensors, int Subjects, IReadOnlyList<string> Properties)
{
    private static readonly TimeSpan LearnedWarmUp = TimeSpan.FromDays(14);

    /// <summary>What is read of the history store.</summary>
    public SeriesSet Set => new([.. Sensors.Select(s => s.Address.Sensor)], [], [], Properties);

    /// <summary>From where on history is read: what the rule looks back over, and at least a day.</summary>
    public long WarmUpFromMs => FromMs - (long)Needed.Append(Candidate).Append(Present ?? Candidate).Max(WarmUp).TotalMilliseconds;

    /// <summary>Makes it.</summary>
    public static RuleTestPlan Make(
        DetectionRule candidate, DetectionRule? present, IReadOnlyList<DetectionRule> all, Catalogue catalogue, long fromMs, long toMs, IReadOnlyCollection<string> only)
    {
        var needed = Needs(candidate, present, all);
        var covered = catalogue.Sensors.Where(s => candidate.Covers(s.Address) && (only.Count == 0 || only.Contains(s.Address.Sensor, StringComparer.Ordinal))).ToList();
        var districts = covered.Select(s => s.Address.District).ToHashSet(StringComparer.Ordinal);
        var named = Conditions(candidate).Concat(Conditions(present)).ToList();
        var others = named.Select(c => c.Sensor).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var read = catalogue.Sensors.Where(s => covered.Contains(s) || others.Contains(s.Address.Sensor)
            || districts.Contains(s.Address.District) && needed.Exists(n => n.Covers(s.Address))
            || candidate.Kind == FindingKind.Neighbour && districts.Contains(s.Address.District) && s.Properties.Contains(candidate.Property!, StringComparer.Ordinal)).ToList();
        var rules = needed.Append(candidate).Append(present ?? candidate).ToList();

        // A rule without a property looks at all of them.
        var anything = rules.Exists(r => r.Property is null && r.Kind != FindingKind.Combination);
        var properties = anything ? [] : rules.Select(r => r.Property).Concat(named.Select(c => c.Property)).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return new RuleTestPlan(candidate, present, needed, fromMs, toMs, read, candidate.Kind == FindingKind.Aggregate ? districts.Count : covered.Count, properties);
    }

    private static List<DetectionRule> Needs(DetectionRule candidate, DetectionRule? present, IReadOnlyList<DetectionRule> all)
    {
        var needed = new List<DetectionRule>();
        var ahead = new Queue<string>(RuleNames.Raised(candidate).Concat(present is null ? [] : RuleNames.Raised(present)));
        while (ahead.TryDequeue(out var id))
        {
            if (id != candidate.Id && all.FirstOrDefault(r => r.Id == id) is { } rule && !needed.Contains(rule))
            {
                needed.Add(rule);
                RuleNames.Raised(rule).ToList().ForEach(ahead.Enqueue);
            }
        }

        if (candidate.Aggregate?.Function == AggregateFunction.ShareSilent || present?.Aggregate?.Function == AggregateFunction.ShareSilent)
        {
            needed.AddRange(all.Where(r => r.Kind == FindingKind.Silence));
        }

        return needed;
    }

    private static IEnumerable<(string? Property, string? Sensor)> Conditions(DetectionRule? rule) => Conditions(rule?.When);

    private static IEnumerable<(string? Property, string? Sensor)> Conditions(RuleCondition? condition) => condition switch
    {
        RuleCondition.All all => all.Conditions.SelectMany(Conditions),
        RuleCondition.Any any => any.Conditions.SelectMany(Conditions),
        RuleCondition.Not not => Conditions(not.Condition),
        RuleCondition.Value value => [(value.Property, value.Sensor)],
        RuleCondition.Raised raised => [(null, raised.Sensor)],
        _ => [],
    };

    private static TimeSpan WarmUp(DetectionRule rule)
    {
        var back = rule.Kind is FindingKind.Learned or FindingKind.Disagreement ? LearnedWarmUp : rule.Duration + rule.Window + (rule.Average?.Length ?? TimeSpan.Zero);
        return back > TimeSpan.FromDays(1) ? back : TimeSpan.FromDays(1);
    }
}

/// <summary>
/// Runs rules over history: the readings of the covered sensors, a stretch of time at once, in order of time, with a tick after each
/// minute, through the same detection as live. Memory is bounded by the readings of a stretch, not by the time asked for.
/// </summary>
internal sealed class RuleTester(IHistoryStore history, AddressBook addresses, IocOptions options)
{
    private const int MaxStretchReadings = 500_000;
    private const long MinuteMs = 60_000;
    private const long LongestStretchMs = 86_400_000;

    /// <summary>In what the answer differs from what would have been seen live.</summary>
    public static IReadOnlyList<LocalText> Notes { get; } =
    [
        new("Lịch sử không lưu giờ nhận: mọi số liệu được coi là nhận ngay khi đo, nên số liệu đến muộn không hiện là muộn.",
            "History does not keep when a reading was received: each counts as received when it was measured, so late ones are not late here."),
        new("Mất tín hiệu được xét theo giờ đo, từng phút một; lúc máy chủ dừng cũng bị coi là cảm biến im lặng.",
            "Silence is judged by the time of measurement, minute by minute; while the host was down, sensors count as silent."),
    ];

    /// <summary>Runs it.</summary>
    /// <param name="plan">What.</param>
    /// <param name="catalogue">Sensors and properties.</param>
    /// <param name="progress">Told of how much is done, 0 to 1.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<RuleTestAnswer> RunAsync(RuleTestPlan plan, Catalogue catalogue, Func<double, Task> progress, CancellationToken stop)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);
        RuleTestTally Tally() => new(plan.FromMs, plan.ToMs, zone, plan.Subjects, options.Rules.MaxTestFindings);
        using var candidate = new RuleTestRun(plan.Candidate, plan.Needed, catalogue, addresses, options.Detection, Tally());
        using var present = plan.Present is { } rule ? new RuleTestRun(rule, plan.Needed, catalogue, addresses, options.Detection, Tally()) : null;
        var feed = new RuleTestFeed(batch =>
        {
            candidate.Process(batch);
            present?.Process(batch);
        });
        var (at, stretch, readings) = (plan.WarmUpFromMs, LongestStretchMs, 0L);
        feed.Begin(at);
        while (at < plan.ToMs)
        {
            stop.ThrowIfCancellationRequested();
            var to = Math.Min(at + stretch, plan.ToMs);
            var sink = new Stretch(plan.Sensors, catalogue.Properties);
            await history.ScanAsync(plan.Set, at, to, sink, stop);
            if (sink.IsFull && stretch > MinuteMs)
            {
                stretch = Math.Max(MinuteMs, stretch / 4);
                continue;
            }

            readings += sink.Readings.Count;
            await Task.Run(() => feed.Run(sink.Readings, at, to), stop);
            at = to;
            await progress((double)(at - plan.WarmUpFromMs) / (plan.ToMs - plan.WarmUpFromMs));
        }

        return new RuleTestAnswer(plan.FromMs, plan.ToMs, plan.WarmUpFromMs, plan.Sensors.Count, readings, candidate.Result(), present?.Result(), Notes);
    }

    /// <summary>The readings of a stretch of time, as the store gives them. It takes no more than it may hold.</summary>
    private sealed class Stretch(IReadOnlyList<SensorDefinition> sensors, PropertyCatalogue properties) : IReadingSink
    {
        private readonly Dictionary<string, SensorAddress> _sensors = sensors.ToDictionary(s => s.Address.Sensor, s => s.Address, StringComparer.Ordinal);
        private SensorAddress? _sensor;
        private int _property;

        public List<TestReading> Readings { get; } = [];

        public bool IsFull { get; private set; }

        public bool Begin(SeriesKey series) => !IsFull && _sensors.TryGetValue(series.Sensor, out _sensor) && properties.TryGetIndex(series.Property, out _property);

        public bool TryAdd(in RunTotals totals) => false;

        public void Add(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities)
        {
            IsFull |= Readings.Count + samples.Length > MaxStretchReadings;
            for (var i = 0; i < samples.Length && !IsFull; i++)
            {
                Readings.Add(new TestReading(samples[i].AtMs, _sensor!, _property, (Quality)qualities[i], samples[i].Value));
            }
        }

        public void End()
        {
        }
    }
}

/// <summary>A reading of a test.</summary>
internal readonly record struct TestReading(long AtMs, SensorAddress Sensor, int Property, Quality Quality, double Value);

/// <summary>Makes batches of readings as the log has them: in order of time, a message per sensor and instant, a tick after each minute.</summary>
internal sealed class RuleTestFeed(Action<TelemetryBatch> take)
{
    private const long MinuteMs = 60_000;
    private readonly TelemetryBatch _batch = new();
    private long _offset;

    /// <summary>Says when time begins.</summary>
    public void Begin(long atMs)
    {
        Start();
        _batch.Add(MessageKind.Resumed, null, atMs, atMs);
        take(_batch);
    }

    /// <summary>Takes the readings of a stretch of time.</summary>
    public void Run(List<TestReading> readings, long fromMs, long toMs)
    {
        readings.Sort(static (a, b) => a.AtMs != b.AtMs ? a.AtMs.CompareTo(b.AtMs)
            : a.Sensor.Ordinal != b.Sensor.Ordinal ? a.Sensor.Ordinal.CompareTo(b.Sensor.Ordinal) : a.Property.CompareTo(b.Property));
        var next = 0;
        for (var at = fromMs; at < toMs;)
        {
            at = Math.Min(at + MinuteMs, toMs);
            Start();
            (SensorAddress? Sensor, long AtMs) message = default;
            for (; next < readings.Count && readings[next].AtMs < at; next++)
            {
                var reading = readings[next];
                if (message != (reading.Sensor, reading.AtMs))
                {
                    message = (reading.Sensor, reading.AtMs);
                    _batch.BeginReadings(reading.Sensor, reading.AtMs, reading.AtMs);
                }

                _batch.AddValue(reading.Property, reading.Quality, reading.Value);
            }

            _batch.Add(MessageKind.Tick, null, at, at);
            take(_batch);
        }
    }

    private void Start() => _batch.Reset(0, ++_offset);
}
