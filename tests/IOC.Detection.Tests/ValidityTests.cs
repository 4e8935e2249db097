using IOC.Telemetry;

namespace IOC.Detection.Tests;

/// <summary>Rules that count for a time: nothing is raised outside of it, and what is open ends with it.</summary>
public sealed class ValidityTests
{
    private const long Start = 1_760_000_000_000;
    private readonly AddressBook _addresses = new();
    private readonly NoStore _store = new();

    [Fact]
    public void What_is_open_when_a_rule_ends_is_cleared_as_of_that_instant()
    {
        using var pipeline = Make(Rule("limit", null, 10), Rule("kept", null, null));
        var findings = Run(pipeline, 1, 20);
        Assert.Equal(["limit", "kept"], findings.Where(f => f.Transition == FindingTransition.Raised).Select(f => f.RuleId));
        var cleared = Assert.Single(findings, f => f.Transition == FindingTransition.Cleared);
        Assert.Equal(("limit", At(10)), (cleared.RuleId, cleared.AtMs));
    }

    [Fact]
    public void A_silent_sensors_rule_ends_by_the_tick_although_nothing_is_measured()
    {
        using var pipeline = Make(Silence(validTo: 30));
        var findings = new List<Finding>();
        pipeline.Process(Batch(1, readings: true), findings);
        for (var i = 2; i < 40; i++)
        {
            pipeline.Process(Batch(i, readings: false), findings);
        }

        Assert.Equal([FindingTransition.Raised, FindingTransition.Cleared], findings.Select(f => f.Transition));
        Assert.Equal(At(30), findings[1].AtMs);
    }

    [Fact]
    public void Before_it_begins_a_rule_raises_nothing()
    {
        using var pipeline = Make(Rule("limit", 10, null));
        Assert.Empty(Run(pipeline, 1, 9));
        var raised = Assert.Single(Run(pipeline, 10, 20));
        Assert.InRange(raised.AtMs, At(10), At(11));
    }

    [Fact]
    public void A_restart_between_begins_with_the_rules_that_count_then()
    {
        var store = new KeptStore();
        var whole = new List<Finding>();
        using (var pipeline = Make(Rule("limit", 5, 15), Rule("kept", null, null)))
        {
            whole.AddRange(Run(pipeline, 1, 30));
        }

        var parts = new List<Finding>();
        for (var (from, first) = (1, true); from <= 30; from += 6, first = false)
        {
            using var pipeline = Make(store, Rule("limit", 5, 15), Rule("kept", null, null));
            if (!first)
            {
                pipeline.Restore(from - 1, parts);
            }

            parts.AddRange(Run(pipeline, from, Math.Min(30, from + 5)));
            var states = new List<(string Key, byte[] State)>();
            pipeline.CollectDirty(states);
            states.ForEach(s => store.States[s.Key] = s.State);
            pipeline.ConfirmSaved();
        }

        Assert.Equal(3, whole.Count);
        Assert.Equal(whole, parts);
    }

    private static long At(int minute) => Start + (minute * 60_000L);

    private List<Finding> Run(DetectionPipeline pipeline, int from, int to)
    {
        var findings = new List<Finding>();
        for (var i = from; i <= to; i++)
        {
            pipeline.Process(Batch(i, readings: true), findings);
        }

        return findings;
    }

    private TelemetryBatch Batch(int offset, bool readings)
    {
        var batch = new TelemetryBatch();
        batch.Reset(0, offset);
        if (readings)
        {
            batch.BeginReadings(_addresses.GetOrAdd("d", "environment", "a"), At(offset), At(offset));
            batch.AddValue(0, Quality.Ok, 90);
        }

        batch.Add(MessageKind.Tick, null, At(offset) + 1000, At(offset) + 1000);
        return batch;
    }

    private DetectionPipeline Make(params DetectionRule[] rules) => Make(_store, rules);

    private DetectionPipeline Make(ISeriesStateStore store, params DetectionRule[] rules) => new(
        0, new Catalogue(
            new PropertyCatalogue([new PropertyDefinition("pm25", "ug/m3", new LocalText("bụi", "dust"), 0, 1000, 1, "µg/m³")]), [],
            [new SensorDefinition(_addresses.GetOrAdd("d", "environment", "a"), new LocalText("a", "a"), 106, 21, ["pm25"], TimeSpan.FromMinutes(1), null)], rules),
        _addresses, store, new DetectionOptions());

    private static DetectionRule Rule(string id, int? validFrom, int? validTo) => new()
    {
        Id = id,
        Kind = FindingKind.Limit,
        Name = new LocalText(id, id),
        Severity = Severity.P2,
        Property = "pm25",
        RaiseAbove = 50,
        ValidFrom = validFrom is { } from ? DateTimeOffset.FromUnixTimeMilliseconds(At(from)) : null,
        ValidTo = validTo is { } to ? DateTimeOffset.FromUnixTimeMilliseconds(At(to)) : null,
    };

    private static DetectionRule Silence(int validTo) => new()
    {
        Id = "silent",
        Kind = FindingKind.Silence,
        Name = new LocalText("im", "silent"),
        Severity = Severity.P3,
        Factor = 3,
        ValidTo = DateTimeOffset.FromUnixTimeMilliseconds(At(validTo)),
    };

    private sealed class NoStore : ISeriesStateStore
    {
        public byte[]? Load(int partition, string key) => null;

        public IEnumerable<(string Key, byte[] State)> LoadAll(int partition) => [];
    }

    private sealed class KeptStore : ISeriesStateStore
    {
        public Dictionary<string, byte[]> States { get; } = new(StringComparer.Ordinal);

        public byte[]? Load(int partition, string key) => States.GetValueOrDefault(key);

        public IEnumerable<(string Key, byte[] State)> LoadAll(int partition) => States.Select(s => (s.Key, s.Value)).ToList();
    }
}
