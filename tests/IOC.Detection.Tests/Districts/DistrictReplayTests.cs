using FsCheck;
using FsCheck.Fluent;
using IOC.Telemetry;

namespace IOC.Detection.Tests.Districts;

/// <summary>What several series say together is a function of the log: however it is cut, and wherever it is interrupted.</summary>
public class DistrictReplayTests
{
    private const int Sensors = 6;

    private static readonly DetectionRule[] Rules =
    [
        TestDistrict.Rule(FindingKind.Silence, "silence", null) with { Factor = 3 },
        TestDistrict.Rule(FindingKind.Limit, "high") with { RaiseAbove = 150 },
        TestDistrict.Rule(FindingKind.Neighbour, "near") with { Neighbours = new RuleNeighbours(null, 3), MinimumChange = 20, Duration = TimeSpan.FromMinutes(1) },
        TestDistrict.Rule(FindingKind.Neighbour, "close") with { Neighbours = new RuleNeighbours(2500, 2), MinimumChange = 10, Hysteresis = 5 },
        TestDistrict.Rule(FindingKind.Aggregate, "mean") with { Aggregate = new RuleAggregate(AggregateFunction.Mean, 3), RaiseAbove = 60, Hysteresis = 10, Duration = TimeSpan.FromMinutes(1) },
        TestDistrict.Rule(FindingKind.Aggregate, "window") with { Aggregate = new RuleAggregate(AggregateFunction.Median, 2), RaiseBelow = 30, Window = TimeSpan.FromMinutes(5) },
        TestDistrict.Rule(FindingKind.Aggregate, "silent", null) with { Aggregate = new RuleAggregate(AggregateFunction.ShareSilent, 2), RaiseAbove = 0.4, Duration = TimeSpan.FromMinutes(1) },
        TestDistrict.Rule(FindingKind.Combination, "high-alone", null) with { When = new RuleCondition.All([new RuleCondition.Raised("high"), new RuleCondition.Not(new RuleCondition.Raised("mean"))]) },
        TestDistrict.Rule(FindingKind.Combination, "beside", null) with
        {
            When = new RuleCondition.All([new RuleCondition.Value("pm25", 50, null), new RuleCondition.Any([new RuleCondition.Value("pm25", 100, 20, "s0"), new RuleCondition.Raised("silence", "s0")])]),
            Duration = TimeSpan.FromMinutes(1),
        },
        TestDistrict.Rule(FindingKind.Combination, "alerts", null) with
        {
            When = new RuleCondition.Any([new RuleCondition.Raised("beside"), new RuleCondition.Raised("silent")]),
            Duration = TimeSpan.FromMinutes(2),
        },
    ];

    private static readonly Gen<Step> Steps =
        from seconds in Gen.Choose(1, 40)
        from who in Gen.Choose(-2, Sensors - 1)
        from value in Gen.Frequency((3, Gen.Choose(20, 40)), (2, Gen.Choose(50, 90)), (1, Gen.Choose(150, 300)))
        from quality in Gen.Frequency((12, Gen.Constant(Quality.Ok)), (1, Gen.Elements(Quality.Fault, Quality.Calibrating)))
        from late in Gen.Frequency((8, Gen.Constant(0)), (1, Gen.Choose(-100, 400)))
        from resumed in Gen.Choose(0, 30)
        select new Step(seconds, who, value, quality, late, resumed == 0);

    [Fact]
    public void The_cut_into_batches_changes_nothing() => Prop.ForAll(
            Arb.From(Steps.ArrayOf(150), _ => []), Arb.From(Gen.Choose(1, 60)),
            (steps, size) => Assert.Equal(Texts(Play(steps, 1)), Texts(Play(steps, size))))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void An_interruption_at_every_point_changes_nothing() => Prop.ForAll(
            Arb.From(Steps.ArrayOf(60), _ => []),
            steps =>
            {
                var straight = Texts(Play(steps, 1)).ToList();
                for (var stop = 1; stop < steps.Length; stop++)
                {
                    Assert.Equal(straight, Texts(Play(steps, 1, stop)));
                }
            })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(12));

    [Fact]
    public void The_same_rules_again_change_nothing() => Prop.ForAll(
            Arb.From(Steps.ArrayOf(120), _ => []), Arb.From(Gen.Choose(1, 119)),
            (steps, at) => Assert.Equal(Texts(Play(steps, 1)), Texts(Play(steps, 1, replaceAt: at))))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void A_restart_leads_to_the_same_bytes()
    {
        var steps = Long(1);
        var straight = Play(steps, 1);
        var interrupted = Play(steps, 1, stop: 500);
        straight.Checkpoint();
        interrupted.Checkpoint();
        Assert.Equal(straight.Store.States["@district/hiep-hoa"], interrupted.Store.States["@district/hiep-hoa"]);
    }

    [Fact]
    public void A_long_log_brings_every_rule_to_raise_and_to_clear()
    {
        var findings = Enumerable.Range(1, 3).SelectMany(seed => Play(Long(seed), 7).Findings).ToList();
        foreach (var rule in Rules)
        {
            Assert.Contains(findings, f => f.RuleId == rule.Id && f.Transition == FindingTransition.Raised);
            Assert.Contains(findings, f => f.RuleId == rule.Id && f.Transition == FindingTransition.Cleared);
        }
    }

    [Fact]
    public void Nothing_is_raised_twice_or_cleared_before_it_was_raised()
    {
        foreach (var story in Play(Long(4), 3).Findings.GroupBy(f => (f.Subject, f.RuleId)))
        {
            Assert.All(story.Index(), f => Assert.Equal(f.Index % 2 == 0 ? FindingTransition.Raised : FindingTransition.Cleared, f.Item.Transition));
        }
    }

    [Fact]
    public void An_unconfirmed_checkpoint_is_collected_again_and_a_confirmed_one_is_not()
    {
        using var d = Play(Long(5)[..50], 1);
        var states = new List<(string Key, byte[] State)>();
        d.Pipeline.CollectDirty(states);
        states.Clear();
        d.Pipeline.CollectDirty(states);
        Assert.Contains(states, s => s.Key == "@district/hiep-hoa");
        d.Pipeline.ConfirmSaved();
        states.Clear();
        d.Pipeline.CollectDirty(states);
        Assert.DoesNotContain(states, s => s.Key == "@district/hiep-hoa");
    }

    [Fact]
    public void Bytes_cut_short_or_of_another_version_are_refused()
    {
        using var d = Play(Long(6)[..100], 1);
        d.Checkpoint();
        var good = d.Store.States["@district/hiep-hoa"];
        foreach (var bad in new[] { [], good[..1], good[..^1], good[..40], [9, .. good[1..]] })
        {
            d.Store.States["@district/hiep-hoa"] = bad;
            Assert.Throws<InvalidDataException>(() => d.Restart());
        }

        d.Store.States["@other/hiep-hoa"] = good;
        d.Store.States["@district/hiep-hoa"] = good;
        Assert.Throws<InvalidDataException>(() => d.Restart());
    }

    private static Step[] Long(int seed) => [.. Random(seed)];

    private static IEnumerable<Step> Random(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 1500; i++)
        {
            var quiet = i % 500 > 400;
            yield return new Step(
                random.Next(1, 40), quiet ? random.Next(-2, 2) : random.Next(-2, Sensors), i / 300 % 2 == 0 ? random.Next(20, 40) : random.Next(12) == 0 ? random.Next(150, 300) : random.Next(50, 90),
                random.Next(20) == 0 ? Quality.Fault : Quality.Ok, random.Next(10) == 0 ? random.Next(-100, 400) : 0, random.Next(200) == 0);
        }
    }

    private static IEnumerable<string> Texts(TestDistrict d) => d.Findings.Select(f => f.ToString());

    private static TestDistrict Play(Step[] steps, int perBatch, int stop = 0, int replaceAt = 0)
    {
        var d = new TestDistrict(Sensors, Rules);
        var log = Messages(d, steps);
        for (var at = 0; at < log.Count; at += perBatch)
        {
            if (at == stop && stop > 0)
            {
                // What follows the checkpoint is lost with the crash and comes again.
                d.Checkpoint();
                var known = d.Findings.Count;
                for (var lost = at; lost < Math.Min(log.Count, at + 5); lost++)
                {
                    d.Send(log[lost]);
                }

                d.Findings.RemoveRange(known, d.Findings.Count - known);
                d.Restart();
            }

            if (at == replaceAt && replaceAt > 0)
            {
                d.Replace(rules: Rules);
            }

            var (from, to) = (at, Math.Min(log.Count, at + perBatch));
            d.Send(batch => log.GetRange(from, to - from).ForEach(add => add(batch)));
        }

        return d;
    }

    private static List<Action<TelemetryBatch>> Messages(TestDistrict d, Step[] steps)
    {
        var log = new List<Action<TelemetryBatch>>();
        var now = Fixture.Start;
        foreach (var step in steps)
        {
            now += step.Seconds * 1000L;
            var (received, measured) = (now, now - (step.LateSeconds * 1000L));
            log.Add(batch =>
            {
                if (step.Who < 0)
                {
                    batch.Add(step.Resumed ? MessageKind.Resumed : MessageKind.Tick, null, received, received);
                    return;
                }

                batch.BeginReadings(d.Sensors[step.Who], measured, received);
                batch.AddValue(TestDistrict.Pm25, step.Quality, step.Value);
            });
        }

        return log;
    }

    /// <summary>A message: of a sensor, or a tick (below 0).</summary>
    private sealed record Step(int Seconds, int Who, int Value, Quality Quality, int LateSeconds, bool Resumed);
}
