using IOC.Registry.Data;
using IOC.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace IOC.Registry;

/// <summary>Brings the database in line with a catalogue folder, in one transaction.</summary>
internal sealed class CatalogueImporter(RegistryDatabase database, TimeProvider clock)
{
    public async Task<IReadOnlyList<FileImport>> ImportAsync(CatalogueFolder folder, CancellationToken cancel)
    {
        using var write = await database.EnterWriteAsync(cancel);
        await using var context = database.NewContext();
        await using var transaction = await context.Database.BeginTransactionAsync(cancel);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var changedFiles = await ChangedFilesAsync(context, folder.Files, cancel);
        if (changedFiles.Count == 0)
        {
            return [];
        }

        var catalogue = folder.Catalogue;
        var counts = new Dictionary<string, Counts>(StringComparer.Ordinal)
        {
            [PropertiesFile.Name] = await UpsertAsync(context.Properties, catalogue.Properties.All.Select(PropertyRow.From), now, cancel),
            [AreasFile.Name] = await UpsertAsync(context.Areas, catalogue.Areas.Select(AreaRow.From), now, cancel),
            [AssetsFile.Name] = await UpsertAsync(context.Assets, catalogue.Assets.Select(AssetRow.From), now, cancel),
            [SensorsFile.Name] = await UpsertAsync(context.Sensors, catalogue.Sensors.Select(SensorRow.From), now, cancel),

            // Read at each start, and of no interest to anything but the alerts' priority.
            [PlacesFile.Name] = new Counts(catalogue.Places.Count, 0, 0, 0),

            // Outlines and lines are kept with their areas and assets and counted there.
            [OutlinesFile.Name] = new Counts(catalogue.Areas.Count(a => a.Outline is not null), 0, 0, 0),
            [AssetLinesFile.Name] = new Counts(catalogue.Assets.Count(a => a.Line is not null), 0, 0, 0),
        };
        List<CatalogueImportRow> rows = [.. changedFiles.Select(f => Row(f, counts[f.Name], now))];
        context.CatalogueImports.AddRange(rows);
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return [.. rows.Select(FileImport.From)];
    }

    private static async Task<List<SourceFile>> ChangedFilesAsync(RegistryContext context, IReadOnlyList<SourceFile> files, CancellationToken cancel)
    {
        List<SourceFile> changed = [];
        foreach (var file in files)
        {
            var last = await context.CatalogueImports.Where(i => i.File == file.Name)
                .OrderByDescending(i => i.Id).Select(i => i.Hash).FirstOrDefaultAsync(cancel);
            if (last != file.Hash)
            {
                changed.Add(file);
            }
        }

        return changed;
    }

    private static async Task<Counts> UpsertAsync<T>(DbSet<T> table, IEnumerable<T> wanted, long nowMs, CancellationToken cancel)
        where T : CatalogueRow
    {
        var known = await table.AsTracking().ToDictionaryAsync(r => r.Id, StringComparer.Ordinal, cancel);
        var (entries, added, changed, retired) = (0, 0, 0, 0);
        foreach (var row in wanted)
        {
            entries++;
            if (!known.Remove(row.Id, out var stored))
            {
                table.Add(row);
                added++;
                continue;
            }

            var entry = table.Entry(stored);
            entry.CurrentValues.SetValues(row);
            changed += entry.State == EntityState.Modified ? 1 : 0;
        }

        foreach (var gone in known.Values.Where(r => r.RetiredAtMs is null))
        {
            gone.RetiredAtMs = nowMs;
            retired++;
        }

        return new Counts(entries, added, changed, retired);
    }

    private static CatalogueImportRow Row(SourceFile file, Counts counts, long nowMs) => new()
    {
        File = file.Name,
        Hash = file.Hash,
        ImportedAtMs = nowMs,
        Entries = counts.Entries,
        Added = counts.Added,
        Changed = counts.Changed,
        Retired = counts.Retired,
    };

    private sealed record Counts(int Entries, int Added, int Changed, int Retired);
}
