using IOC.Alerts;
using IOC.Registry.Data;
using IOC.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace IOC.Registry;

/// <summary>Alerts in the registry's database.</summary>
/// <param name="database">The database.</param>
/// <param name="book">Where sensor addresses are interned.</param>
public sealed class AlertStore(RegistryDatabase database, AddressBook book) : IAlertStore
{
    /// <inheritdoc/>
    public AlertBookState Load(int partition, TimeSpan recent = default)
    {
        using var context = database.NewContext();
        var watermark = context.AlertWatermarks.Where(w => w.Partition == partition).Select(w => (long?)w.Offset).SingleOrDefault() ?? 0;
        var open = context.Alerts.Where(a => a.Partition == partition && a.State != AlertState.Closed).ToList();
        return new AlertBookState(watermark, open.ConvertAll(a => a.ToModel(book)))
        {
            RecentlyClosed = RecentlyClosed(context, partition, (long)recent.TotalMilliseconds),
            Holds = context.AlertHolds.Where(h => h.Partition == partition && h.EndedAtMs == null).ToList().ConvertAll(h => h.ToModel(book)),
        };
    }

    /// <inheritdoc/>
    public void Save(int partition, long watermark, IReadOnlyList<Alert> alerts, IReadOnlyList<AlertAct> acts, IReadOnlyList<Hold> holds)
    {
        // Rows are made before it is this writer's turn: others wait meanwhile.
        var opened = acts.Where(a => a.Kind == AlertActKind.Raised).Select(a => a.AlertId).ToHashSet(StringComparer.Ordinal);
        List<AlertRow> added = [.. alerts.Where(a => opened.Contains(a.Id)).Select(AlertRow.From)];
        List<AlertRow> changed = [.. alerts.Where(a => !opened.Contains(a.Id)).Select(AlertRow.From)];
        List<AlertActRow> actRows = [.. acts.Select(AlertActRow.From)];
        using var context = database.NewContext();
        using var write = database.EnterWrite();
        using var transaction = context.Database.BeginTransaction();
        RowWriter<AlertRow>.Insert(context, added);
        RowWriter<AlertRow>.Update(context, changed);
        RowWriter<AlertActRow>.Insert(context, actRows);
        if (holds.Count > 0)
        {
            SaveHolds(context, holds);
        }

        // In the same transaction, so that no act can be missed by those who tell people of it.
        RowWriter<NotificationFeedRow>.Insert(context, acts.Select(NotificationFeedRow.From));

        if (context.AlertWatermarks.Where(w => w.Partition == partition).ExecuteUpdate(set => set.SetProperty(w => w.Offset, watermark)) == 0)
        {
            RowWriter<AlertWatermarkRow>.Insert(context, [new AlertWatermarkRow { Partition = partition, Offset = watermark }]);
        }

        transaction.Commit();
    }

    /// <inheritdoc/>
    public AlertPage Query(AlertQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, AlertQuery.MaxLimit, nameof(query));
        using var context = database.NewContext();
        var rows = Filter(context.Alerts, query)
            .OrderByDescending(a => a.RaisedAtMs).ThenByDescending(a => a.Id)
            .Take(query.Limit + 1)
            .ToList();
        var more = rows.Count > query.Limit;
        var items = rows.Take(query.Limit).Select(a => a.ToModel(book)).ToList();
        return new AlertPage(items, more ? new AlertCursor(items[^1].RaisedAtMs, items[^1].Id) : null);
    }

    /// <inheritdoc/>
    public Alert? Find(string id)
    {
        using var context = database.NewContext();
        return context.Alerts.SingleOrDefault(a => a.Id == id)?.ToModel(book);
    }

    /// <inheritdoc/>
    public IReadOnlyList<AlertAct> ActsOf(string id)
    {
        using var context = database.NewContext();
        return context.AlertActs.Where(a => a.AlertId == id).OrderBy(a => a.Sequence).ToList().ConvertAll(a => a.ToModel());
    }

    /// <inheritdoc/>
    public IReadOnlyList<Hold> Holds(HoldKind kind, bool ended, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, AlertQuery.MaxLimit);
        using var context = database.NewContext();
        return context.AlertHolds.Where(h => h.Kind == kind && (ended || h.EndedAtMs == null))
            .OrderByDescending(h => h.CreatedAtMs).ThenByDescending(h => h.Id).Take(limit).ToList().ConvertAll(h => h.ToModel(book));
    }

    private List<Alert> RecentlyClosed(RegistryContext context, int partition, long withinMs)
    {
        if (withinMs <= 0)
        {
            return [];
        }

        var closed = context.Alerts.Where(a => a.State == AlertState.Closed && a.Partition == partition);
        var last = closed.OrderByDescending(a => a.ClosedAtMs).Select(a => a.ClosedAtMs).FirstOrDefault();
        return last is null ? [] : closed.Where(a => a.ClosedAtMs >= last - withinMs).ToList().ConvertAll(a => a.ToModel(book));
    }

    private static void SaveHolds(RegistryContext context, IReadOnlyList<Hold> holds)
    {
        var ids = holds.Select(h => h.Id).ToList();
        var known = context.AlertHolds.Where(h => ids.Contains(h.Id)).Select(h => h.Id).ToHashSet(StringComparer.Ordinal);
        RowWriter<AlertHoldRow>.Insert(context, holds.Where(h => !known.Contains(h.Id)).Select(AlertHoldRow.From));
        RowWriter<AlertHoldRow>.Update(context, holds.Where(h => known.Contains(h.Id)).Select(AlertHoldRow.From));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Alert> Members(string id, string? after, int limit)
    {
        using var context = database.NewContext();
        var ids = context.AlertActs.Where(a => a.Kind == AlertActKind.Suppressed && a.Target == id).Select(a => a.AlertId).Distinct();
#pragma warning disable CA1309 // Translated into SQL, which has no overload with a comparison.
        ids = after is null ? ids : ids.Where(a => string.Compare(a, after) > 0);
#pragma warning restore CA1309
        var wanted = ids.OrderBy(a => a).Take(limit);
        return context.Alerts.Where(a => wanted.Contains(a.Id)).OrderBy(a => a.Id).ToList().ConvertAll(a => a.ToModel(book));
    }

    private static IQueryable<AlertRow> Filter(IQueryable<AlertRow> alerts, AlertQuery query)
    {
        if (query.OpenOnly)
        {
            alerts = query.ClosedSinceMs is { } since
                ? alerts.Where(a => a.State != AlertState.Closed || a.ClosedAtMs >= since)
                : alerts.Where(a => a.State != AlertState.Closed);
        }

        if (query.Sensor is { } sensor)
        {
            alerts = alerts.Where(a => a.Sensor == sensor);
        }

        if (query.District is { } district)
        {
            alerts = alerts.Where(a => a.District == district);
        }

        if (query.Districts is { } districts)
        {
            alerts = alerts.Where(a => districts.Contains(a.District));
        }

        if (query.Asset is { } asset)
        {
            alerts = alerts.Where(a => a.Asset == asset);
        }

        if (query.Domain is { } domain)
        {
            alerts = alerts.Where(a => a.Domain == domain);
        }

        if (query.RuleId is { } rule)
        {
            alerts = alerts.Where(a => a.RuleId == rule);
        }

        if (query.Held is { } held)
        {
            alerts = alerts.Where(a => (a.HoldKind != HoldKind.None) == held);
        }

        if (query.HeldAs is { } kind)
        {
            alerts = alerts.Where(a => a.HoldKind == kind);
        }

        if (query.Assignee is { } assignee)
        {
            alerts = alerts.Where(a => a.Assignee == assignee);
        }

        if (query.FromMs is { } from)
        {
            alerts = alerts.Where(a => a.RaisedAtMs >= from);
        }

        if (query.ToMs is { } to)
        {
            alerts = alerts.Where(a => a.RaisedAtMs < to);
        }

        if (query.Before is { } before)
        {
            var (raisedAt, id) = before;
#pragma warning disable CA1309 // Translated into SQL, which has no overload with a comparison.
            alerts = alerts.Where(a => a.RaisedAtMs < raisedAt || (a.RaisedAtMs == raisedAt && string.Compare(a.Id, id) < 0));
#pragma warning restore CA1309
        }

        return alerts;
    }
}
