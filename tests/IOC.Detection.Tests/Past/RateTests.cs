using IOC.Telemetry;

namespace IOC.Detection.Tests.Past;

public class RateTests
{
    private static readonly DetectionRule Rule = Fixture.Rule(FindingKind.RateOfChange) with
    {
        RaiseAbove = 40,
        RaiseBelow = -40,
        Hysteresis = 10,
        Window = TimeSpan.FromMinutes(30),
    };

    [Fact]
    public void A_steady_rise_is_told_by_its_rate_per_hour()
    {
        using var f = new Fixture(Rule);
        Feed(f, 0, 60, _ => 100);
        Feed(f, 60, 120, m => 100 + (m - 60));
        var raised = Assert.Single(f.Findings);
        Assert.Equal(40, raised.Limit);
        Assert.InRange(raised.Value!.Value, 40, 44);
        Assert.InRange(Fixture.MinuteOf(raised), 80, 84);
        Assert.StartsWith("rising 4", raised.Reason!.En, StringComparison.Ordinal);
        Assert.StartsWith("tăng 4", raised.Reason.Vi, StringComparison.Ordinal);

        Feed(f, 120, 180, _ => 160);
        Assert.Equal(FindingTransition.Cleared, f.Findings[1].Transition);
        Assert.InRange(Fixture.MinuteOf(f.Findings[1]), 133, 139);
        Feed(f, 180, 240, m => 160 - (2 * (m - 180)));
        Assert.Equal(-40, f.Findings[2].Limit);
        Assert.StartsWith("falling ", f.Findings[2].Reason!.En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slower_rise_is_not()
    {
        using var f = new Fixture(Rule);
        Feed(f, 0, 600, m => 100 + (m * 39 / 60));
        Assert.Empty(f.Findings);
    }

    [Fact]
    public void One_wrong_reading_changes_nothing_now_or_a_window_later()
    {
        using var f = new Fixture(Rule);
        Feed(f, 0, 300, m => (int)m % 7 == 3 ? 900 : 100 + Math.Sin(m));
        Assert.Empty(f.Findings);
    }

    [Fact]
    public void Two_readings_a_window_apart_are_not_enough()
    {
        using var f = new Fixture(Rule with { Window = TimeSpan.FromMinutes(1) });
        f.Read(0, 0).Read(1, 500).Read(2, 900);
        Assert.Empty(f.Findings);
    }

    [Fact]
    public void A_gap_shorter_than_half_a_window_is_bridged_and_a_longer_one_is_not()
    {
        using var f = new Fixture(Rule);
        Feed(f, 0, 40, _ => 100);
        Feed(f, 50, 60, _ => 200);
        Assert.Equal(52, Fixture.MinuteOf(Assert.Single(f.Findings)));

        using var longer = new Fixture(Rule);
        Feed(longer, 0, 40, _ => 100);
        Feed(longer, 100, 200, _ => 200);
        Assert.Empty(longer.Findings);
    }

    [Fact]
    public void The_duration_is_in_event_time()
    {
        using var f = new Fixture(Rule with { Duration = TimeSpan.FromMinutes(15) });
        Feed(f, 0, 60, _ => 100);
        Feed(f, 60, 120, m => 100 + (2 * (m - 60)));
        Assert.InRange(Fixture.MinuteOf(Assert.Single(f.Findings)), 84, 90);
    }

    private static void Feed(Fixture f, double from, double to, Func<double, double> value)
    {
        for (var at = from; at < to; at++)
        {
            f.Read(at, value(at), receivedMinutes: 5000);
        }
    }
}
