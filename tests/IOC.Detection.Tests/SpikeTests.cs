using IOC.Telemetry;

namespace IOC.Detection.Tests;

public class SpikeTests
{
    private static readonly DetectionRule Rule = Fixture.Rule(FindingKind.Spike) with { Factor = 8 };

    [Fact]
    public void A_spike_raises_and_clears_when_the_series_is_back()
    {
        using var f = new Fixture(Rule);
        var minute = Noise(f, 0, 200);
        f.Read(minute, 90);
        var raised = Assert.Single(f.Findings);
        Assert.Equal(90, raised.Value);
        Assert.InRange(raised.ExpectedLow!.Value, 5, 20);
        Assert.InRange(raised.ExpectedHigh!.Value, 20, 40);

        Noise(f, minute + 1, 5);
        Assert.Equal("Raised@200 Cleared@203", f.Story());
    }

    [Fact]
    public void Noise_alone_is_quiet()
    {
        using var f = new Fixture(Rule);
        Noise(f, 0, 5000);
        Assert.Empty(f.Findings);
    }

    [Fact]
    public void Nothing_is_judged_before_the_warm_up()
    {
        using var f = new Fixture(Rule);
        var minute = Noise(f, 0, 40);
        f.Read(minute, 500);
        Noise(f, minute + 1, 10);
        Assert.Empty(f.Findings);
    }

    [Fact]
    public void A_level_shift_does_not_alarm_for_ever()
    {
        using var f = new Fixture(Rule);
        var minute = Noise(f, 0, 200);
        minute = Noise(f, minute, 300, level: 200);

        Assert.Equal(2, f.Findings.Count);
        Assert.Equal(200, Fixture.MinuteOf(f.Findings[0]));
        Assert.InRange(Fixture.MinuteOf(f.Findings[1]), 203, 215);

        // And the new level is the usual now: going back is news.
        f.Findings.Clear();
        Noise(f, minute, 1);
        Assert.Single(f.Findings);
    }

    [Fact]
    public void A_ramp_is_followed()
    {
        using var f = new Fixture(Rule);
        var minute = Noise(f, 0, 200);
        for (var i = 0; i < 200; i++)
        {
            f.Read(minute + i, 20 + (i * 0.5) + (i % 3));
        }

        Assert.Empty(f.Findings);
    }

    [Fact]
    public void A_series_of_few_levels_may_hop_between_them()
    {
        using var f = new Fixture(Rule);
        for (var i = 0; i < 2000; i++)
        {
            f.Read(i, i % 97 == 0 ? 12 : i % 13 == 0 ? 11 : 10);
        }

        Assert.Empty(f.Findings);
    }

    [Fact]
    public void A_constant_series_may_change_a_little()
    {
        using var f = new Fixture(Rule);
        for (var i = 0; i < 300; i++)
        {
            f.Read(i, 10);
        }

        f.Read(300, 12);
        Assert.Empty(f.Findings);
        f.Read(301, 60);
        Assert.Single(f.Findings);
    }

    [Fact]
    public void The_minimum_change_is_a_floor()
    {
        using var f = new Fixture(Rule with { MinimumChange = 100 });
        var minute = Noise(f, 0, 200);
        f.Read(minute, 90).Read(minute + 1, 150);
        Assert.Equal("Raised@201", f.Story());
    }

    [Fact]
    public void After_a_gap_the_series_begins_where_it_comes_back()
    {
        using var f = new Fixture(Rule);
        var minute = Noise(f, 0, 200);
        Noise(f, minute + 600, 100, level: 200);
        Assert.Empty(f.Findings);
    }

    [Fact]
    public void Bad_values_neither_raise_nor_teach()
    {
        using var f = new Fixture(Rule);
        var minute = Noise(f, 0, 200);
        for (var i = 0; i < 100; i++)
        {
            f.Read(minute + i, i % 2 == 0 ? 900 : -9999, i % 2 == 0 ? Quality.Fault : Quality.Implausible);
        }

        Assert.Empty(f.Findings);
        Noise(f, minute + 100, 10);
        Assert.Empty(f.Findings);
        f.Read(minute + 110, 90);
        Assert.Single(f.Findings);
    }

    private static double Noise(Fixture f, double from, int count, double level = 20)
    {
        var random = new Random(7);
        for (var i = 0; i < count; i++)
        {
            f.Read(from + i, Math.Round(level + (random.NextDouble() * 4) - 2, 1));
        }

        return from + count;
    }
}
