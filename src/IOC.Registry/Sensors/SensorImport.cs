using System.Security.Cryptography;
using System.Text;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>Something wrong with a file of sensors.</summary>
/// <param name="Row">CSV: line of the file; GeoJSON: number of the feature; from 1. 0 = it is not of the file but of what it would be joined with.</param>
/// <param name="Column">Column or property; null = the whole row.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record SensorImportError(int Row, string? Column, LocalText Message);

/// <summary>What an import would do, or did.</summary>
/// <param name="Added">Sensors that are new.</param>
/// <param name="Changed">Sensors that are there and would be described otherwise.</param>
/// <param name="Retired">Sensors that would be gone: their readings stay.</param>
/// <param name="Unchanged">Number of sensors that stay as they are.</param>
/// <param name="Errors">Mistakes; not empty = nothing is imported.</param>
/// <param name="Notes">What is allowed and still looks like an oversight.</param>
public sealed record SensorImportPlan(
    IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Retired, int Unchanged, IReadOnlyList<SensorImportError> Errors, IReadOnlyList<LocalText> Notes)
{
    /// <summary>The new sensors.csv.</summary>
    internal string Text { get; init; } = "";

    /// <summary>Hash of the sensors.csv that it was worked out from.</summary>
    internal string BasedOn { get; init; } = "";

    /// <summary>Whether there is anything to do.</summary>
    public bool ChangesAnything => Added.Count + Changed.Count + Retired.Count > 0;
}

/// <summary>
/// Brings sensors into a city's catalogue folder. The file is joined with sensors.csv and checked together with all other files of the
/// folder as a start of the host would check them; one mistake anywhere, and nothing is imported. A host reads its catalogue when it starts.
/// </summary>
public static class SensorImport
{
    /// <summary>The former sensors.csv, kept beside the new one.</summary>
    public const string Previous = SensorsFile.Name + ".previous";

    /// <summary>Works out what an import would do. Nothing is written to the folder.</summary>
    /// <param name="folder">Catalogue folder.</param>
    /// <param name="text">Content of the file to import.</param>
    /// <param name="format">Its form.</param>
    /// <param name="replace">True: sensors that the file does not name are retired. False: they stay.</param>
    /// <param name="zone">The city's zone.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="CatalogueException">The folder has mistakes as it is.</exception>
    public static async Task<SensorImportPlan> PlanAsync(string folder, string text, SensorFormat format, bool replace, TimeZoneInfo zone, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        var before = await CatalogueFolder.ReadAsync(folder, new AddressBook(), zone, rulesMustBeRight: false, cancel);
        var present = before.Files.First(f => f.Name == SensorsFile.Name);
        List<SensorImportError> errors = [];
        var rows = SensorRows.Read(text, format, errors);
        FindTwice(rows, errors);
        var merged = Merge(SensorRows.Read(present.Text!, SensorFormat.Csv, []), rows, replace);
        var joined = SensorSheet.Csv(merged.Select(m => m.Cells));
        var plan = new SensorImportPlan([], [], [], 0, errors, []) { Text = joined, BasedOn = present.Hash };
        return errors.Count > 0 ? plan : await CheckAsync(folder, plan, before, merged, zone, cancel);
    }

    /// <summary>Writes a plan without mistakes: the file is replaced as a whole, and the former one kept as <see cref="Previous"/>.</summary>
    /// <exception cref="IOException">The folder cannot be written, or sensors.csv is not what the plan was worked out from.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written.</exception>
    public static async Task ApplyAsync(string folder, SensorImportPlan plan, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Errors.Count > 0)
        {
            throw new InvalidOperationException("A plan with mistakes is not to be carried out.");
        }

        var path = Path.Combine(folder, SensorsFile.Name);
        if (Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, cancel))) != plan.BasedOn)
        {
            throw new IOException($"{path} was changed meanwhile; try again.");
        }

        await using (var file = new FileStream(path + ".new", FileMode.Create, FileAccess.Write))
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes(plan.Text), cancel);
            file.Flush(flushToDisk: true);
        }

        File.Copy(path, Path.Combine(folder, Previous), overwrite: true);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static void FindTwice(List<SheetRow> rows, List<SensorImportError> errors)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in rows.Where(r => r.Id.Length > 0 && !first.TryAdd(r.Id, r.Row)))
        {
            errors.Add(new SensorImportError(row.Row, "id", new LocalText(
                $"'{row.Id}' đã có ở dòng {first[row.Id]}; hãy bỏ một trong hai.", $"'{row.Id}' is in row {first[row.Id]} already; remove one of them.")));
        }
    }

    /// <summary>The rows of the new file, each with its row in the imported one (0 = it stays as it was).</summary>
    private static List<SheetRow> Merge(List<SheetRow> present, List<SheetRow> rows, bool replace)
    {
        var wanted = new Dictionary<string, SheetRow>(StringComparer.Ordinal);
        rows.ForEach(r => wanted.TryAdd(r.Id, r));
        var known = present.Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. present.Where(p => !replace || wanted.ContainsKey(p.Id)).Select(p => wanted.GetValueOrDefault(p.Id) ?? p with { Row = 0 }),
            .. rows.Where(r => !known.Contains(r.Id)),
        ];
    }

    private static async Task<SensorImportPlan> CheckAsync(
        string folder, SensorImportPlan plan, CatalogueFolder before, List<SheetRow> merged, TimeZoneInfo zone, CancellationToken cancel)
    {
        var trial = Directory.CreateTempSubdirectory("ioc-catalogue-");
        try
        {
            Copy(folder, trial.FullName);
            await File.WriteAllTextAsync(Path.Combine(trial.FullName, SensorsFile.Name), plan.Text, cancel);
            var after = await CatalogueFolder.ReadAsync(trial.FullName, new AddressBook(), zone, rulesMustBeRight: false, cancel);
            var rules = after.Rules.Errors.Except(before.Rules.Errors).Select(e => e.Message);
            return Compare(plan, before.Catalogue.Sensors, after.Catalogue.Sensors) with { Notes = [.. rules, .. after.Rules.Warnings.Except(before.Rules.Warnings)] };
        }
        catch (CatalogueException e)
        {
            return plan with { Errors = [.. e.Errors.Select(x => Locate(x, merged)).OrderBy(x => x.Row)] };
        }
        finally
        {
            trial.Delete(recursive: true);
        }
    }

    private static SensorImportPlan Compare(SensorImportPlan plan, IReadOnlyList<SensorDefinition> before, IReadOnlyList<SensorDefinition> after)
    {
        var former = before.ToDictionary(s => s.Address.Sensor, s => string.Join('\n', SensorSheet.Cells(s)), StringComparer.Ordinal);
        var kept = after.Where(s => former.ContainsKey(s.Address.Sensor)).ToList();
        var changed = kept.Where(s => former[s.Address.Sensor] != string.Join('\n', SensorSheet.Cells(s))).Select(s => s.Address.Sensor).ToList();
        return plan with
        {
            Added = [.. after.Select(s => s.Address.Sensor).Where(id => !former.ContainsKey(id))],
            Changed = changed,
            Retired = [.. former.Keys.Except(kept.Select(s => s.Address.Sensor), StringComparer.Ordinal)],
            Unchanged = kept.Count - changed.Count,
        };
    }

    // Line 1 is the heading.
    private static SensorImportError Locate(CatalogueError e, List<SheetRow> merged) =>
        e.File == SensorsFile.Name && e.Line >= 2 && merged[e.Line - 2].Row > 0
            ? new SensorImportError(merged[e.Line - 2].Row, e.Column, e.Message)
            : new SensorImportError(0, e.Column, new LocalText($"{e.File}, dòng {e.Line}: {e.Message.Vi}", $"{e.File}, line {e.Line}: {e.Message.En}"));

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
