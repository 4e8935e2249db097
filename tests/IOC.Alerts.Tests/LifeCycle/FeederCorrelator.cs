using IOC.Telemetry;

namespace IOC.Alerts.Tests.LifeCycle;

/// <summary>Explains lamps' alerts by their feeder's, as long as that is active.</summary>
public sealed class FeederCorrelator : IAlertCorrelator
{
    public const string FeederRule = "feeder";

    /// <summary>Always: what operators did between two batches is looked at with the next tick, whichever deadlines a book remembers.</summary>
    public long NextDueMs => long.MinValue;

    public void Restore(IReadOnlyList<Alert> open, IReadOnlyList<Hold> holds)
    {
    }

    public void Correlate(AlertBatch batch)
    {
        foreach (var feeder in batch.Open().Where(a => a.RuleId == FeederRule).OrderBy(a => a.Id, StringComparer.Ordinal).ToList())
        {
            var at = feeder.ClearedAtMs ?? feeder.LastTurnAtMs;
            if (!feeder.IsActive)
            {
                foreach (var hold in batch.ExplainedBy(feeder.Id))
                {
                    Assert.True(batch.Unsuppress(hold.Subject, hold.RuleId!, feeder.Id, at, at));
                }

                continue;
            }

            foreach (var lamp in batch.Open().Where(a => a.RuleId == LifeWorld.PlainRule && a.Subject.District == feeder.Subject.District).OrderBy(a => a.Id, StringComparer.Ordinal).ToList())
            {
                batch.Suppress(lamp.Subject, lamp.RuleId, feeder.Id, at, at);
            }
        }
    }

    public void Committed(IReadOnlyList<Alert> changed)
    {
    }
}
