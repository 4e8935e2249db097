using IOC.Telemetry;

namespace IOC.Alerts.Tests.LifeCycle;

/// <summary>Priority from severity and place.</summary>
public class PlacePriorityTests
{
    [Theory]
    [InlineData(Severity.P3, 1, Severity.P2)]
    [InlineData(Severity.P1, 1, Severity.P1)]
    [InlineData(Severity.P2, -1, Severity.P3)]
    [InlineData(Severity.P4, -1, Severity.P4)]
    public void A_place_moves_the_rules_priority_by_one_and_says_why(Severity rule, int shift, Severity expected)
    {
        var f = With(new PriorityPlace(PlaceKind.Sensor, "l1", shift, new LocalText("trước cổng trường", "by a school's gate")));
        var alert = f.Raise(0, severity: rule);
        Assert.Equal((expected, rule), (alert.Severity, alert.RuleSeverity));
        Assert.Equal(expected == rule ? null : new LocalText($"{expected} thay vì {rule}: trước cổng trường", $"{expected} instead of {rule}: by a school's gate"), alert.PriorityReason);
        Assert.Equal((rule, null), (f.Raise(0, "l2", severity: rule).Severity, f.Raise(1, "l2").PriorityReason));
    }

    [Fact]
    public void The_nearest_place_decides()
    {
        var why = new LocalText("a", "b");
        PriorityPlace[] all =
        [
            new(PlaceKind.Area, "viet-yen", -1, why), new(PlaceKind.Area, "commune", 1, why), new(PlaceKind.Asset, "gw", -1, why), new(PlaceKind.Asset, "f1", 1, why),
            new(PlaceKind.Sensor, "l1", -1, why),
        ];
        for (var n = 1; n <= all.Length; n++)
        {
            Assert.Equal(all[n - 1].Shift > 0 ? Severity.P2 : Severity.P4, With(all[..n]).Raise(0, severity: Severity.P3).Severity);
        }

        Assert.Equal(Severity.P2, With(all[..4]).Raise(0, "f1", FeederCorrelator.FeederRule, severity: Severity.P3).Severity);
    }

    [Fact]
    public void Counts_and_escalation_go_by_the_moved_priority()
    {
        var f = With(new PriorityPlace(PlaceKind.Asset, "gw", 1, new LocalText("bệnh viện", "hospital")));
        f.Raise(0);
        Assert.Equal(new AlertCounts(1, 0, 0, 0), f.Book.OpenCounts()["viet-yen"]);
        Assert.Equal(1, Assert.Single(f.Tick(5)).EscalationLevel);
    }

    private static LifeFixture With(params PriorityPlace[] places) => new(catalogue: LifeWorld.Catalogue with
    {
        Places = places,
        Sensors = [.. LifeWorld.Catalogue.Sensors.Select(s => s with { CommuneId = "commune" })],
    });
}
