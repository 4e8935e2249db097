using IOC.Access.Auditing;
using IOC.Registry.Data;

namespace IOC.Registry;

/// <summary>The audit in the registry's database. Safe for use from any thread; one host writes it.</summary>
public sealed class AuditStore : IAuditLog
{
    private const int Page = 1000;
    private readonly RegistryDatabase _database;
    private AuditRecord? _last;

    /// <summary>Makes it.</summary>
    /// <param name="database">The database.</param>
    public AuditStore(RegistryDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
        using var context = database.NewContext();
        _last = context.Audit.OrderByDescending(r => r.Number).FirstOrDefault()?.ToModel();
    }

    /// <inheritdoc/>
    public AuditRecord? Last => Volatile.Read(ref _last);

    /// <inheritdoc/>
    public async Task<AuditRecord> AppendAsync(AuditEntry entry, CancellationToken cancel)
    {
        using var write = await _database.EnterWriteAsync(cancel);
        await using var context = _database.NewContext();

        // Asked anew: a commit may have reached the database whose answer did not reach this host.
        var last = context.Audit.OrderByDescending(r => r.Number).FirstOrDefault();
        var number = (last?.Number ?? 0) + 1;
        var record = new AuditRecord(number, entry, AuditChain.HashOf(last?.Hash ?? AuditChain.First, number, entry));
        context.Audit.Add(AuditRow.From(record));
        await context.SaveChangesAsync(cancel);
        Volatile.Write(ref _last, record);
        return record;
    }

    /// <inheritdoc/>
    public IReadOnlyList<AuditRecord> List(AuditQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        using var context = _database.NewContext();
        return context.Audit.Where(r =>
                (query.FromMs == null || r.AtMs >= query.FromMs) && (query.ToMs == null || r.AtMs < query.ToMs) && (query.Who == null || r.Who == query.Who)
                && (query.Text == null || r.Action.Contains(query.Text) || r.Target.Contains(query.Text)) && (query.Before == null || r.Number < query.Before))
            .OrderByDescending(r => r.Number).Take(query.Limit).ToList().ConvertAll(r => r.ToModel());
    }

    /// <inheritdoc/>
    public IEnumerable<AuditRecord> Read(long? fromMs, long? toMs)
    {
        var after = 0L;
        while (true)
        {
            List<AuditRow> page;
            using (var context = _database.NewContext())
            {
                page = [.. context.Audit.Where(r => r.Number > after && (fromMs == null || r.AtMs >= fromMs) && (toMs == null || r.AtMs < toMs)).OrderBy(r => r.Number).Take(Page)];
            }

            foreach (var row in page)
            {
                yield return row.ToModel();
            }

            if (page.Count < Page)
            {
                yield break;
            }

            after = page[^1].Number;
        }
    }
}
