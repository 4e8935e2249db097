using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>The books of all partitions of this node, for those who know an alert only by its id. Thread-safe.</summary>
public sealed class AlertBooks
{
    private readonly Dictionary<int, AlertBook> _byPartition;
    private readonly AlertOptions _options;
    private readonly Lock _shelving = new();

    /// <summary>Makes it.</summary>
    /// <param name="books">The books.</param>
    /// <param name="options">Settings; null = the defaults.</param>
    /// <exception cref="ArgumentException">Two books have the same partition.</exception>
    public AlertBooks(IEnumerable<AlertBook> books, AlertOptions? options = null)
    {
        _byPartition = books.ToDictionary(b => b.Partition);
        _options = options ?? new AlertOptions();
    }

    /// <summary>All books, in no order.</summary>
    public IReadOnlyCollection<AlertBook> All => _byPartition.Values;

    /// <summary>The book of a partition; null when this node has none.</summary>
    public AlertBook? Of(int partition) => _byPartition.GetValueOrDefault(partition);

    /// <summary>Acknowledges an alert, see <see cref="Act"/>.</summary>
    public ActResult Acknowledge(string id, string operatorId, string? note, long nowMs) =>
        Act([id], new OperatorAct.Acknowledge(operatorId, note), nowMs)[0];

    /// <summary>Acknowledges several alerts, see <see cref="Act"/>.</summary>
    public IReadOnlyList<ActResult> Acknowledge(IReadOnlyList<string> ids, string operatorId, string? note, long nowMs) =>
        Act(ids, new OperatorAct.Acknowledge(operatorId, note), nowMs);

    /// <summary>Does the same with several alerts, one transaction per partition; results in the order of the ids. When the
    /// store fails for one partition, its ids are <see cref="ActOutcome.Failed"/> and the others stand: they are
    /// stored, and must be shown.</summary>
    /// <param name="ids">The alerts.</param>
    /// <param name="act">What to do.</param>
    /// <param name="nowMs">Host's clock, Unix milliseconds.</param>
    public IReadOnlyList<ActResult> Act(IReadOnlyList<string> ids, OperatorAct act, long nowMs)
    {
        if (act is not OperatorAct.Shelve)
        {
            return ActEach(ids, act, nowMs);
        }

        // How much one operator has shelved is counted over all books, so only one shelves at a time.
        lock (_shelving)
        {
            var after = All.Sum(b => b.ShelvedBy(act.Operator)) + ids.Distinct(StringComparer.Ordinal).Count();
            return ids.Count > 0 && after > _options.MaxShelvedPerOperator && !AllShelvedBy(act.Operator, ids)
                ? [.. ids.Select(id => new ActResult(id, ActOutcome.TooManyShelved, Find(id)))]
                : ActEach(ids, act, nowMs);
        }
    }

    /// <summary>At a change of shift: gives all open alerts that one operator sees to to another. One transaction per partition.</summary>
    /// <param name="from">Who goes.</param>
    /// <param name="to">Who comes.</param>
    /// <param name="handoverId">Id of the hand-over.</param>
    /// <param name="nowMs">Host's clock, Unix milliseconds.</param>
    /// <param name="takes">Which of them the one who comes takes; null = all. The others stay.</param>
    public IReadOnlyList<ActResult> HandOver(string from, string to, string handoverId, long nowMs, Func<Alert, bool>? takes = null)
    {
        string[] ids = [.. Open().Where(a => OperatorName.Same(a.Assignee, from) && takes?.Invoke(a) != false).Select(a => a.Id).Order(StringComparer.Ordinal)];
        return OperatorName.Same(from, to) ? [] : ActEach(ids, new OperatorAct.HandOver(from, to, handoverId), nowMs);
    }

    /// <summary>All alerts that are not closed, in no order.</summary>
    public IReadOnlyList<Alert> Open() => [.. All.SelectMany(b => b.Open())];

    /// <summary>Number of alerts in the operators' list, by district and priority.</summary>
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

    private ActResult[] ActEach(IReadOnlyList<string> ids, OperatorAct act, long nowMs)
    {
        var results = new ActResult[ids.Count];
        foreach (var group in Enumerable.Range(0, ids.Count).GroupBy(i => BookOf(ids[i])))
        {
            int[] places = [.. group];
            var answers = Act(group.Key, [.. places.Select(i => ids[i])], act, nowMs);
            for (var n = 0; n < places.Length; n++)
            {
                results[places[n]] = answers[n];
            }
        }

        return results;
    }

    private static IReadOnlyList<ActResult> Act(AlertBook? book, string[] ids, OperatorAct act, long nowMs)
    {
        if (book is null)
        {
            return Array.ConvertAll(ids, id => new ActResult(id, ActOutcome.NotFound, null));
        }

        try
        {
            return book.Act(ids, act, nowMs);
        }
        catch (Exception error)
        {
            // A store may fail with any exception (IAlertStore); the caller gets it, with what the other partitions did.
            return Array.ConvertAll(ids, id => new ActResult(id, ActOutcome.Failed, null, error));
        }
    }

    // A shelving in force may be given another end.
    private bool AllShelvedBy(string operatorId, IReadOnlyList<string> ids) =>
        ids.All(id => BookOf(id)?.IsShelvedBy(id, operatorId) == true);

    private Alert? Find(string id) => BookOf(id)?.FindOpen(id);

    private AlertBook? BookOf(string id) => AlertId.TryParse(id, out var parsed) ? _byPartition.GetValueOrDefault(parsed.Partition) : null;
}
