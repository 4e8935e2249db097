using IOC.Alerts;
using IOC.Host.Live;

namespace IOC.Host.Pump;

/// <summary>What operators do with alerts: stored first, then shown to everyone.</summary>
internal sealed class AlertDesk(AlertBooks books, IReadOnlyList<PartitionState> partitions, LiveView live, TimeProvider time, ILogger<AlertDesk> logger)
{
    /// <summary>Acknowledges alerts; results in the order of the ids.</summary>
    public IReadOnlyList<AcknowledgeResult> Acknowledge(IReadOnlyList<string> ids, string operatorName, string? note)
    {
        var results = books.Acknowledge(ids, operatorName, note, time.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (var failure in results.Where(r => r.Outcome == AcknowledgeOutcome.Failed).DistinctBy(r => r.Error))
        {
            logger.LogError(failure.Error, "An acknowledgement could not be stored");
        }

        var changed = results.Where(r => r.Outcome == AcknowledgeOutcome.Ok).Select(r => r.Alert!).ToList();
        live.UpdateAlerts(changed.ConvertAll(LiveMapping.Alert));
        foreach (var (partition, district) in changed.Select(a => (a.Partition, a.Subject.District)).Distinct())
        {
            partitions[partition].AlertsChanged(district);
        }

        return results;
    }
}
