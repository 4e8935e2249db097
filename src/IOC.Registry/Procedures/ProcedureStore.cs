using IOC.Registry.Data;
using Microsoft.EntityFrameworkCore;

namespace IOC.Registry;

/// <summary>A procedure with what is stored of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="File">File that it comes from; null for one made over the API.</param>
/// <param name="FileText">What that file says of it.</param>
/// <param name="Latest">Its latest version.</param>
internal sealed record ProcedureEntry(string Id, string? File, string? FileText, ProcedureVersion Latest)
{
    /// <summary>True when a version was made that is not stored yet.</summary>
    public bool IsNew { get; init; }

    public bool Overridden => File is not null && (Latest.Retired || Latest.Text != FileText);
}

/// <summary>Procedures and their versions in the registry's database.</summary>
internal sealed class ProcedureStore(RegistryDatabase database)
{
    public async Task<List<ProcedureEntry>> EntriesAsync(CancellationToken cancel)
    {
        await using var context = database.NewContext();
        var rows = await context.Procedures
            .Join(context.ProcedureVersions, p => new { p.Id, p.Version }, v => new { Id = v.ProcedureId, v.Version }, (p, v) => new { Procedure = p, Version = v })
            .OrderBy(r => r.Procedure.Id).ToListAsync(cancel);
        return rows.ConvertAll(r => new ProcedureEntry(r.Procedure.Id, r.Procedure.File, r.Procedure.FileText, r.Version.ToModel()));
    }

    public async Task<IReadOnlyList<ProcedureVersion>> VersionsAsync(string id, CancellationToken cancel)
    {
        await using var context = database.NewContext();
        var rows = await context.ProcedureVersions.Where(v => v.ProcedureId == id).OrderByDescending(v => v.Version).ToListAsync(cancel);
        return rows.ConvertAll(r => r.ToModel());
    }

    public async Task<ProcedureVersion?> VersionAsync(string id, int version, CancellationToken cancel)
    {
        await using var context = database.NewContext();
        return (await context.ProcedureVersions.SingleOrDefaultAsync(v => v.ProcedureId == id && v.Version == version, cancel))?.ToModel();
    }

    /// <summary>Stores new versions and what changed of the procedures, in one transaction.</summary>
    public async Task SaveAsync(IReadOnlyList<ProcedureEntry> entries, CancellationToken cancel)
    {
        await using var context = database.NewContext();
        using var write = await database.EnterWriteAsync(cancel);
        await using var transaction = await context.Database.BeginTransactionAsync(cancel);
        var known = await context.Procedures.AsTracking().ToDictionaryAsync(r => r.Id, StringComparer.Ordinal, cancel);
        foreach (var entry in entries)
        {
            if (!known.TryGetValue(entry.Id, out var row))
            {
                context.Procedures.Add(row = new ProcedureRow { Id = entry.Id });
            }

            (row.Version, row.File, row.FileText) = (entry.Latest.Version, entry.File, entry.FileText);
            row.RetiredAtMs = entry.Latest.Retired ? row.RetiredAtMs ?? entry.Latest.AtMs : null;
        }

        context.ProcedureVersions.AddRange(entries.Where(e => e.IsNew).Select(e => Row(e.Latest)));
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private static ProcedureVersionRow Row(ProcedureVersion v) => new()
    {
        ProcedureId = v.ProcedureId,
        Version = v.Version,
        Text = v.Text,
        Origin = v.Origin,
        By = v.By,
        AtMs = v.AtMs,
        Note = v.Note,
        Retired = v.Retired,
    };
}
