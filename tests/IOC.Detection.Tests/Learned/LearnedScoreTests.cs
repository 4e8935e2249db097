using IOC.Testing;
using Xunit.Abstractions;

namespace IOC.Detection.Tests.Learned;

/// <summary>What the learned detector is worth on real, labelled series: one threshold, no parameter per series.</summary>
public class LearnedScoreTests(ITestOutputHelper output)
{
    // A little below what is reached (docs/detection.md), so that a change for the worse is seen.
    [SharedDataFact]
    public void Servers_roads_and_adverts() => Assert.InRange(Score("nab-dev"), 73, 100);

    [SharedDataFact]
    public void River_stations() => Assert.InRange(Score("replay/water_lro_nab"), 73.5, 100);

    private double Score(string folder)
    {
        var root = Path.Combine(Repository.SharedData, folder);
        var total = default(NabMetric);
        var windows = Path.Combine(root, "labels", "combined_windows.json");
        foreach (var series in LabelledSeries.ReadAll(Path.Combine(root, "data"), windows))
        {
            var learner = new SeriesLearner();
            var scores = new double[series.Values.Length];
            for (var i = 0; i < scores.Length; i++)
            {
                var day = DateTimeOffset.FromUnixTimeMilliseconds(series.LocalMs[i]).DayOfWeek;
                scores[i] = learner.Observe(series.LocalMs[i], series.Values[i], day is DayOfWeek.Saturday or DayOfWeek.Sunday).Score;
            }

            total += NabMetric.Of(series, scores, LearnedVerdict.Threshold);
        }

        output.WriteLine($"{folder}: {total.Score:F1}, {total}");
        return total.Score;
    }
}
