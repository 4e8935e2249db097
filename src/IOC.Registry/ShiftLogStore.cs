using IOC.Alerts;
using IOC.Registry.Data;
using Microsoft.EntityFrameworkCore;

namespace IOC.Registry;

/// <summary>The shift log and the duties in the registry's database.</summary>
public sealed class ShiftLogStore : IShiftLog
{
    private readonly RegistryDatabase _database;
    private long _last;

    /// <summary>Makes it.</summary>
    /// <param name="database">The database.</param>
    public ShiftLogStore(RegistryDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
        using var context = database.NewContext();
        _last = context.ShiftLog.Max(e => (long?)e.Number) ?? 0;
    }

    /// <inheritdoc/>
    public long LastNumber => Interlocked.Read(ref _last);

    /// <inheritdoc/>
    public IReadOnlyList<ShiftEntry> Add(IReadOnlyList<ShiftEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        using var context = _database.NewContext();
        using var write = _database.EnterWrite();
        var sources = entries.Where(e => e.Source is not null).Select(e => e.Source!).ToList();
        var known = sources.Count == 0 ? [] : context.ShiftLog.Where(e => e.Source != null && sources.Contains(e.Source)).Select(e => e.Source!).ToHashSet(StringComparer.Ordinal);

        // Asked for each time: what was stored when a connection broke has its number, though nobody here was told.
        var number = context.ShiftLog.Max(e => (long?)e.Number) ?? 0;
        var rows = entries.Where(e => e.Source is null || known.Add(e.Source)).Select(e => ShiftEntryRow.From(e, ++number)).ToList();
        if (rows.Count == 0)
        {
            return [];
        }

        context.ShiftLog.AddRange(rows);
        context.SaveChanges();
        Interlocked.Exchange(ref _last, number);
        return rows.ConvertAll(r => r.ToModel());
    }

    /// <inheritdoc/>
    public ShiftEntry? Find(long number)
    {
        using var context = _database.NewContext();
        return context.ShiftLog.SingleOrDefault(e => e.Number == number)?.ToModel();
    }

    /// <inheritdoc/>
    public IReadOnlyList<ShiftEntry> List(ShiftLogQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        using var context = _database.NewContext();
        var entries = context.ShiftLog.Where(e =>
            (query.FromMs == null || e.AtMs >= query.FromMs) && (query.ToMs == null || e.AtMs < query.ToMs)
            && (query.Operator == null || e.Operator == query.Operator) && (query.AlertId == null || e.AlertId == query.AlertId)
            && (query.Before == null || e.Number < query.Before) && (query.After == null || e.Number > query.After));
        if (query.Categories.Count > 0)
        {
            entries = entries.Where(e => query.Categories.Contains(e.Category));
        }

        foreach (var word in ShiftEntryRow.Fold(query.Search ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            entries = entries.Where(e => e.Folded.Contains(word));
        }

        return entries.OrderByDescending(e => e.Number).Take(query.Limit).ToList().ConvertAll(e => e.ToModel());
    }

    /// <inheritdoc/>
    public void Begin(Duty duty)
    {
        using var context = _database.NewContext();
        using var write = _database.EnterWrite();
        context.ShiftDuties.Add(ShiftDutyRow.From(duty));
        context.SaveChanges();
    }

    /// <inheritdoc/>
    public bool End(string id, long atMs, DutyChange how)
    {
        using var context = _database.NewContext();
        using var write = _database.EnterWrite();
        using var transaction = context.Database.BeginTransaction();
        var ended = context.ShiftDuties.Where(d => d.Id == id && d.UntilMs == null)
            .ExecuteUpdate(set => set.SetProperty(d => d.UntilMs, atMs).SetProperty(d => d.Ended, how)) == 1;
        transaction.Commit();
        return ended;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Duty> OnDuty()
    {
        using var context = _database.NewContext();
        return context.ShiftDuties.Where(d => d.UntilMs == null).OrderBy(d => d.FromMs).ThenBy(d => d.Id).ToList().ConvertAll(d => d.ToModel());
    }

    /// <inheritdoc/>
    public IReadOnlyList<Duty> Duties(long fromMs, long toMs)
    {
        using var context = _database.NewContext();
        return context.ShiftDuties.Where(d => d.FromMs < toMs && (d.UntilMs == null || d.UntilMs > fromMs))
            .OrderBy(d => d.FromMs).ThenBy(d => d.Id).ToList().ConvertAll(d => d.ToModel());
    }
}
