using IOC.Bench.Proof;

namespace IOC.Bench.Tests;

public class SmallProofTests(SmallProof proof) : IClassFixture<SmallProof>
{
    [Fact]
    public void A_restart_in_the_middle_changes_no_alert_and_no_act()
    {
        Assert.Equal(2, proof.Restarted.Restarts);
        Assert.True(proof.Restarted.Replayed > 2_000, "too little was replayed to prove anything");
        Assert.NotEmpty(proof.Whole.Alerts);
        Assert.Equal(proof.Whole.Messages, proof.Restarted.Messages);
        Assert.Null(ProofCompare.FirstDifference(proof.Whole, proof.Restarted));
    }

    [Fact]
    public void A_difference_would_be_seen()
    {
        var (alert, acts) = proof.Whole.Alerts[^1];
        var other = proof.Whole with { Alerts = [.. proof.Whole.Alerts.SkipLast(1), (alert, [.. acts.SkipLast(1)])] };
        Assert.Contains(alert.Id, ProofCompare.FirstDifference(proof.Whole, other), StringComparison.Ordinal);
        Assert.NotNull(ProofCompare.FirstDifference(proof.Whole, proof.Whole with { Alerts = [.. proof.Whole.Alerts.Skip(1)] }));
    }

    [Fact]
    public void Every_fault_that_must_be_acted_on_is_found()
    {
        var urgent = proof.Report.Kinds.Where(k => k.Urgent).ToList();
        Assert.True(urgent.Sum(k => k.Judged) >= 3, "too few to prove anything");
        Assert.All(urgent, k => Assert.True(k.Found == k.Judged, $"{k.Kind}: {k.Found} of {k.Judged}"));
    }

    [Theory]
    [InlineData("sentinel")]
    [InlineData("silence")]
    [InlineData("offline")]
    public void Plain_faults_are_all_found(string kind)
    {
        var row = proof.Report.Kinds.Single(k => k.Kind == kind);
        Assert.True(row.Judged >= 3, "too few to prove anything");
        Assert.Equal(row.Judged, row.Found);
    }

    [Fact]
    public void What_is_refused_is_listed_with_its_sensor()
    {
        var row = proof.Report.Kinds.Single(k => k.Kind == "malformed");
        Assert.True(row.Judged > 0);
        Assert.Equal(row.Judged, row.Found + row.Listed);
    }

    [Fact]
    public void False_alerts_are_rarer_than_one_per_sensor_and_month() =>
        Assert.True(proof.Report.FalsePerSensorAndMonth < 1, $"{proof.Report.FalsePerSensorAndMonth:F2}: {string.Join(", ", proof.Report.Rules.Where(r => r.False > 0).Select(r => $"{r.Rule} {r.False}"))}");
}
