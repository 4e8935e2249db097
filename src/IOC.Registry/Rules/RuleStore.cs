using System.Globalization;
using IOC.Registry.Data;
using IOC.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace IOC.Registry;

/// <summary>A rule with what is stored of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Position">Place among all rules.</param>
/// <param name="File">File that it comes from; null for one made over the API.</param>
/// <param name="FileText">What that file says of it.</param>
/// <param name="Latest">Its latest version.</param>
internal sealed record RuleEntry(string Id, int Position, string? File, string? FileText, RuleVersion Latest)
{
    /// <summary>True when a version was made that is not stored yet.</summary>
    public bool IsNew { get; init; }

    public bool Overridden => File is not null && (Latest.Retired || Latest.Text != FileText);
}

/// <summary>Rules, their versions, rule sets and activations in the registry's database.</summary>
/// <param name="database">The database.</param>
/// <param name="text">Reads stored rules.</param>
internal sealed class RuleStore(RegistryDatabase database, RuleText text)
{
    public async Task<List<RuleEntry>> EntriesAsync(CancellationToken cancel)
    {
        await using var context = database.NewContext();
        var rows = await context.Rules
            .Join(context.RuleVersions, r => new { Id = r.Id, r.Version }, v => new { Id = v.RuleId, v.Version }, (r, v) => new { Rule = r, Version = v })
            .OrderBy(r => r.Rule.Position).ThenBy(r => r.Rule.Id).ToListAsync(cancel);
        return rows.ConvertAll(r => new RuleEntry(r.Rule.Id, r.Rule.Position, r.Rule.File, r.Rule.FileText, r.Version.ToModel()));
    }

    public async Task<IReadOnlyList<RuleVersion>> VersionsAsync(string id, CancellationToken cancel)
    {
        await using var context = database.NewContext();
        var rows = await context.RuleVersions.Where(v => v.RuleId == id).OrderByDescending(v => v.Version).ToListAsync(cancel);
        return rows.ConvertAll(r => r.ToModel());
    }

    /// <summary>A rule set; the newest without a number. Null when there is none.</summary>
    public async Task<RuleSet?> SetAsync(int? number, CancellationToken cancel)
    {
        await using var context = database.NewContext();
        var row = await context.RuleSets.Where(s => number == null || s.Number == number).OrderByDescending(s => s.Number).FirstOrDefaultAsync(cancel);
        if (row is null)
        {
            return null;
        }

        var members = Lines(row.Rules).ConvertAll(p => (Id: p[0], Version: int.Parse(p[1], NumberStyles.None, CultureInfo.InvariantCulture)));
        var ids = members.ConvertAll(m => m.Id);
        var texts = await context.RuleVersions.Where(v => ids.Contains(v.RuleId)).Select(v => new { v.RuleId, v.Version, v.Text }).ToListAsync(cancel);
        var byKey = texts.ToDictionary(t => (t.RuleId, t.Version), t => t.Text);
        return Model(row, [.. members.Select(m => text.Read(byKey[m]) with { Version = m.Version })]);
    }

    /// <summary>The newest sets, without their rules, the latest first.</summary>
    public async Task<IReadOnlyList<RuleSet>> SetsAsync(int limit, CancellationToken cancel)
    {
        await using var context = database.NewContext();
        var rows = await context.RuleSets.OrderByDescending(s => s.Number).Take(limit).ToListAsync(cancel);
        return rows.ConvertAll(r => Model(r, []));
    }

    /// <summary>Stores new versions, what changed of the rules, and a new set where there is one, in one transaction.</summary>
    public async Task SaveAsync(IReadOnlyList<RuleEntry> entries, RuleSet? set, IReadOnlyList<CatalogueImportRow> imports, CancellationToken cancel)
    {
        await using var context = database.NewContext();
        using var write = await database.EnterWriteAsync(cancel);
        await using var transaction = await context.Database.BeginTransactionAsync(cancel);
        var known = await context.Rules.AsTracking().ToDictionaryAsync(r => r.Id, StringComparer.Ordinal, cancel);
        foreach (var entry in entries)
        {
            if (!known.TryGetValue(entry.Id, out var row))
            {
                context.Rules.Add(row = new RuleRow { Id = entry.Id });
            }

            (row.Position, row.Version, row.File, row.FileText) = (entry.Position, entry.Latest.Version, entry.File, entry.FileText);
            row.RetiredAtMs = entry.Latest.Retired ? row.RetiredAtMs ?? entry.Latest.AtMs : null;
        }

        context.RuleVersions.AddRange(entries.Where(e => e.IsNew).Select(e => Row(e.Latest)));
        context.CatalogueImports.AddRange(imports);
        if (set is not null)
        {
            context.RuleSets.Add(new RuleSetRow
            {
                Number = set.Number,
                Hash = set.Hash,
                CreatedAtMs = set.CreatedAtMs,
                By = set.By,
                Note = set.Note,
                Rules = string.Join('\n', set.Rules.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Id} {r.Version}"))),
                Changes = string.Join('\n', set.Changes.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.What} {c.RuleId} {c.Version}"))),
            });
        }

        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    public async Task<Dictionary<string, string>> FileHashesAsync(CancellationToken cancel)
    {
        await using var context = database.NewContext();
        var rows = await context.CatalogueImports.GroupBy(i => i.File).Select(g => g.OrderByDescending(i => i.Id).First()).ToListAsync(cancel);
        return rows.ToDictionary(r => r.File, r => r.Hash, StringComparer.Ordinal);
    }

    public IReadOnlyList<RuleActivation> Activations()
    {
        using var context = database.NewContext();
        return [.. context.RuleActivations.OrderBy(a => a.Partition).ThenBy(a => a.Number).ToList().Select(a => new RuleActivation(a.Partition, a.Number, a.Offset))];
    }

    /// <summary>Stores an activation, once: one that is there stays as it is.</summary>
    public void Activate(RuleActivation activation, long nowMs)
    {
        using var context = database.NewContext();
        using var write = database.EnterWrite();
        if (!context.RuleActivations.Any(a => a.Partition == activation.Partition && a.Number == activation.Set))
        {
            context.RuleActivations.Add(new RuleActivationRow { Partition = activation.Partition, Number = activation.Set, Offset = activation.Offset, AtMs = nowMs });
            context.SaveChanges();
        }
    }

    private static RuleSet Model(RuleSetRow row, IReadOnlyList<DetectionRule> rules) => new(
        row.Number, row.Hash, row.CreatedAtMs, row.By, row.Note,
        Lines(row.Changes).ConvertAll(p => new RuleSetChange(p[0], p[1], int.Parse(p[2], NumberStyles.None, CultureInfo.InvariantCulture))), rules);

    private static List<string[]> Lines(string lines) => [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' '))];

    private static RuleVersionRow Row(RuleVersion v) => new()
    {
        RuleId = v.RuleId,
        Version = v.Version,
        Text = v.Text,
        Origin = v.Origin,
        By = v.By,
        AtMs = v.AtMs,
        Note = v.Note,
        Retired = v.Retired,
    };
}
