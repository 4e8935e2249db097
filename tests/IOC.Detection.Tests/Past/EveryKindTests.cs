using IOC.Telemetry;

namespace IOC.Detection.Tests.Past;

/// <summary>What holds for every kind of rule about single series and sensors.</summary>
public class EveryKindTests
{
    private static readonly DetectionRule[] Rules =
    [
        Fixture.Rule(FindingKind.Limit, "limit") with { RaiseAbove = 60, Duration = TimeSpan.FromMinutes(4), Hysteresis = 2 },
        Fixture.Rule(FindingKind.Limit, "rolling") with { RaiseAbove = 55, Hysteresis = 2, Average = new RuleAverage(TimeSpan.FromMinutes(30), Clock: false) },
        Fixture.Rule(FindingKind.Limit, "clock") with { RaiseAbove = 50, Hysteresis = 2, Average = new RuleAverage(TimeSpan.FromMinutes(30), Clock: true, 0.6) },
        Fixture.Rule(FindingKind.RateOfChange, "rate") with { RaiseAbove = 40, RaiseBelow = -40, Hysteresis = 15, Window = TimeSpan.FromMinutes(15) },
        Fixture.Rule(FindingKind.MissingShare, "missing") with { RaiseAbove = 0.3, Hysteresis = 0.1, Window = TimeSpan.FromMinutes(40) },
        Fixture.Rule(FindingKind.MissingShare, "missing-sensor") with { Property = null, RaiseAbove = 0.3, Hysteresis = 0.1, Window = TimeSpan.FromMinutes(40) },
        ScheduleTests.Rule(ScheduleTests.At(9), ScheduleTests.At(15)) with { Id = "schedule", RaiseAbove = 40, Hysteresis = 5, Duration = TimeSpan.FromMinutes(5) },
        Fixture.Rule(FindingKind.Silence, "silence-no2") with { Property = "no2", Factor = 5 },
        Fixture.Rule(FindingKind.Silence, "silence") with { Factor = 4 },
        Fixture.Rule(FindingKind.Spike, "spike"),
        Fixture.Rule(FindingKind.Flatline, "flat") with { Duration = TimeSpan.FromMinutes(8) },
        Fixture.Rule(FindingKind.Learned, "learned"),
    ];

    [Fact]
    public void An_interruption_after_any_batch_changes_no_result_of_any_kind()
    {
        var log = Log(7, 1600);
        using var straight = new Fixture(Rules);
        Feed(straight, log, 0, log.Count, 1);
        foreach (var rule in Rules.Where(r => r.Id is not ("learned" or "spike")))
        {
            Assert.True(straight.Findings.Count(f => f.RuleId == rule.Id) >= 2, $"{rule.Id}: {straight.Story(rule.Id)}");
        }

        // One run that is interrupted after every batch, and some that lose what came after the checkpoint.
        using var always = new Fixture(Rules);
        for (var at = 0; at < log.Count; at++)
        {
            Feed(always, log, at, at + 1, 1);
            always.Checkpoint().Restart();
        }

        AssertSame(straight, always);
        for (var stop = 50; stop < log.Count; stop += 211)
        {
            using var f = new Fixture(Rules);
            Feed(f, log, 0, stop, 1);
            f.Checkpoint();
            var known = f.Findings.Count;
            Feed(f, log, stop, Math.Min(log.Count, stop + 60), 1);
            f.Findings.RemoveRange(known, f.Findings.Count - known);
            f.Restart();
            Feed(f, log, stop, log.Count, 1);
            AssertSame(straight, f);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(100_000)]
    public void The_cut_into_batches_changes_nothing(int perBatch)
    {
        var log = Log(11, 1600);
        using var single = new Fixture(Rules);
        Feed(single, log, 0, log.Count, 1);
        using var cut = new Fixture(Rules);
        Feed(cut, log, 0, log.Count, perBatch);
        AssertSame(single, cut);
    }

    [Fact]
    public void A_new_catalogue_with_the_same_rules_changes_nothing_and_one_without_clears_all()
    {
        var log = Log(13, 900);
        using var straight = new Fixture(Rules);
        Feed(straight, log, 0, log.Count, 1);
        using var f = new Fixture(Rules);
        for (var at = 0; at < log.Count; at++)
        {
            Feed(f, log, at, at + 1, 1);
            f.Pipeline.ReplaceCatalogue(f.With(Rules), f.Findings);
        }

        AssertSame(straight, f);
        f.Pipeline.ReplaceCatalogue(f.With(), f.Findings);
        Assert.All(
            f.Findings.GroupBy(x => (x.RuleId, x.Subject.Id, x.Property)),
            g => Assert.Equal(FindingTransition.Cleared, g.Last().Transition));
    }

    [Theory]
    [InlineData(Quality.Calibrating)]
    [InlineData(Quality.Fault)]
    [InlineData(Quality.Implausible)]
    public void What_is_calibrating_faulty_or_implausible_never_makes_a_process_alert(Quality quality)
    {
        var rules = Rules.Where(r => r.Kind is not FindingKind.Silence)
            .Select(r => r.Id == "schedule" ? r with { Schedule = new RuleSchedule([new ScheduleWindow([], ScheduleTests.At(0), ScheduleTests.At(24))]) } : r).ToArray();
        var options = new DetectionOptions { LearnedWarmUp = 50 };
        using var f = new Fixture(options, rules);
        using var without = new Fixture(options, rules);
        for (var m = 0; m < 3500; m++)
        {
            // Good readings that move a little, bad ones of every kind in between (high, low, stuck), then nothing but bad ones.
            var bad = m > 2500 || (m % 200 > 120 && m % 2 == 0);
            var value = bad ? (m / 200 % 3 == 0 ? 5000 : m / 200 % 3 == 1 ? -5000 : 90) : 20 + (m * 7 % 5 * 0.1);
            f.Read(m, value, bad ? quality : Quality.Ok).Tick(m + 0.5);
            if (!bad)
            {
                without.Read(m, value);
            }

            without.Tick(m + 0.5);
        }

        // What the learned detector says of the good ones is what it says when the bad ones never came.
        Assert.DoesNotContain(f.Findings, x => x.Kind != FindingKind.Learned);
        Assert.Equal(without.Findings.Where(x => x.Kind == FindingKind.Learned).Select(x => x.ToString()), f.Findings.Select(x => x.ToString()));
        Assert.Contains(without.Findings, x => x.Kind == FindingKind.MissingShare);
    }

    [Fact]
    public void A_rule_counts_only_while_it_is_valid()
    {
        var from = DateTimeOffset.FromUnixTimeMilliseconds(Fixture.At(1000));
        var rules = Rules.Where(r => r.Id is "limit" or "rolling" or "clock" or "schedule").Select(r => r with { ValidFrom = from, ValidTo = from.AddHours(5), Schedule = Always(r) }).ToArray();
        using var f = new Fixture(rules);
        for (var m = 0; m < 1600; m++)
        {
            f.Read(m, 80).Tick(m + 0.5);
        }

        Assert.All(rules, r => Assert.Equal(["Raised", "Cleared"], f.Findings.Where(x => x.RuleId == r.Id).Select(x => x.Transition.ToString())));
        Assert.All(f.Findings, x => Assert.InRange(Fixture.MinuteOf(x), 1000, 1340));
    }

    [Fact]
    public void A_duration_goes_on_after_a_restart()
    {
        using var f = new Fixture(Rules[0]);
        f.Read(0, 70).Read(1, 70).Checkpoint().Restart().Read(2, 70).Read(3, 70).Checkpoint().Restart().Read(4, 70);
        Assert.Equal("Raised@4", f.Story());
    }

    private static RuleSchedule? Always(DetectionRule rule) =>
        rule.Schedule is null ? null : new RuleSchedule([new ScheduleWindow([], ScheduleTests.At(0), ScheduleTests.At(24))]);

    private static void AssertSame(Fixture expected, Fixture actual) =>
        Assert.Equal(expected.Findings.Select(f => f.ToString()), actual.Findings.Select(f => f.ToString()));

    private static void Feed(Fixture f, List<Action<Fixture, TelemetryBatch>> log, int from, int to, int perBatch)
    {
        for (var at = from; at < to; at += perBatch)
        {
            var end = Math.Min(to, at + perBatch);
            f.Send(b =>
            {
                for (var i = at; i < end; i++)
                {
                    log[i](f, b);
                }
            });
        }
    }

    /// <summary>A sensor whose value swings, with gaps, late and repeated readings, readings of every quality, resumptions.</summary>
    private static List<Action<Fixture, TelemetryBatch>> Log(int seed, int minutes)
    {
        var random = new Random(seed);
        var log = new List<Action<Fixture, TelemetryBatch>>();
        var (quietUntil, no2Until, kept) = (0, 0, new List<(long At, double Value)>());
        for (var m = 0; m < minutes; m++)
        {
            var value = 45 + (25 * Math.Sin(m / 60.0)) + random.NextDouble() + (random.Next(60) == 0 ? 200 : 0);
            value = m % 400 is > 300 and < 320 ? 17 : value;
            quietUntil = random.Next(70) == 0 ? m + random.Next(50) : quietUntil;
            no2Until = random.Next(50) == 0 ? m + random.Next(20) : no2Until;
            var at = Fixture.At(m) + random.Next(9000);
            if (m >= quietUntil)
            {
                Add(at, at, value, m >= no2Until, random.Next(30) == 0 ? (Quality)random.Next(4) : Quality.Ok);
            }
            else if (random.Next(2) == 0)
            {
                kept.Add((at, value));
            }

            if (random.Next(25) == 0)
            {
                kept.ForEach(late => Add(late.At, at + 10_000, late.Value, no2: false, Quality.Ok));
                kept.Clear();
            }

            var now = Fixture.At(m + 0.5);
            var resumed = random.Next(300) == 0;
            log.Add((_, b) => b.Add(resumed ? MessageKind.Resumed : MessageKind.Tick, null, now, now));
        }

        return log;

        void Add(long measured, long received, double value, bool no2, Quality quality) => log.Add((f, b) =>
        {
            b.BeginReadings(f.Sensor, measured, received);
            b.AddValue(0, quality, value);
            if (no2)
            {
                b.AddValue(1, Quality.Ok, value * 2);
            }
        });
    }
}
