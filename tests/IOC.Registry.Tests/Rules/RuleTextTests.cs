using System.Text.Json.Nodes;
using IOC.Telemetry;
using IOC.Testing;

namespace IOC.Registry.Tests;

/// <summary>Rules as text: what is written is read as what it was, for every kind; the schema is that of the reader.</summary>
public sealed class RuleTextTests
{
    private static readonly RuleText Text = new(CatalogueSample.Zone);

    [Fact]
    public void A_random_rule_is_the_same_after_writing_and_reading()
    {
        var seen = new HashSet<FindingKind>();
        for (var seed = 0; seed < 2000; seed++)
        {
            var rule = new RandomRule(seed).Make();
            seen.Add(rule.Kind);
            var json = Text.Write(rule);
            var read = Text.Read(json);
            Assert.Equal(json, Text.Write(read));
            Assert.Equivalent(rule, read, strict: true);
        }

        Assert.Equal(RuleForm.All.Length, seen.Count);
    }

    [Fact]
    public void The_schema_in_the_documentation_is_that_of_the_reader()
    {
        var file = Path.Combine(Repository.Root, "docs", "rules.schema.json");
        var schema = RuleSchema.Bytes();
        Assert.True(File.Exists(file) && File.ReadAllBytes(file).AsSpan().SequenceEqual(schema), $"Write the answer of GET /api/v1/rules/schema to {file}.");
        foreach (var form in RuleForm.All)
        {
            var properties = RuleSchema.Build()["$defs"]![form.Name]!["properties"]!.AsObject();
            Assert.Equal(form.Fields, properties.Select(p => p.Key));
        }
    }

    [Fact]
    public async Task Every_example_of_the_documentation_is_a_good_rule_and_every_kind_has_one()
    {
        using var sample = new CatalogueSample();
        sample.Write("properties.csv", File.ReadAllLines(Path.Combine(Repository.Root, "deploy", "catalogue", "bac-giang", "properties.csv")));
        sample.Write("sensors.csv",
            "id,district,domain,name_vi,name_en,longitude,latitude,properties,period_s,commune",
            "air-1,bac-giang,environment,a,a,106.2,21.29,pm25 pm10 temp noise humidity,60,",
            "river-1,bac-giang,water,a,a,106.2,21.29,stage ph oxygen turbidity,300,",
            "lamp-1,bac-giang,lighting,a,a,106.2,21.29,power voltage dim,120,");
        var parts = File.ReadAllText(Path.Combine(Repository.Root, "docs", "rules.md")).Split("```json\n").Skip(1).Select(p => p.Split("```")[0]).ToList();
        var rules = parts.Where(p => !p.Contains("\"rules\": [\n", StringComparison.Ordinal)).Select(p => p.TrimEnd() + ",");
        sample.Write("rules/examples.json", ["{ \"rules\": [", .. rules, "] }"]);
        await sample.LoadAsync();
        Assert.Empty(RuleForm.All.Select(f => f.Kind).Except(sample.Rules.Rules.Select(r => r.Rule.Kind)));
    }

    [Theory]
    [InlineData("PT30M", 1800.0)]
    [InlineData("P1DT12H", 129_600.0)]
    [InlineData("PT0.5S", 0.5)]
    [InlineData("P1Y", null)]
    [InlineData("P1W", null)]
    [InlineData("PT", null)]
    [InlineData("P", null)]
    [InlineData("30", null)]
    [InlineData("-PT1M", null)]
    public void Durations_are_of_days_hours_minutes_and_seconds(string text, double? seconds) => Assert.Equal(seconds, RuleTimes.Duration(text)?.TotalSeconds);

    [Fact]
    public void A_day_begins_at_the_citys_midnight()
    {
        Assert.Equal(new DateTimeOffset(2025, 12, 31, 17, 0, 0, TimeSpan.Zero), RuleTimes.Instant("2026-01-01", CatalogueSample.Zone));
        Assert.Equal("2026-01-01", RuleTimes.Text(new DateTimeOffset(2025, 12, 31, 17, 0, 0, TimeSpan.Zero), CatalogueSample.Zone));
        Assert.Equal("2026-01-01T00:00:00Z", RuleTimes.Text(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), CatalogueSample.Zone));
        Assert.Null(RuleTimes.Instant("2026-01-01T00:00:00", CatalogueSample.Zone));
    }

    /// <summary>A rule of any kind with any of its fields, in their ranges.</summary>
    private sealed class RandomRule(int seed)
    {
        private readonly Random _dice = new(seed);

        public DetectionRule Make()
        {
            var form = RuleForm.All[_dice.Next(RuleForm.All.Length)];
            bool Has(string field) => form.Required.Contains(field) || form.Optional.Contains(field) && Maybe();
            var raise = Has("raise");
            return new DetectionRule
            {
                Id = Slug(),
                Kind = form.Kind,
                Name = Local(),
                Severity = (Severity)_dice.Next(1, 5),
                Domain = Optional(Slug),
                District = Optional(Slug),
                Sensor = Optional(Slug),
                Property = form.Property == PropertyUse.Required ? Slug() : form.Property == PropertyUse.Optional ? Optional(Slug) : null,
                RaiseAbove = raise ? Number() : null,
                RaiseBelow = raise && Maybe() ? Number() : null,
                Hysteresis = Has("hysteresis") ? Math.Abs(Number()) : 0,
                Duration = Has("for") ? Duration() : TimeSpan.Zero,
                Window = Has("window") ? Duration() : TimeSpan.Zero,
                Factor = form.FactorName is { } factor && Has(factor) ? Factor(factor) : 0,
                MinimumChange = form.ChangeName is { } change && Has(change) ? Math.Abs(Number()) : 0,
                Periods = Has("periods") ? [.. Many(() => new LimitPeriod(OptionalInstant(), OptionalInstant(), Number(), null, Optional(Local)))] : [],
                Average = Has("average") ? new RuleAverage(Duration(), Maybe(), _dice.Next(1, 101) / 100.0) : null,
                Schedule = Has("schedule") ? new RuleSchedule(Many(() => new ScheduleWindow(Maybe() ? Many(() => (DayOfWeek)_dice.Next(7)) : [], Time(), Time()))) : null,
                Neighbours = Has("neighbours") ? new RuleNeighbours(Maybe() ? _dice.Next(1, 5000) : null, _dice.Next(2, 9)) : null,
                Aggregate = Has("aggregate") ? Aggregate() : null,
                When = Has("when") ? Condition(3) : null,
                Group = Has("group") ? new RuleGroup(Maybe() ? [Slug()] : [], Maybe() ? [AssetKind.Feeder, AssetKind.Road] : [], _dice.Next(2, 99), 0.5, TimeSpan.FromMinutes(_dice.Next(1, 1441))) : null,
                Inhibits = Maybe() ? [new RuleInhibition([Slug()], InhibitionScope.Asset, Maybe() ? [AssetKind.Gateway] : [])] : [],
                ValidFrom = OptionalInstant(),
                ValidTo = OptionalInstant(),
                Latched = Maybe(),
                Advice = Optional(Local),
                Source = Optional(Local),
                Enabled = Maybe(),
            };
        }

        private RuleAggregate Aggregate()
        {
            var function = (AggregateFunction)_dice.Next(7);
            return new RuleAggregate(function, _dice.Next(1, 50), function == AggregateFunction.ShareBeyond ? Number() : null, function == AggregateFunction.ShareBeyond && Maybe());
        }

        private RuleCondition Condition(int depth) => _dice.Next(depth > 0 ? 5 : 2) switch
        {
            0 => new RuleCondition.Value(Slug(), Number(), Maybe() ? Number() : null, Optional(Slug)),
            1 => new RuleCondition.Raised(Slug(), Optional(Slug)),
            2 => new RuleCondition.Not(Condition(depth - 1)),
            3 => new RuleCondition.All(Many(() => Condition(depth - 1))),
            _ => new RuleCondition.Any(Many(() => Condition(depth - 1))),
        };

        private double Factor(string name) => name switch
        {
            "score" => 0.5 + (_dice.Next(1, 499) / 1000.0),
            "inARow" => _dice.Next(1, 100),
            _ => _dice.Next(1, 1000) / 10.0,
        };

        private ScheduleTime Time() => Maybe()
            ? new ScheduleTime(ScheduleOrigin.Midnight, TimeSpan.FromSeconds(_dice.Next(86_401)))
            : new ScheduleTime(Maybe() ? ScheduleOrigin.Sunrise : ScheduleOrigin.Sunset, TimeSpan.FromMinutes(_dice.Next(-600, 600)));

        private DateTimeOffset? OptionalInstant() => Maybe() ? null
            : Maybe() ? new DateTimeOffset(2020 + _dice.Next(10), 1 + _dice.Next(12), 1 + _dice.Next(28), 0, 0, 0, TimeSpan.FromHours(7)).ToUniversalTime()
            : DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000 + _dice.NextInt64(100_000_000_000));

        private List<T> Many<T>(Func<T> make) => [.. Enumerable.Range(0, _dice.Next(1, 4)).Select(_ => make())];

        private T? Optional<T>(Func<T> make)
            where T : class => Maybe() ? make() : null;

        private LocalText Local() => new($"Bụi {_dice.Next(100)} \"µg/m³\"", $"Dust {_dice.Next(100)}");

        private string Slug() => $"s{_dice.Next(1_000_000)}";

        private TimeSpan Duration() => TimeSpan.FromSeconds(_dice.Next(1, 31 * 86_400));

        private double Number() => _dice.Next(2) == 0 ? _dice.Next(-1000, 1000) : (_dice.NextDouble() - 0.5) * 1e4;

        private bool Maybe() => _dice.Next(2) == 0;
    }
}
