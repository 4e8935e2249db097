using IOC.Testing;

namespace IOC.Detection.Tests.Stations;

/// <summary>What the comparison within a station finds, and what it leaves alone, on made-up stations.</summary>
public class StationLearnerTests
{
    [Fact]
    public void A_property_that_leaves_the_others_is_found_and_named()
    {
        var station = new Made(1, 4);
        station.Run(3000);
        station.Change = v => v[2] /= 4;
        var verdict = station.Next();
        Assert.True(verdict.Detected);
        Assert.Equal((2, 3), (verdict.Property, verdict.Others));
        Assert.InRange(station.Last[2], 0, verdict.Low);
        Assert.InRange(station.Last[2] * 4, verdict.Low, verdict.High);
    }

    [Fact]
    public void Values_that_are_all_usual_by_themselves_are_found_when_they_do_not_fit()
    {
        var station = new Made(2, 2);
        station.Run(3000);

        // The one as on a clean day, the other as on a bad one: both were often so.
        var verdict = station.Learner.Observe([12, 90]);
        Assert.True(verdict.Detected);
        Assert.Equal(LearnedAspectOfNeither(station), default);

        static LearnedVerdict LearnedAspectOfNeither(Made made)
        {
            var one = new SeriesLearner();
            var verdict = default(LearnedVerdict);
            foreach (var value in made.All.Select(v => v[0]).Append(12))
            {
                verdict = one.Observe(0, value);
            }

            return verdict.Detected ? verdict : default;
        }
    }

    [Fact]
    public void A_property_that_no_longer_moves_is_found_by_the_others()
    {
        var station = new Made(3, 3);
        station.Run(3000);
        var held = station.Last[0];
        station.Change = v => v[0] = held;
        Assert.Contains(station.Run(600), v => v.Detected && v.Property == 0);
    }

    [Fact]
    public void A_slow_drift_is_found()
    {
        var station = new Made(4, 3);
        station.Run(3000);
        var drift = 1.0;
        station.Change = v => v[1] *= drift *= 1.002;
        Assert.Contains(station.Run(400), v => v.Detected && v.Property == 1);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void A_station_that_is_well_is_told_as_often_as_the_score_says(int seed)
    {
        const int frames = 30_000;
        var found = new Made(seed, 6).Run(frames).Count(v => v.Detected);

        // About one in 3,300 frames, and not by property: three times as often in any one run is chance.
        Assert.InRange(found, 0, 3 * frames / 3300);
    }

    [Fact]
    public void Properties_that_do_not_move_together_are_not_judged()
    {
        var random = new Random(5);
        var learner = Learner(2);
        for (var i = 0; i < 4000; i++)
        {
            Assert.False(learner.Observe([random.NextDouble() * 50, i is 3000 ? 5000 : random.NextDouble() * 50]).Detected);
        }
    }

    [Fact]
    public void All_of_them_high_together_is_nothing_special()
    {
        var station = new Made(6, 4);
        station.Run(3000);
        station.Change = v =>
        {
            for (var i = 0; i < v.Length; i++)
            {
                v[i] *= 3;
            }
        };
        Assert.DoesNotContain(station.Run(20), v => v.Detected);
    }

    [Fact]
    public void Missing_properties_are_done_without()
    {
        var random = new Random(7);
        var station = new Made(8, 4) { Change = v => v[random.Next(4)] = double.NaN };
        Assert.InRange(station.Run(8000).Count(v => v.Detected), 0, 7);
        station.Change = v => (v[0], v[3]) = (double.NaN, v[3] * 5);
        var verdict = station.Next();
        Assert.Equal((true, 3, 2), (verdict.Detected, verdict.Property, verdict.Others));
        station.Change = v => v.AsSpan(1).Fill(double.NaN);
        Assert.Equal(default, station.Next());
    }

    [Fact]
    public void A_change_for_good_is_told_and_becomes_the_usual()
    {
        var station = new Made(9, 3);
        station.Run(3000);
        station.Change = v => v[0] *= 2.5;
        var after = station.Run(20_000);
        Assert.Contains(after.Take(5), v => v.Detected);
        Assert.InRange(after.Skip(8000).Count(v => v.Extreme), 0, 100);
    }

    [Fact]
    public void A_wild_value_does_not_blind()
    {
        var station = new Made(10, 3);
        station.Run(3000);
        station.Learner.Observe([1e9, 30, 30]);
        station.Run(100);
        station.Change = v => v[1] *= 4;
        Assert.Contains(station.Run(3), v => v.Detected && v.Property == 1);
    }

    [Fact]
    public void A_restart_in_the_middle_changes_nothing()
    {
        var whole = new Made(14, 5);
        var restarted = new Made(14, 5);
        for (var i = 0; i < 6000; i++)
        {
            whole.Change = restarted.Change = i % 500 > 480 ? v => v[i % 5] *= 3 : _ => { };
            if (i % 131 == 0)
            {
                restarted.Learner = StationLearner.Restore(restarted.Learner.Save());
            }

            Assert.Equal(whole.Next(), restarted.Next());
        }
    }

    [Fact]
    public void Late_frames_teach_and_do_not_judge()
    {
        var first = new Made(15, 2);
        var late = Learner(2);
        for (var i = 0; i < 60; i++)
        {
            first.Next();
            late.Observe(first.Last);
        }

        for (var i = 0; i < 2000; i++)
        {
            first.Next();
            late.ObserveLate(first.Last);
        }

        Assert.Equal(60, late.Frames);
        var verdict = late.Observe([12, 90]);
        Assert.InRange(verdict.Low, 1, 90);
        Assert.InRange(12, 0, verdict.Property == 0 ? verdict.Low : 12);
    }

    [Fact]
    public void A_frame_allocates_nothing_and_the_state_is_small()
    {
        var station = new Made(16, 9);
        station.Run(1000);
        var values = station.Last;
        var allocations = Allocations.Begin();
        for (var i = 0; i < 1000; i++)
        {
            station.Learner.Observe(values);
            station.Learner.ObserveLate(values);
        }

        Assert.Equal(0, allocations.Bytes);

        // Together with a learner for each property: the budget is 4 kB per series.
        Assert.InRange((StationLearner.StateBytes(9) / 9) + SeriesLearner.StateBytes, 1, 4096);
    }

    [Fact]
    public void Bytes_that_are_no_state_are_refused()
    {
        var bytes = new Made(17, 3).Learner.Save();
        Assert.Throws<InvalidDataException>(() => StationLearner.Restore(bytes.AsSpan(0, bytes.Length - 1)));
        Assert.Throws<InvalidDataException>(() => StationLearner.Restore([99, .. bytes[1..]]));
        Assert.Throws<InvalidDataException>(() => StationLearner.Restore([bytes[0], 200, .. bytes[2..]]));
    }

    private static StationLearner Learner(int properties)
    {
        var learner = new StationLearner();
        for (var i = 0; i < properties; i++)
        {
            learner.AddProperty(0);
        }

        return learner;
    }

    /// <summary>A station whose properties follow one hidden quantity, each with noise of its own of a tenth.</summary>
    private sealed class Made(int seed, int properties)
    {
        private readonly Random _random = new(seed);
        private double _state;

        public StationLearner Learner { get; set; } = Learner(properties);

        public Action<double[]> Change { get; set; } = _ => { };

        public double[] Last { get; private set; } = [];

        public List<double[]> All { get; } = [];

        public List<StationVerdict> Run(int frames) => [.. Enumerable.Range(0, frames).Select(_ => Next())];

        public StationVerdict Next()
        {
            _state = (0.97 * _state) + (0.17 * Noise());
            Last = new double[properties];
            for (var i = 0; i < properties; i++)
            {
                Last[i] = (30 + (10 * i)) * Math.Exp(_state + (0.1 * Noise()));
            }

            Change(Last);
            All.Add(Last);
            return Learner.Observe(Last);
        }

        // About normal, standard deviation 1.
        private double Noise() => Enumerable.Range(0, 12).Sum(_ => _random.NextDouble()) - 6;
    }
}
