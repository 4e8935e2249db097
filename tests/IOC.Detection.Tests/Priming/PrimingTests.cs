using IOC.Telemetry;

namespace IOC.Detection.Tests.Priming;

/// <summary>Sensors whose learned state is new learn from history.</summary>
public class PrimingTests
{
    private static readonly DetectionRule Rule = Fixture.Rule(FindingKind.Learned, "learned") with { Severity = Severity.P4 };
    private static readonly DetectionRule Station = Fixture.Rule(FindingKind.Disagreement, "disagreement") with { Severity = Severity.P4, Property = null };

    [Fact]
    public void A_rare_reading_is_found_at_once()
    {
        using var unprimed = new Fixture(Rule);
        using var primed = new Fixture(Rule);
        foreach (var f in new[] { unprimed, primed })
        {
            f.Tick(900);
        }

        Assert.Equal(1, Prime(primed, (0, 900)));
        foreach (var f in new[] { unprimed, primed })
        {
            Both(f, 900, 400);
        }

        Assert.Empty(unprimed.Findings);
        Assert.Equal((FindingTransition.Raised, 400), (primed.Findings.Single().Transition, primed.Findings[0].Value!.Value));
    }

    [Fact]
    public void It_is_as_if_everything_had_been_live()
    {
        using var live = new Fixture(Rule, Station);
        Run(live, 0, 950);

        using var primed = new Fixture(Rule, Station);
        Run(primed, 930, 940);
        using (var round = primed.Pipeline.BeginPriming([primed.Sensor], 12_000))
        {
            // History is ahead by some readings, and others come in meanwhile.
            Read(round, 0, 945);
            Run(primed, 940, 948);
            round.Sensors[0].Learn(CancellationToken.None);
            Assert.Equal(2 * 940, round.Sensors[0].Readings);
            Assert.Equal(1, primed.Pipeline.CompletePriming(round));
        }

        Run(primed, 948, 950);
        Assert.Equal(State(live), State(primed));
        foreach (var f in new[] { live, primed })
        {
            Both(f, 950, 5);
            Both(f, 951, 400);
        }

        Assert.NotEmpty(live.Findings);
        Assert.Equal(live.Findings.Select(x => x.ToString()), primed.Findings.Select(x => x.ToString()));
    }

    [Fact]
    public void A_restart_after_it_changes_nothing()
    {
        using var whole = new Fixture(Rule, Station);
        using var restarted = new Fixture(Rule, Station);
        foreach (var f in new[] { whole, restarted })
        {
            Run(f, 895, 900);
            Assert.Equal(1, Prime(f, (0, 900)));
            if (f == restarted)
            {
                f.Checkpoint().Restart();
            }

            Run(f, 900, 920);
            Both(f, 920, 400);
        }

        Assert.NotEmpty(whole.Findings);
        Assert.Equal(whole.Findings.Select(x => x.ToString()), restarted.Findings.Select(x => x.ToString()));
        Assert.Equal(State(whole), State(restarted));
        Assert.Equal(0, Prime(restarted, (0, 900)));
    }

    [Fact]
    public void A_sensor_that_learned_enough_is_left_alone_and_not_loaded_again()
    {
        using var f = new Fixture(Rule, Station);
        Run(f, 0, 800);
        var before = State(f);
        Assert.Equal(0, Prime(f, (0, 790)));
        Assert.Equal(before, State(f));
        f.Restart();
        var loads = f.Store.Loads;
        Assert.Equal(0, Prime(f, (0, 790)));
        Assert.Equal(loads, f.Store.Loads);
    }

    [Fact]
    public void A_new_rule_is_primed_and_what_was_learned_before_stays()
    {
        using var f = new Fixture(Rule);
        Run(f, 0, 800);
        Assert.Equal(0, Prime(f, (0, 800)));
        f.Pipeline.ReplaceCatalogue(f.With(Rule, Rule with { Id = "other", Property = "no2" }), f.Findings);
        var generation = f.Pipeline.Generation;
        Assert.Equal(1, Prime(f, (0, 800)));
        Assert.Equal(generation, f.Pipeline.Generation);
        Run(f, 800, 810);
        f.Read(810, 900, property: 1);
        Assert.Equal("other", Assert.Single(f.Findings).RuleId);
    }

    [Fact]
    public void Another_catalogue_or_too_much_in_between_leaves_things_as_they_are()
    {
        using var f = new Fixture(Rule);
        Run(f, 890, 900);
        using (var round = f.Pipeline.BeginPriming([f.Sensor], 12_000))
        {
            Read(round, 0, 900);
            round.Sensors[0].Learn(CancellationToken.None);
            f.Pipeline.ReplaceCatalogue(f.With(Rule), f.Findings);
            Assert.Equal(0, f.Pipeline.CompletePriming(round));
        }

        using (var round = f.Pipeline.BeginPriming([f.Sensor], 12_000))
        {
            f.Send(b =>
            {
                for (var i = 0; i < 33_000; i++)
                {
                    b.BeginReadings(f.Sensor, Fixture.At(900) + i, Fixture.At(900) + i);
                    b.AddValue(0, Quality.Ok, Level(i));
                    b.AddValue(1, Quality.Ok, Level(i));
                }
            });
            Assert.Equal(0, f.Pipeline.CompletePriming(round));
        }
    }

    [Fact]
    public void What_was_given_up_leaves_nothing_behind()
    {
        using var given = new Fixture(Rule);
        using var never = new Fixture(Rule);
        foreach (var f in new[] { given, never })
        {
            Run(f, 0, 10);
            if (f == given)
            {
                using var round = f.Pipeline.BeginPriming([f.Sensor], 12_000);
                Read(round, -900, 0);
                round.Sensors[0].Learn(CancellationToken.None);
            }

            Run(f, 10, 20);
        }

        Assert.Equal(State(never), State(given));
    }

    [Fact]
    public void Without_a_clock_it_waits_and_strangers_and_sensors_without_learned_rules_are_left_out()
    {
        using var f = new Fixture(Rule with { Domain = "environment" });
        using (var early = f.Pipeline.BeginPriming([f.Sensor], 12_000))
        {
            Assert.Equal((0, true), (early.Sensors.Count, early.IsPostponed));
        }

        f.Tick(1);
        var stranger = f.Addresses.GetOrAdd("hiep-hoa", "environment", "stranger");
        var other = f.Addresses.GetOrAdd("hiep-hoa", "water", "w-1");
        using var round = f.Pipeline.BeginPriming([f.Sensor, stranger, other], 12_000);
        Assert.Equal([f.Sensor], round.Sensors.Select(s => s.Address));
        Assert.False(round.IsPostponed);
    }

    [Fact]
    public void Of_many_readings_the_newest_are_learned()
    {
        using var many = new Fixture(Rule);
        using var few = new Fixture(Rule);
        foreach (var (f, from) in new[] { (many, 0), (few, 700) })
        {
            f.Tick(1000);
            using var round = f.Pipeline.BeginPriming([f.Sensor], 300);
            Read(round, from, 1000);
            round.Sensors[0].Learn(CancellationToken.None);
            Assert.Equal(600, round.Sensors[0].Readings);
            Assert.Equal(1, f.Pipeline.CompletePriming(round));
        }

        Assert.Equal(State(few), State(many));
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        using var f = new Fixture(Rule);
        f.Tick(900);
        using var round = f.Pipeline.BeginPriming([f.Sensor], 12_000);
        Read(round, 0, 900);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => round.Sensors[0].Learn(stop.Token));
    }

    private static int Prime(Fixture f, (int From, int To) minutes)
    {
        using var round = f.Pipeline.BeginPriming([f.Sensor], 12_000);
        foreach (var sensor in round.Sensors)
        {
            Read(round, minutes.From, minutes.To);
            sensor.Learn(CancellationToken.None);
        }

        return f.Pipeline.CompletePriming(round);
    }

    /// <summary>What the host reads from history: property by property.</summary>
    private static void Read(PrimingRound round, int from, int to)
    {
        var sensor = round.Sensors.Single();
        Assert.True(sensor.Begin("pm25"));
        for (var i = from; i < to; i++)
        {
            sensor.Add(Fixture.At(i), Level(i), Quality.Ok);
        }

        Assert.False(sensor.Begin("gone"));
        Assert.True(sensor.Begin("no2"));
        for (var i = from; i < to; i++)
        {
            sensor.Add(Fixture.At(i), Other(i), Quality.Ok);
        }
    }

    private static void Run(Fixture f, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            Both(f, i, Level(i));
        }

        f.Tick(to - 1);
    }

    private static void Both(Fixture f, int minute, double pm) => f.Send(b =>
    {
        b.BeginReadings(f.Sensor, Fixture.At(minute), Fixture.At(minute));
        b.AddValue(0, Quality.Ok, pm);
        b.AddValue(1, Quality.Ok, Other(minute));
    });

    /// <summary>The sensor's state as bytes, without the header, in which the receipts are.</summary>
    private static byte[] State(Fixture f)
    {
        f.Checkpoint();
        return f.Store.States[f.Sensor.Path][18..];
    }

    private static double Level(double minute) => 60 + (50 * Math.Sin(minute / 30)) + (minute * 31 % 3);

    private static double Other(double minute) => (1.6 * (60 + (50 * Math.Sin(minute / 30)))) + (minute * 31 % 7);
}
