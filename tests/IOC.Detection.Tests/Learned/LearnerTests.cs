using IOC.Testing;

namespace IOC.Detection.Tests.Learned;

/// <summary>What the learned detector finds, and what it leaves alone, on made-up series.</summary>
public class LearnerTests
{
    private const int PerDay = 288;

    [Fact]
    public void A_spike_is_found_and_told_once()
    {
        var random = new Random(1);
        var detections = Detections(3000, i => 20 + Noise(random) + (i is 2000 or 2001 ? 15 : 0));
        Assert.Single(detections, d => d.Row is >= 2000 and < 2060);
        Assert.Equal(2000, detections.First(d => d.Row >= 2000).Row);
    }

    [Fact]
    public void A_level_shift_is_found_at_once_and_becomes_the_usual()
    {
        var random = new Random(2);
        var detections = Detections(4000, i => (i < 2000 ? 20 : 32) + Noise(random));
        Assert.InRange(detections.First(d => d.Row >= 2000).Row, 2000, 2002);
        Assert.InRange(detections.Count(d => d.Row >= 2300), 0, 4);
    }

    [Fact]
    public void A_drift_is_found()
    {
        var random = new Random(3);
        var detections = Detections(4000, i => 20 + Noise(random) + (i > 2500 ? (i - 2500) * 0.02 : 0));
        Assert.Contains(detections, d => d.Row is > 2500 and < 3000 && d.Verdict.Aspect is LearnedAspect.Season or LearnedAspect.Hour or LearnedAspect.Shift or LearnedAspect.Level);
    }

    [Fact]
    public void Changed_variance_is_found()
    {
        var random = new Random(4);
        var detections = Detections(4000, i => 20 + (Noise(random) * (i < 2500 ? 1 : 4)));
        Assert.Contains(detections, d => d.Row is >= 2500 and < 2540);
    }

    [Fact]
    public void A_frozen_sensor_is_found_and_not_told_with_every_reading()
    {
        var random = new Random(5);
        var detections = Detections(4000, i => i is >= 2500 and < 2800 ? 20.5 : Math.Round(20 + Noise(random), 1));
        Assert.Contains(detections, d => d.Row is >= 2500 and < 2800 && d.Verdict.Aspect == LearnedAspect.Frozen);
        Assert.InRange(detections.Count(d => d.Row is >= 2500 and < 2800), 1, 5);
    }

    [Fact]
    public void A_usual_value_at_an_unusual_hour_is_found()
    {
        var random = new Random(6);
        // On each day from 8 to 18; on one day at night as well.
        var detections = Detections(12 * PerDay, i =>
            Noise(random) + 20 + (i % PerDay is >= 96 and < 216 || (i / PerDay == 10 && i % PerDay is >= 12 and < 60) ? 60 : 0));
        Assert.Contains(detections, d => d.Row is >= (10 * PerDay) + 12 and < (10 * PerDay) + 60 && d.Verdict.Aspect is LearnedAspect.Hour or LearnedAspect.Season);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Pure_noise_is_left_alone(int seed)
    {
        var random = new Random(seed);
        var detections = Detections(20_000, _ => 20 + Noise(random));
        // Eight aspects, each about once in 4,400 readings at most; those that agree are told once.
        Assert.InRange(detections.Count, 0, 8 * 20_000 / 4400);
    }

    [Fact]
    public void What_happens_every_day_is_nothing_special()
    {
        var random = new Random(7);
        var detections = Detections(30 * PerDay, i => 20 + Noise(random) + (i % PerDay is >= 96 and < 216 ? 60 : 0) + (i % PerDay == 30 ? 200 : 0));
        // Twenty days with a pulse each: only one higher than all before it may be told.
        Assert.InRange(detections.Count(d => d.Row > 10 * PerDay && d.Row % PerDay is (30 or 31)), 0, 5);
        Assert.InRange(detections.Count(d => d.Row > 10 * PerDay), 0, 12);
    }

    [Fact]
    public void A_series_that_never_moves_is_not_frozen()
    {
        Assert.Empty(Detections(5000, _ => 45));
    }

    [Fact]
    public void Values_that_are_no_numbers_are_passed_over()
    {
        var learner = new SeriesLearner();
        var other = new SeriesLearner();
        var random = new Random(8);
        for (var i = 0; i < 500; i++)
        {
            var value = Noise(random);
            var verdict = learner.Observe(i * 300_000L, value);
            Assert.Equal(verdict, other.Observe(i * 300_000L, value));
            Assert.Equal(default, other.Observe(i * 300_000L, double.NaN));
            Assert.Equal(default, other.Observe(i * 300_000L, double.PositiveInfinity));
        }
    }

    [Fact]
    public void Later_values_change_no_earlier_score()
    {
        var random = new Random(9);
        var series = Enumerable.Range(0, 3000).Select(_ => Noise(random)).ToArray();
        var whole = Scores(series);
        series.AsSpan(1500).Fill(1e6);
        Assert.Equal(whole[..1500], Scores(series)[..1500]);
    }

    [Fact]
    public void A_restart_in_the_middle_changes_nothing()
    {
        var random = new Random(10);
        var series = Enumerable.Range(0, 15_000).Select(i => Math.Round(Noise(random), 2) + (random.Next(400) == 0 ? 9 : 0) + (i % PerDay > 100 ? 5 : 0)).ToArray();
        var whole = Scores(series);
        Assert.Contains(whole, s => s >= LearnedVerdict.Threshold);
        var learner = new SeriesLearner();
        for (var i = 0; i < series.Length; i++)
        {
            if (i % 137 == 0)
            {
                var bytes = learner.Save();
                Assert.InRange(bytes.Length, 1, 4096);
                learner = SeriesLearner.Restore(bytes);
            }

            Assert.Equal(whole[i], learner.Observe(At(i), series[i], rest: IsRest(i)).Score);
        }
    }

    [Fact]
    public void Bytes_that_are_no_state_are_refused()
    {
        var bytes = new SeriesLearner().Save();
        Assert.Throws<InvalidDataException>(() => SeriesLearner.Restore(bytes.AsSpan(0, bytes.Length - 1)));
        bytes[0] = 99;
        Assert.Throws<InvalidDataException>(() => SeriesLearner.Restore(bytes));
    }

    [Fact]
    public void A_reading_allocates_nothing_and_the_state_is_small()
    {
        var random = new Random(11);
        var values = Enumerable.Range(0, 20_000).Select(_ => Noise(random)).ToArray();
        var learner = new SeriesLearner();
        learner.Observe(0, 1);
        var allocations = Allocations.Begin();
        for (var i = 0; i < values.Length; i++)
        {
            learner.Observe(At(i), values[i]);
        }

        Assert.Equal(0, allocations.Bytes);
        Assert.InRange(SeriesLearner.StateBytes, 1, 4095);
    }

    [Fact]
    public void The_usual_range_is_that_of_the_hour()
    {
        var random = new Random(12);
        var learner = new SeriesLearner();
        LearnedVerdict verdict = default;
        for (var i = 0; i <= (20 * PerDay) + 24; i++)
        {
            var day = i % PerDay is >= 96 and < 216;
            var value = (day ? 80 : 20) + Noise(random);
            verdict = learner.Observe(At(i), i == (20 * PerDay) + 24 ? 81 : value);
        }

        Assert.True(verdict.Detected);
        Assert.InRange(verdict.Low, 12, 20);
        Assert.InRange(verdict.High, 20, 28);
    }

    private static double[] Scores(double[] series)
    {
        var learner = new SeriesLearner();
        return [.. series.Select((value, i) => learner.Observe(At(i), value, rest: IsRest(i)).Score)];
    }

    private static List<(int Row, LearnedVerdict Verdict)> Detections(int rows, Func<int, double> value)
    {
        var learner = new SeriesLearner();
        var found = new List<(int, LearnedVerdict)>();
        for (var i = 0; i < rows; i++)
        {
            var verdict = learner.Observe(At(i), value(i), rest: IsRest(i));
            if (verdict.Detected)
            {
                found.Add((i, verdict));
            }
        }

        return found;
    }

    private static long At(int row) => row * 300_000L;

    private static bool IsRest(int row) => row / PerDay % 7 >= 5;

    // About normal, standard deviation 1.
    private static double Noise(Random random) => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
}
