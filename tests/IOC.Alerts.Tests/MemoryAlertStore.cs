using IOC.Alerts;
using IOC.Telemetry;

namespace IOC.Alerts.Tests;

/// <summary>The store's port in memory, with a switch that makes saving fail.</summary>
public sealed class MemoryAlertStore : IAlertStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, long> _watermarks = [];
    private readonly Dictionary<string, Alert> _alerts = new(StringComparer.Ordinal);
    private readonly List<AlertAct> _acts = [];
    private readonly Dictionary<string, Hold> _holds = new(StringComparer.Ordinal);

    public bool Fails { get; set; }

    /// <summary>The next save is stored, and its caller is told that it failed: a connection that broke during a commit.</summary>
    public bool BreaksAfterSaving { get; set; }

    /// <summary>Saving fails for this partition only.</summary>
    public int? FailsFor { get; set; }

    /// <summary>Called at every look-up, before it is answered.</summary>
    public Action<string>? OnFind { get; set; }

    public int Saves { get; private set; }

    public AlertBookState Load(int partition, TimeSpan recent = default)
    {
        lock (_gate)
        {
            var closed = _alerts.Values.Where(a => a.Partition == partition && !a.IsOpen).ToList();
            var since = closed.Count == 0 ? 0 : closed.Max(a => a.ClosedAtMs) - recent.TotalMilliseconds;
            return new AlertBookState(_watermarks.GetValueOrDefault(partition), [.. _alerts.Values.Where(a => a.Partition == partition && a.IsOpen)])
            {
                RecentlyClosed = recent > TimeSpan.Zero ? [.. closed.Where(a => a.ClosedAtMs >= since)] : [],
                Holds = [.. _holds.Values.Where(h => h.Partition == partition && h.EndedAtMs is null)],
            };
        }
    }

    public void Save(int partition, long watermark, IReadOnlyList<Alert> alerts, IReadOnlyList<AlertAct> acts, IReadOnlyList<Hold> holds)
    {
        if (Fails || FailsFor == partition)
        {
            throw new IOException("The disk is full.");
        }

        lock (_gate)
        {
            var opened = acts.Where(a => a.Kind == AlertActKind.Raised).Select(a => a.AlertId).ToHashSet(StringComparer.Ordinal);
            if (alerts.Any(a => opened.Contains(a.Id) == _alerts.ContainsKey(a.Id))
                || acts.Any(a => _acts.Exists(known => known.AlertId == a.AlertId && known.Sequence == a.Sequence)))
            {
                throw new InvalidOperationException("A new alert or act is known, or a changed alert is not.");
            }

            if (holds.FirstOrDefault(h => _holds.TryGetValue(h.Id, out var known)
                && (known.EndedAtMs is not null || known != h with { StartedAtMs = known.StartedAtMs, EndedAtMs = null, EndedBy = null })) is { } edited)
            {
                throw new InvalidOperationException($"What hold {edited.Id} says cannot be changed.");
            }

            Saves++;
            _watermarks[partition] = watermark;
            _acts.AddRange(acts);
            foreach (var alert in alerts)
            {
                _alerts[alert.Id] = alert;
            }

            foreach (var hold in holds)
            {
                _holds[hold.Id] = hold;
            }
        }

        if (BreaksAfterSaving)
        {
            BreaksAfterSaving = false;
            throw new IOException("The connection broke.");
        }
    }

    public AlertPage Query(AlertQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, AlertQuery.MaxLimit, nameof(query));
        lock (_gate)
        {
            var found = _alerts.Values
                .Where(a => !query.OpenOnly || a.IsOpen || a.ClosedAtMs >= query.ClosedSinceMs)
                .Where(a => query.Sensor is null || a.Sensor?.Sensor == query.Sensor)
                .Where(a => query.District is null || a.Subject.District == query.District)
                .Where(a => query.Asset is null || (a.Subject.Kind == SubjectKind.Asset && a.Subject.Id == query.Asset))
                .Where(a => query.Domain is null || a.Subject.Domain == query.Domain)
                .Where(a => query.RuleId is null || a.RuleId == query.RuleId)
                .Where(a => query.Held is null || query.Held == a.Hold is not null)
                .Where(a => query.HeldAs is null || query.HeldAs == a.Hold?.Kind)
                .Where(a => query.Assignee is null || query.Assignee == a.Assignee)
                .Where(a => query.FromMs is null || a.RaisedAtMs >= query.FromMs)
                .Where(a => query.ToMs is null || a.RaisedAtMs < query.ToMs)
                .OrderByDescending(a => a.RaisedAtMs).ThenByDescending(a => a.Id, StringComparer.Ordinal)
                .Where(a => query.Before is null || a.RaisedAtMs < query.Before.RaisedAtMs
                    || (a.RaisedAtMs == query.Before.RaisedAtMs && string.CompareOrdinal(a.Id, query.Before.Id) < 0))
                .Take(query.Limit + 1).ToList();
            var items = found.Take(query.Limit).ToList();
            return new AlertPage(items, found.Count > items.Count ? new AlertCursor(items[^1].RaisedAtMs, items[^1].Id) : null);
        }
    }

    public Alert? Find(string id)
    {
        OnFind?.Invoke(id);
        lock (_gate)
        {
            return _alerts.GetValueOrDefault(id);
        }
    }

    public IReadOnlyList<AlertAct> ActsOf(string id)
    {
        lock (_gate)
        {
            return [.. _acts.Where(a => a.AlertId == id).OrderBy(a => a.Sequence)];
        }
    }

    public IReadOnlyList<Alert> Members(string id, string? after, int limit)
    {
        lock (_gate)
        {
            return
            [
                .. _acts.Where(a => a.Kind == AlertActKind.Suppressed && a.Target == id).Select(a => a.AlertId).Distinct()
                    .Where(a => after is null || string.CompareOrdinal(a, after) > 0).Order(StringComparer.Ordinal).Take(limit).Select(a => _alerts[a]),
            ];
        }
    }

    public IReadOnlyList<Hold> Holds(HoldKind kind, bool ended, int limit)
    {
        lock (_gate)
        {
            return [.. _holds.Values.Where(h => h.Kind == kind && (ended || h.EndedAtMs is null)).OrderByDescending(h => h.CreatedAtMs).ThenByDescending(h => h.Id, StringComparer.Ordinal).Take(limit)];
        }
    }
}
