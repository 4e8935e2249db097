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

    /// <inheritdoc cref="Acknowledge(IReadOnlyList{string}, string, string?, long)"/>
    public AcknowledgeResult Acknowledge(string id, string operatorId, string? note, long nowMs) =>
        Acknowledge([id], operatorId, note, nowMs)[0];

    /// <summary>Acknowledges several alerts, one transaction per partition; results in the order of the ids. When the
    /// store fails for one partition, its ids are <see cref="AcknowledgeOutcome.Failed"/> and the others stand: they are
    /// stored, and must be shown.</summary>
    /// <inheritdoc cref="AlertBook.Acknowledge(string, string, string?, long)"/>
    public IReadOnlyList<AcknowledgeResult> Acknowledge(IReadOnlyList<string> ids, string operatorId, string? note, long nowMs)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(operatorId);
        var results = new AcknowledgeResult[ids.Count];
        foreach (var group in Enumerable.Range(0, ids.Count).GroupBy(i => BookOf(ids[i])))
        {
            int[] places = [.. group];
            var answers = Acknowledge(group.Key, [.. places.Select(i => ids[i])], operatorId, note, nowMs);
            for (var n = 0; n < places.Length; n++)
            {
                results[places[n]] = answers[n];
            }
        }

        return results;
    }

    private static IReadOnlyList<AcknowledgeResult> Acknowledge(AlertBook? book, string[] ids, string operatorId, string? note, long nowMs)
    {
        if (book is null)
        {
            return Array.ConvertAll(ids, id => new AcknowledgeResult(id, AcknowledgeOutcome.NotFound, null));
        }

        try
        {
            return book.Acknowledge(ids, operatorId, note, nowMs);
        }
        catch (Exception error)
        {
            // A store may fail with any exception (IAlertStore); the caller gets it, with what the other partitions did.
            return Array.ConvertAll(ids, id => new AcknowledgeResult(id, AcknowledgeOutcome.Failed, null, error));
        }
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
