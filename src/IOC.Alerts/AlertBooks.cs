namespace IOC.Alerts;

/// <summary>The books of all partitions of this node, for those who know an alert only by its id. Thread-safe.</summary>
public sealed class AlertBooks
{
    private readonly Dictionary<int, AlertBook> _byPartition;

    /// <summary>Makes it.</summary>
    /// <exception cref="ArgumentException">Two books have the same partition.</exception>
    public AlertBooks(IEnumerable<AlertBook> books) => _byPartition = books.ToDictionary(b => b.Partition);

    /// <summary>All books, in no order.</summary>
    public IReadOnlyCollection<AlertBook> All => _byPartition.Values;

    /// <inheritdoc cref="AlertBook.Acknowledge(string, string, string?, long)"/>
    public AcknowledgeResult Acknowledge(string id, string operatorId, string? note, long nowMs) =>
        Acknowledge([id], operatorId, note, nowMs)[0];

    /// <summary>Acknowledges several alerts, one transaction per partition; results in the order of the ids.</summary>
    /// <inheritdoc cref="AlertBook.Acknowledge(string, string, string?, long)"/>
    public IReadOnlyList<AcknowledgeResult> Acknowledge(IReadOnlyList<string> ids, string operatorId, string? note, long nowMs)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(operatorId);
        var results = new AcknowledgeResult[ids.Count];
        foreach (var group in Enumerable.Range(0, ids.Count).GroupBy(i => BookOf(ids[i])))
        {
            int[] places = [.. group];
            var answers = group.Key?.Acknowledge([.. places.Select(i => ids[i])], operatorId, note, nowMs);
            for (var n = 0; n < places.Length; n++)
            {
                results[places[n]] = answers?[n] ?? new AcknowledgeResult(ids[places[n]], AcknowledgeOutcome.NotFound, null);
            }
        }

        return results;
    }

    /// <summary>All alerts that are not closed, in no order.</summary>
    public IReadOnlyList<Alert> Open() => [.. All.SelectMany(b => b.Open())];

    /// <summary>Number of alerts that are not closed, by district and priority.</summary>
    public IReadOnlyDictionary<string, AlertCounts> OpenCounts()
    {
        // A district lives in one partition, unless the number of partitions was changed while alerts were open.
        var sums = new Dictionary<string, AlertCounts>(StringComparer.Ordinal);
        foreach (var (district, counts) in All.SelectMany(b => b.OpenCounts()))
        {
            var sum = sums.GetValueOrDefault(district);
            sums[district] = new AlertCounts(sum.P1 + counts.P1, sum.P2 + counts.P2, sum.P3 + counts.P3, sum.P4 + counts.P4);
        }

        return sums;
    }

    private AlertBook? BookOf(string id) => AlertId.TryParse(id, out var parsed) ? _byPartition.GetValueOrDefault(parsed.Partition) : null;
}
