using IOC.History.Analysis;

namespace IOC.History.Tests.Analysis;

public sealed class MeasureTests
{
    [Theory]
    [InlineData("mean", MeasureKind.Mean, 0)]
    [InlineData("stddev", MeasureKind.StandardDeviation, 0)]
    [InlineData("twmean", MeasureKind.TimeWeightedMean, 0)]
    [InlineData("p95", MeasureKind.Percentile, 95)]
    [InlineData("p99.9", MeasureKind.Percentile, 99.9)]
    [InlineData("exceedance:50", MeasureKind.Exceedance, 50)]
    [InlineData("exceedance:-1.5", MeasureKind.Exceedance, -1.5)]
    public void A_measure_is_read_and_written_alike(string text, MeasureKind kind, double argument)
    {
        Assert.True(Measure.TryParse(text, out var measure));
        Assert.Equal(new Measure(kind, argument), measure);
        Assert.Equal(text, measure.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("median")]
    [InlineData("p")]
    [InlineData("p101")]
    [InlineData("p-1")]
    [InlineData("pNaN")]
    [InlineData("exceedance")]
    [InlineData("exceedance:")]
    [InlineData("exceedance:x")]
    [InlineData("exceedance:Infinity")]
    [InlineData("Mean")]
    public void What_is_no_measure_is_refused(string? text) => Assert.False(Measure.TryParse(text, out _));
}
