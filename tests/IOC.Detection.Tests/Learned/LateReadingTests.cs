using IOC.Telemetry;

namespace IOC.Detection.Tests.Learned;

/// <summary>Readings that arrive after newer ones: they teach, and conclude nothing.</summary>
public class LateReadingTests
{
    private const int PerDay = 288;
    private static readonly DetectionRule Rule = Fixture.Rule(FindingKind.Learned, "learned") with { Severity = Severity.P4 };
    private static readonly DetectionRule[] Rules = [Rule, Fixture.Rule(FindingKind.Limit, "limit") with { RaiseAbove = 100 }];

    [Fact]
    public void What_is_usual_at_an_hour_is_learned_from_late_readings_too()
    {
        var random = new Random(1);
        var learner = new SeriesLearner();
        var verdict = default(LearnedVerdict);
        for (var day = 0; day < 20; day++)
        {
            // By day as it is measured; what was measured at night comes on the next morning.
            for (var i = 96; i < 216; i++)
            {
                learner.Observe(At(day, i), 80 + random.NextDouble(), afterGap: i == 96);
            }

            for (var i = 0; i < 96; i++)
            {
                learner.ObserveLate(At(day, i), 20 + random.NextDouble());
            }
        }

        verdict = learner.Observe(At(20, 20), 81, afterGap: true);
        Assert.Equal((true, LearnedAspect.Hour), (verdict.Detected, verdict.Aspect));
        Assert.InRange(verdict.Low, 10, 20.5);
        Assert.InRange(verdict.High, 20.5, 30);
    }

    [Fact]
    public void A_late_reading_counts_once_however_often_it_comes()
    {
        var never = State(f => f);
        var once = State(f => Late(f, 50, 70));
        Assert.NotEqual(never, once);
        Assert.Equal(once, State(f => Late(Late(Late(f, 50, 70), 50, 70), 50, 71)));
    }

    [Fact]
    public void A_buffer_that_is_sent_twice_counts_once_in_whatever_order()
    {
        var once = State(f => Upload(f, 41, 59));
        Assert.Equal(once, State(f => Upload(Upload(f, 41, 59), 41, 59)));
        Assert.Equal(once, State(f => Upload(Upload(Upload(f, 41, 45), 41, 59), 45, 59)));
        Assert.NotEqual(once, State(f => Upload(f, 41, 58)));
    }

    [Fact]
    public void A_redelivered_reading_that_was_in_order_teaches_nothing()
    {
        Assert.Equal(State(f => f), State(f => Late(Late(Late(Late(f, 20, 35), 40, 35), 60, 35), 79, 35)));
    }

    [Fact]
    public void Late_readings_raise_and_clear_nothing()
    {
        using var f = new Fixture(Rules);
        f.Series(0, Usual(900)).Series(960, Usual(5));
        f.Read(930, 500, receivedMinutes: 965).Read(931, 5000, receivedMinutes: 965);
        Assert.Empty(f.Findings);

        f.Series(965, 300);
        Assert.Equal(2, f.Findings.Count);
        for (var i = 901; i < 930; i++)
        {
            f.Read(i, 30, receivedMinutes: 966);
        }

        Assert.Equal(2, f.Findings.Count);
    }

    [Theory]
    [InlineData(Quality.Fault)]
    [InlineData(Quality.Calibrating)]
    [InlineData(Quality.Implausible)]
    public void Late_readings_that_are_not_good_teach_nothing(Quality quality) =>
        Assert.Equal(State(f => f), State(f => Late(f, 50, 70, quality)));

    [Fact]
    public void A_restart_or_another_cut_of_the_log_changes_nothing()
    {
        var whole = State(f => Upload(f, 41, 59));
        Assert.Equal(whole, State(f => Upload(Upload(f, 41, 50).Checkpoint().Restart(), 48, 59)));

        using var one = new Fixture(Rule);
        one.Send(b =>
        {
            foreach (var (minute, value) in Log())
            {
                b.BeginReadings(one.Sensor, Fixture.At(minute), Fixture.At(100));
                b.AddValue(0, Quality.Ok, value);
            }
        });
        using var many = new Fixture(Rule);
        foreach (var (minute, value) in Log())
        {
            many.Read(minute, value, receivedMinutes: 100);
        }

        Assert.Equal(Saved(one), Saved(many));

        static IEnumerable<(double, double)> Log() =>
        [
            .. Enumerable.Range(0, 40).Select(i => ((double)i, 30.0 + i % 3)), (60, 31), (50, 33), (61, 32), (51, 34), (50, 33), (62, 29), (45, 28),
        ];
    }

    [Fact]
    public void State_of_the_version_before_is_read()
    {
        var learner = new SeriesLearner();
        for (var i = 0; i < 100; i++)
        {
            learner.Observe(i * 60_000L, i % 7);
        }

        var bytes = learner.Save();
        bytes[0] = 1; // Version 1 ended before the gaps, of which there are none here: one byte.
        var restored = SeriesLearner.Restore(bytes.AsSpan(0, bytes.Length - 1));
        Assert.Equal(learner.Save(), restored.Save());
    }

    [Fact]
    public void The_gaps_known_are_the_longest_of_the_last_month()
    {
        var gaps = default(ReadingGaps);
        for (var i = 0; i < 20; i++)
        {
            gaps.Note(i * 100, (i * 100) + 20 + i, 10);
        }

        Assert.Equal(ReadingGaps.Places, gaps.Count);
        Assert.False(gaps.TryFill(1310, 10));
        Assert.True(gaps.TryFill(1410, 10));
        Assert.False(gaps.TryFill(1410, 10));

        gaps.Note(10_000, 10_000 + ReadingGaps.KeptFor, 10);
        Assert.Equal(1, gaps.Count);
    }

    /// <summary>A series with a gap from minute 40 to 60, then what the test adds, then one more reading: its state as bytes.</summary>
    private static byte[] State(Func<Fixture, Fixture> add)
    {
        using var f = new Fixture(Rule);
        f.Series(0, Usual(41)).Series(60, Usual(20));
        add(f).Series(80, 30);
        return Saved(f);
    }

    private static byte[] Saved(Fixture f)
    {
        // Without the header, where the receipts are, which a late reading is one of.
        const int header = 18;
        f.Checkpoint();
        return f.Store.States[f.Sensor.Path][header..];
    }

    private static Fixture Late(Fixture f, double minute, double value, Quality quality = Quality.Ok) => f.Read(minute, value, quality, receivedMinutes: 80);

    private static Fixture Upload(Fixture f, int from, int to)
    {
        for (var minute = from; minute <= to; minute++)
        {
            f.Read(minute, 40 + minute, receivedMinutes: 80);
        }

        return f;
    }

    private static long At(int day, int row) => ((day * PerDay) + row) * 300_000L;

    private static double[] Usual(int count) => [.. Enumerable.Range(0, count).Select(i => 30 + (i * 7 % 11 * 0.5))];
}
