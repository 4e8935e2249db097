using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>The procedure files of a catalogue folder: procedures/*.json in order of their names. There need not be any.</summary>
internal static class ProcedureFiles
{
    /// <summary>Folder of the files within the catalogue's.</summary>
    public const string Folder = "procedures";

    /// <summary>Reads all of them; what is wrong is noted.</summary>
    public static async Task<List<(Procedure Procedure, string File)>> ReadAsync(string catalogueFolder, Catalogue catalogue, CatalogueErrors errors, CancellationToken cancel)
    {
        var folder = Path.Combine(catalogueFolder, Folder);
        var all = new List<(Procedure, string)>();
        if (!Directory.Exists(folder))
        {
            return all;
        }

        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var name = $"{Folder}/{Path.GetFileName(path)}";
            if (await SourceFile.ReadAsync(catalogueFolder, name, required: false, errors, cancel) is not { Text: { } text })
            {
                continue;
            }

            foreach (var procedure in new ProcedureReader(catalogue, errors).ReadFile(text, name))
            {
                if (!seen.TryAdd(procedure.Id, name) && procedure.Id.Length > 0)
                {
                    errors.Add(name, 0, null, $"There is a procedure '{procedure.Id}' already in {seen[procedure.Id]}.", $"Quy trình '{procedure.Id}' đã có trong {seen[procedure.Id]}.");
                }

                all.Add((procedure, name));
            }
        }

        return all;
    }
}
