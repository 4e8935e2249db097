using IOC.History.Analysis;

namespace IOC.History.Tests.Analysis;

public sealed class DistributionTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(25, 1.75)]
    [InlineData(50, 2.5)]
    [InlineData(90, 3.7)]
    [InlineData(100, 4)]
    public void A_percentile_of_few_values_is_interpolated_between_the_nearest(double percent, double expected)
    {
        var distribution = new Distribution();
        foreach (var value in new double[] { 3, 1, 4, 2 })
        {
            distribution.Add(value);
        }

        Assert.Equal(expected, distribution.Percentile(percent), 1e-12);
    }

    [Fact]
    public void A_percentile_of_one_value_is_that_value()
    {
        var distribution = new Distribution();
        distribution.Add(7);
        Assert.Equal(7, distribution.Percentile(95));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Percentiles_of_many_values_are_right_to_one_percent_of_rank(int seed)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, 100_000).Select(_ => seed switch
        {
            1 => random.NextDouble(),
            2 => Math.Exp(3 * random.NextDouble()) * (random.Next(2) == 0 ? 1 : -1),
            _ => random.Next(5),
        }).ToArray();
        var distribution = new Distribution();
        foreach (var value in values)
        {
            distribution.Add(value);
        }

        Array.Sort(values);
        foreach (var percent in new[] { 0, 1, 5, 25, 50, 75, 95, 99, 99.9, 100 })
        {
            var found = distribution.Percentile(percent);
            var low = values[(int)Math.Clamp(((percent / 100) - 0.01) * values.Length, 0, values.Length - 1)];
            var high = values[(int)Math.Clamp(((percent / 100) + 0.01) * values.Length, 0, values.Length - 1)];
            Assert.InRange(found, low, high);
        }

        Assert.Equal((values[0], values[^1]), (distribution.Percentile(0), distribution.Percentile(100)));
    }
}
