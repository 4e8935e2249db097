using IOC.Telemetry;

namespace IOC.Detection.Tests;

public class SilenceTests
{
    private static readonly DetectionRule Rule = Fixture.Rule(FindingKind.Silence) with { Factor = 3 };

    [Fact]
    public void Three_periods_without_a_word_raise_and_a_word_clears()
    {
        using var f = new Fixture(Rule);
        f.Read(0, 1).Tick(1).Tick(2.9);
        Assert.Empty(f.Findings);

        f.Tick(3.1).Tick(4).Read(9, 1);
        Assert.Equal("Raised@3 Cleared@9", f.Story());
        var raised = f.Findings[0];
        Assert.Null(raised.Property);
        Assert.Equal(Fixture.At(3.1), raised.ReceivedAtMs);
        Assert.Equal((long)(3.1 * Fixture.Minute), raised.LastedMs);
        Assert.Equal(9 * Fixture.Minute, f.Findings[1].LastedMs);

        f.Tick(11.9).Tick(12).Tick(12.05);
        Assert.Equal("Raised@3 Cleared@9 Raised@12", f.Story());
    }

    [Fact]
    public void A_sensor_never_heard_of_is_not_silent()
    {
        using var f = new Fixture(Rule);
        f.Tick(0).Tick(1000);
        Assert.Empty(f.Findings);
    }

    [Fact]
    public void A_resumption_gives_everybody_a_fresh_time()
    {
        using var f = new Fixture(Rule);
        f.Read(0, 1).Tick(1).Tick(100, resumed: true).Tick(102.9);
        Assert.Empty(f.Findings);

        f.Tick(103.05);
        Assert.Equal("Raised@103", f.Story());
    }

    [Fact]
    public void A_late_or_redelivered_reading_is_a_sign_of_life()
    {
        using var f = new Fixture(Rule);
        f.Read(0, 1).Read(-500, 1, receivedMinutes: 2).Tick(3).Tick(4.9).Read(0, 1, receivedMinutes: 4.9).Tick(7.8);
        Assert.Empty(f.Findings);
        f.Tick(7.95);
        Assert.Equal("Raised@7.9", f.Story());
    }

    [Fact]
    public void A_will_neither_raises_at_once_nor_gives_time_and_a_birth_clears()
    {
        using var f = new Fixture(Rule);
        f.Read(0, 1).Status(1, online: false).Tick(1).Tick(2.9);
        Assert.Empty(f.Findings);

        f.Tick(3.05).Status(5, online: true);
        Assert.Equal("Raised@3 Cleared@5", f.Story());
    }

    [Fact]
    public void An_unregistered_sensor_is_judged_by_what_it_does()
    {
        using var f = new Fixture(new DetectionOptions { DefaultPeriod = TimeSpan.FromMinutes(1) }, Rule);
        var hourly = f.Addresses.GetOrAdd("hiep-hoa", "environment", "stranger");
        for (var hour = 0; hour < 60; hour++)
        {
            f.Read(hour * 60, 1, sensor: hourly);
            for (var m = 1; m < 60; m += 10)
            {
                f.Tick((hour * 60) + m);
            }
        }

        Assert.True(f.Findings.Count < 40, f.Story());
        Assert.DoesNotContain(f.Findings, x => Fixture.MinuteOf(x) > 30 * 60);
        f.Tick(64 * 60);
        Assert.Equal(FindingTransition.Raised, f.Findings[^1].Transition);
    }

    [Fact]
    public void Unregistered_sensors_can_be_left_alone()
    {
        using var f = new Fixture(new DetectionOptions { SilenceOfUnregistered = false }, Rule);
        f.Read(0, 1, sensor: f.Addresses.GetOrAdd("hiep-hoa", "environment", "stranger")).Tick(1000);
        Assert.Empty(f.Findings);
    }

    [Fact]
    public void Silence_is_found_while_the_sensor_is_out_of_memory()
    {
        var options = new DetectionOptions { IdleAfter = TimeSpan.FromMinutes(2), SweepEvery = TimeSpan.FromSeconds(1) };
        using var f = new Fixture(options, Rule with { Factor = 60 }, Fixture.Rule(FindingKind.Limit, "limit") with { RaiseAbove = 50 });
        f.Read(0, 70).Checkpoint().Tick(5);
        Assert.Equal(1, f.Pipeline.Counters.Evictions);

        f.Tick(60.05).Checkpoint().Tick(70);
        Assert.Equal("Raised@60", f.Story("rule"));
        Assert.Equal(2, f.Pipeline.Counters.Evictions);

        f.Read(80, 10);
        Assert.Equal("Raised@60 Cleared@80", f.Story("rule"));
        Assert.Equal("Raised@0 Cleared@80", f.Story("limit"));
    }
}
